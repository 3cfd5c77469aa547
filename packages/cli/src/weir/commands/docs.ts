/** `weir docs`: what a bot does and every parameter it takes. */
import { catalogue } from "@weir/bots/catalogue";
import { closest, parametersSchema } from "@weir/engine/config";
import { errorKind } from "@weir/format/errors";
import { type GlobalOptions, openSession } from "../session.ts";

const unknownModule = errorKind<{ module: string; nearest: string | undefined }>("WEIR_DOCS_UNKNOWN", {
  message: ({ module, nearest }) =>
    `there is no bot module "${module}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
  remedy: "`weir list modules` shows them.",
  retry: "never",
});

export async function run(module: string, options: GlobalOptions): Promise<void> {
  const { output } = openSession(options);
  const definition = await catalogue.load(module);
  if (definition === undefined) throw unknownModule({ module, nearest: closest(module, catalogue.modules()) });
  const schema = parametersSchema(definition) as {
    properties?: Record<string, { description?: string; default?: unknown }>;
  };
  const { colours } = output;
  const parameters = Object.entries(schema.properties ?? {}).map(([name, { description, default: initial }]) => {
    const shown = initial === undefined ? "" : colours.dim(` (default ${JSON.stringify(initial)})`);
    return `  ${colours.bold(name)}${shown}\n      ${description ?? ""}\n`;
  });
  const { name, kind, summary, notes } = definition;
  output.result(
    { module, name, kind, summary, parameters: schema },
    `${colours.bold(name)}, a ${kind}\n\n${summary}\n${notes === undefined ? "" : `\n${notes}\n`}\n${parameters.join("")}`,
  );
}

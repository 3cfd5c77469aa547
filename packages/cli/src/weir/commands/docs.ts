/** `weir docs`: what a bot does and every parameter it takes. */
import { existsSync } from "node:fs";
import { catalogue as builtIn } from "@weir/bots/catalogue";
import type { AnyDefinition } from "@weir/engine";
import { closest, type JsonSchema, parametersSchema } from "@weir/engine/config";
import { errorKind } from "@weir/format/errors";
import type { Colours } from "../../terminal/colour.ts";
import { wrap } from "../../terminal/wrap.ts";
import { readBotnet } from "../botnet-file.ts";
import { type GlobalOptions, openSession, type Session } from "../session.ts";

const unknownModule = errorKind<{ module: string; nearest: string | undefined }>("WEIR_DOCS_UNKNOWN", {
  message: ({ module, nearest }) =>
    `there is neither a bot nor a module "${module}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
  remedy: "`weir list modules` shows the modules, `weir list bots` the bots of this botnet.",
  retry: "never",
});

export async function run(name: string, options: GlobalOptions): Promise<void> {
  const session = openSession(options);
  const { output } = session;
  const definition = await findDefinition(name, session);
  const { module, name: title, kind, summary, notes } = definition;
  const groups = parameterGroups(definition);
  const width = Math.min(output.width ?? 100, 100);
  const { colours } = output;
  const text = [
    `${colours.bold(title)}, ${article(kind)} ${kind}\n${colours.dim(module)}\n`,
    wrap(summary, width),
    ...(notes === undefined ? [] : [wrap(notes, width)]),
    ...groups.map(
      ({ heading, parameters }) =>
        `${colours.bold(heading)}\n${parameters.map((parameter) => renderParameter(parameter, colours, width)).join("")}`,
    ),
  ];
  output.result(
    { module, name: title, kind, summary, notes, parameters: groups.flatMap(({ parameters }) => parameters) },
    text.join("\n"),
  );
}

/** By the id of a bot of this botnet, or the name of a module, whole or its telling part (`url`). */
async function findDefinition(name: string, { places }: Session): Promise<AnyDefinition> {
  const ids: string[] = [];
  if (existsSync(places.runtimeFile)) {
    const { settings, catalogue } = await readBotnet(places.runtimeFile);
    ids.push(...settings.bots.map(({ id }) => id));
    const module = settings.bots.find(({ id }) => id === name)?.module ?? name;
    const definition = await catalogue.load(module);
    if (definition !== undefined) return definition;
  }
  const modules = builtIn.modules();
  const part = modules.filter((module) => module.split(".").includes(name));
  const definition = await builtIn.load(part.length === 1 ? (part[0] ?? name) : name);
  if (definition !== undefined) return definition;
  // People remember the telling part of a long name.
  const parts = new Map(modules.flatMap((module) => module.split(".").map((word) => [word, module] as const)));
  const near = closest(name, [...ids, ...modules]) ?? part[0] ?? parts.get(closest(name, [...parts.keys()]) ?? "");
  throw unknownModule({ module: name, nearest: near });
}

export interface ShownParameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly unit?: string;
  readonly secret?: boolean;
  readonly description: string;
}

/** A bot's own parameters, and those that every bot of its kind takes. */
export function parameterGroups(
  definition: AnyDefinition,
): readonly { readonly heading: string; readonly parameters: readonly ShownParameter[] }[] {
  const schema = parametersSchema(definition);
  const properties = Object.entries(asSchema(schema.properties));
  const required = Array.isArray(schema.required) ? schema.required : [];
  const shown = properties.flatMap(([name, property]) => {
    const described = describe(asSchema(property));
    return described === undefined ? [] : [{ name, required: required.includes(name), ...described }];
  });
  const own = new Set(Object.keys(definition.params.shape));
  return [
    { heading: "Parameters", parameters: shown.filter(({ name }) => own.has(name)) },
    { heading: "Parameters of every bot of its kind", parameters: shown.filter(({ name }) => !own.has(name)) },
  ].filter(({ parameters }) => parameters.length > 0);
}

type Described = Omit<ShownParameter, "name" | "required">;

/** Undefined for parameters that are only known, such as those of other brokers. */
function describe(property: JsonSchema): Described | undefined {
  if (typeof property.description !== "string") return undefined;
  const choices = Array.isArray(property.anyOf) ? property.anyOf.map(asSchema) : [property];
  const unit = choices.map((choice) => choice.unit).find((value) => typeof value === "string");
  const secret = choices.some((choice) => choice.writeOnly === true);
  const types = [...new Set(choices.flatMap(typesOf))];
  return {
    type: typeText(types),
    ...(property.default === undefined ? {} : { default: property.default }),
    ...(typeof unit === "string" ? { unit } : {}),
    ...(secret ? { secret } : {}),
    description: property.description,
  };
}

/** Parameters take what IntelMQ's configurations hold, such as numbers as text; the manual says what is meant. */
function typeText(types: readonly string[]): string {
  const [first = "any value"] = types;
  if (first === "list" && types.includes("text")) return "list, or text with commas";
  return types.every((type) => scalars.has(type)) ? first : types.join(" or ");
}

const scalars = new Set(["text", "number", "whole number", "true or false", "any value"]);

function typesOf(schema: JsonSchema): readonly string[] {
  if (typeof schema.$ref === "string") return schema.$ref.endsWith("/destinations") ? ["queues by path"] : [];
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value));
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (Array.isArray(schema.anyOf)) return schema.anyOf.flatMap((choice) => typesOf(asSchema(choice)));
  const { type } = schema;
  const names = Array.isArray(type) ? type.map(String) : typeof type === "string" ? [type] : ["any value"];
  return names.filter((name) => name !== "null").map((name) => typeNames.get(name) ?? name);
}

const typeNames = new Map([
  ["string", "text"],
  ["integer", "whole number"],
  ["boolean", "true or false"],
  ["array", "list"],
  ["object", "mapping"],
]);

function asSchema(value: unknown): JsonSchema {
  return typeof value === "object" && value !== null ? (value as JsonSchema) : {}; // a schema is an object of keywords
}

function renderParameter(parameter: ShownParameter, colours: Colours, width: number): string {
  const { name, type, required, default: standard, unit, secret, description } = parameter;
  const facts = [
    `${type}${unit === undefined ? "" : `, ${unit}`}`,
    ...(required ? [colours.yellow("required")] : []),
    ...(standard === undefined ? [] : [`default ${JSON.stringify(standard)}`]),
    ...(secret === true ? ["secret"] : []),
  ];
  return `  ${colours.cyan(name)}  ${colours.dim(facts.join("; "))}\n${wrap(description, width, "      ")}`;
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? "an" : "a";
}

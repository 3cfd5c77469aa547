/** `weir check`: everything that is wrong in the configuration, at once. */

import { dirname, resolve } from "node:path";
import { catalogue } from "@weir/bots/catalogue";
import { catalogueWithOwn } from "@weir/engine";
import { checkBotnet, renderFindings } from "@weir/engine/config";
import { counted } from "../../terminal/quantities.ts";
import { found } from "../exit-codes.ts";
import { type GlobalOptions, openSession } from "../session.ts";

export async function run(
  file: string | undefined,
  options: GlobalOptions & { readonly strict?: boolean },
): Promise<void> {
  const { places, output, quiet } = openSession(options);
  const runtimeFile = file === undefined ? places.runtimeFile : resolve(file);
  const own = catalogueWithOwn(catalogue, dirname(runtimeFile));
  const { findings, sources, botnet } = await checkBotnet({
    runtimeFile,
    harmonizationFile: places.harmonizationFile,
    catalogue: own,
  });
  const shown = quiet ? findings.filter(({ level }) => level !== "info") : findings;
  const count = (level: string): number => findings.filter((finding) => finding.level === level).length;
  const errors = count("error");
  const warnings = count("warning");
  const { colours } = output;
  const paint = (text: string): string =>
    text
      .replaceAll(/^(.*?): error: /gm, (_, where: string) => `${colours.bold(where)}: ${colours.red("error")}: `)
      .replaceAll(
        /^(.*?): warning: /gm,
        (_, where: string) => `${colours.bold(where)}: ${colours.yellow("warning")}: `,
      );
  const bots = botnet?.settings.bots.length ?? 0;
  const verdict =
    errors + warnings === 0
      ? colours.green(`${runtimeFile}: ${counted(bots, "bot")}, nothing wrong.\n`)
      : `${runtimeFile}: ${counted(bots, "bot")}, ${counted(errors, "error")}, ${counted(warnings, "warning")}.\n`;
  output.result(
    { file: runtimeFile, bots, errors, warnings, findings },
    `${paint(renderFindings(shown, sources))}${shown.length === 0 || quiet ? "" : "\n"}${quiet && errors === 0 ? "" : verdict}`,
  );
  found(errors > 0 || (options.strict === true && warnings > 0));
}

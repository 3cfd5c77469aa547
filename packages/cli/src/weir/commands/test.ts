/** `weir test`: runs botnet tests. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readHarmonizationFile } from "@weir/engine/config";
import { type BotnetTestResult, junitXml, readBotnetTests, runBotnetTest } from "@weir/engine/dry-run";
import { loadBots } from "@weir/engine/supervise";
import { readBotnet } from "../botnet-file.ts";
import { found } from "../exit-codes.ts";
import { type GlobalOptions, openSession } from "../session.ts";

export async function run(
  files: readonly string[],
  options: GlobalOptions & { readonly junit?: string },
): Promise<void> {
  const { places, output } = openSession(options);
  const { colours } = output;
  const base = dirname(places.runtimeFile);
  const chosen =
    files.length > 0 ? files.map((file) => resolve(file)) : [base, join(base, "tests")].flatMap(testFilesIn);
  const { fields } = await readHarmonizationFile(places.harmonizationFile);
  const all: { file: string; results: BotnetTestResult[] }[] = [];
  for (const file of chosen) {
    const { botnet, tests } = await readBotnetTests(file);
    const { settings, catalogue } = await readBotnet(botnet);
    const bots = await loadBots(settings, catalogue);
    const results: BotnetTestResult[] = [];
    output.text(`${file}\n`);
    for (const test of tests) {
      const directory = mkdtempSync(join(tmpdir(), "weir-test-"));
      process.chdir(dirname(botnet));
      const result = await runBotnetTest(test, { bots, fields, directory, samples: dirname(file) });
      rmSync(directory, { recursive: true, force: true });
      results.push(result);
      output.text(
        result.passed
          ? `  ${colours.green("✓")} ${result.name}\n`
          : `  ${colours.red("✗")} ${result.name}\n${result.differences.map((line) => `      ${line}\n`).join("")}`,
      );
    }
    all.push({ file, results });
  }
  if (options.junit !== undefined) writeFileSync(options.junit, junitXml(all));
  const failed = all.flatMap(({ results }) => results).filter(({ passed }) => !passed).length;
  const count = all.flatMap(({ results }) => results).length;
  output.result(
    all,
    count === 0 ? "There are no tests (*.test.yaml).\n" : `${count - failed} passed, ${failed} failed\n`,
  );
  found(failed > 0 || count === 0);
}

function testFilesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".test.yaml"))
    .sort()
    .map((name) => join(directory, name));
}

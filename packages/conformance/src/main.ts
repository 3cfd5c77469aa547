/** `npm run conformance -- [--vectors DIR] [--only KIND[/NAME]] [--json FILE] [--differs]` */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chosenEntries, defaultDirectory, openCorpus } from "./corpus.ts";
import { count, type FileOutcome } from "./outcome.ts";
import { runFiles } from "./run/all-run.ts";
import { failureLines, fileLine, jsonSummary, totalLine } from "./summary.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      vectors: { type: "string" },
      only: { type: "string" },
      json: { type: "string" },
      differs: { type: "boolean", default: false },
    },
  });
  const directory = values.vectors === undefined ? defaultDirectory() : resolve(values.vectors);
  const corpus = await openCorpus(directory);
  if (corpus === undefined) {
    console.log(`There are no vectors in ${directory} (set WEIR_VECTORS, or give --vectors DIR): nothing was checked.`);
    return process.env.CI === "true" ? 1 : 0;
  }
  const names = chosenEntries(corpus, values.only);
  if (names.length === 0) {
    console.error(`No vectors are called ${values.only}: give a kind (parsers) or a file (parsers/json-parser).`);
    return 2;
  }
  const show = (file: FileOutcome): void => console.log([fileLine(file), ...failureLines(file)].join("\n"));
  const files = await runFiles(corpus, names, { onFile: show });
  if (values.differs) for (const line of files.flatMap(differenceLines)) console.log(line);
  console.log(totalLine(files));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(jsonSummary(files), null, 2)}\n`);
  return files.some((file) => count(file, "failed") > 0) ? 1 : 0;
}

/** Where we do otherwise than the reference, which is wrong there. */
function differenceLines(file: FileOutcome): readonly string[] {
  return file.outcomes.flatMap(({ id, outcome }) =>
    outcome.kind === "differs"
      ? [
          `differs: ${id} at ${outcome.difference.at}`,
          `    reference ${outcome.difference.expected}`,
          `    ours ${outcome.difference.observed}`,
        ]
      : [],
  );
}

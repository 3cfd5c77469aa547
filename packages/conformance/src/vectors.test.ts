/** All conformance vectors: none may fail. Skipped, and saying so, where there are none; in CI their absence fails. */
import { beforeAll, describe, expect, it } from "vitest";
import { chosenEntries, defaultDirectory, openCorpus } from "./corpus.ts";
import type { FileOutcome } from "./outcome.ts";
import { runFiles } from "./run/all-run.ts";
import { failureLines, fileLine, totalLine } from "./summary.ts";

const directory = defaultDirectory();
const corpus = await openCorpus(directory);
const names = corpus === undefined ? [] : chosenEntries(corpus, undefined);
const isCi = process.env.CI === "true";
if (corpus === undefined) console.warn(`No conformance vectors in ${directory} (WEIR_VECTORS): they are not checked.`);

describe("conformance vectors", () => {
  it.skipIf(!isCi)("are there in CI", () => {
    expect(corpus, `no vectors in ${directory}`).toBeDefined();
  });
});

describe.skipIf(corpus === undefined)(`conformance vectors in ${directory}`, () => {
  const files = new Map<string, FileOutcome>();

  beforeAll(async () => {
    if (corpus === undefined) return;
    const outcomes = await runFiles(corpus, names, { onFile: (file) => void files.set(file.name, file) });
    console.log([...outcomes.map(fileLine), totalLine(outcomes)].join("\n"));
  }, 300_000);

  it.each(names)("%s", (name) => {
    const file = files.get(name);
    expect(file?.outcomes).toHaveLength(corpus?.entries.get(name) ?? 0);
    expect(file === undefined ? [] : failureLines(file)).toEqual([]);
  });
});

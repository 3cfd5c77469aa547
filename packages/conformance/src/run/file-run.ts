/** Runs the vectors of one file, one after the other. */
import { join } from "node:path";
import type { Catalogue } from "@weir/engine";
import type { JsonObject } from "@weir/format";
import { text } from "../bot-vector.ts";
import { type Corpus, readVectorFile } from "../corpus.ts";
import { libraryAreas, runLibraryVector } from "../library/registry.ts";
import { judge, type Outcome, type VectorOutcome } from "../outcome.ts";
import { gaveUp, runBotVector } from "./bot-run.ts";

/** Milliseconds that a vector may take. */
export const vectorTimeLimit = 10_000;

export interface FileRunOptions {
  readonly corpus: Corpus;
  readonly catalogue: Catalogue;
  /** Directory in which every vector gets one of its own. */
  readonly work: string;
  /** Index of the first vector to run; default 0. */
  readonly from?: number;
  onBegin?(index: number, id: string): void;
}

/** Yields the outcome of every vector of the file, in order. */
export async function* runVectorFile(name: string, options: FileRunOptions): AsyncGenerator<VectorOutcome> {
  const { corpus, catalogue, from = 0 } = options;
  const file = await readVectorFile(corpus, name);
  const definition = file.bot === undefined ? undefined : await catalogue.load(file.bot);
  const areas = libraryAreas(catalogue);
  for (const [index, vector] of file.vectors.entries()) {
    if (index < from) continue;
    const id = text(vector.get("id"));
    options.onBegin?.(index, id);
    const work = join(options.work, `${name.replaceAll("/", "-")}-${index}`);
    const run = (): Promise<Outcome> => {
      if (file.area !== undefined) {
        return runLibraryVector(vector, areas.get(file.area), { work, assets: corpus.assets, ports: new Map() });
      }
      if (definition === undefined)
        return Promise.resolve({ kind: "missing", reason: `bot not available: ${file.bot}` });
      return runBotVector(vector, { definition, work, assets: corpus.assets });
    };
    yield { id, outcome: await withinLimit(run, vector) };
  }
}

async function withinLimit(run: () => Promise<Outcome>, _vector: JsonObject): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Outcome>((resolve) => {
    const seconds = vectorTimeLimit / 1000;
    const late = (): void => resolve(judge(gaveUp(`the vector took longer than ${seconds} s`), false));
    timer = setTimeout(late, vectorTimeLimit);
  });
  try {
    return await Promise.race([run(), limit]);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return judge(gaveUp(reason), false);
  } finally {
    clearTimeout(timer);
  }
}

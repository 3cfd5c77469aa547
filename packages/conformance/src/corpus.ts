/** The tree of vector files: where it is, what it holds. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isList, type JsonObject, type JsonValue, parseJson } from "@weir/format";
import { isObject } from "./compare/value.ts";

export interface VectorFile {
  /** `parsers/abusech-parser_feodotracker`. */
  readonly name: string;
  /** Module of the bot; absent for library files. */
  readonly bot?: string;
  /** Area of a library file. */
  readonly area?: string;
  readonly vectors: readonly JsonObject[];
}

export interface Corpus {
  readonly directory: string;
  /** Directories of assets, the tree's own first. */
  readonly assets: readonly string[];
  /** Kind/name with the number of vectors, in the index's order. */
  readonly entries: ReadonlyMap<string, number>;
}

/** `WEIR_VECTORS`, else `shared/vectors` beside the checkout. */
export function defaultDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.WEIR_VECTORS ?? fileURLToPath(new URL("../../../../shared/vectors", import.meta.url)));
}

/** Reads the index; undefined when the directory holds none. */
export async function openCorpus(directory: string): Promise<Corpus | undefined> {
  const index = join(directory, "index.json");
  if (!existsSync(index)) return undefined;
  const assets = [join(directory, "assets"), join(defaultDirectory(), "assets")];
  return { directory, assets: [...new Set(assets)], entries: entriesOf(parseJson(await readFile(index, "utf8"))) };
}

/** Entries that `--only KIND` or `--only KIND/NAME` chooses; all when it is not given. */
export function chosenEntries(corpus: Corpus, only: string | undefined): readonly string[] {
  const names = [...corpus.entries.keys()];
  return only === undefined ? names : names.filter((name) => name === only || name.startsWith(`${only}/`));
}

export async function readVectorFile(corpus: Corpus, name: string): Promise<VectorFile> {
  const content = parseJson(await readFile(join(corpus.directory, `${name}.json`), "utf8"));
  if (!isObject(content)) throw new Error(`${name}.json holds no object`);
  const vectors = content.get("vectors");
  if (!isList(vectors)) throw new Error(`${name}.json has no list "vectors"`);
  const bot = content.get("bot");
  const area = content.get("area");
  return {
    name,
    ...(typeof bot === "string" ? { bot } : {}),
    ...(typeof area === "string" ? { area } : {}),
    vectors: vectors.filter((vector) => isObject(vector)),
  };
}

function entriesOf(index: JsonValue): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  if (!isObject(index)) return entries;
  for (const [kind, files] of index) {
    if (!isObject(files)) continue;
    for (const [name, count] of files) entries.set(`${kind}/${name}`, Number(count));
  }
  return entries;
}

/**
 * The schema file in the directory of the bots' data, and its updates from the provider.
 *
 * Invariants
 * - The active file is replaced as a whole, and only by a schema that can be read; the one before it stays as `.bak`.
 * - The provider is asked at most once an hour; `shadowserver-schema.check` holds the time of the last attempt.
 */
import { copyFile, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BotContext, makeDirectory } from "@weir/engine";
import { parseSchema } from "./schema.ts";

/** What is asked for the newest schema. */
export const schemaUrl = "https://interchange.shadowserver.org/intelmq/v1/schema";

/** Where the active schema lies, given the directory of all bots' data. */
export function schemaPath(botsDir: string): string {
  return join(botsDir, "shadowserver-schema.json");
}

/**
 * Fetches the schema unless that was tried within the last hour; says whether there is a new one. A failure is logged and
 * leaves the active schema as it is.
 */
export async function updateSchema(
  context: Pick<BotContext<unknown>, "botsDir" | "http" | "clock" | "log">,
): Promise<boolean> {
  const { botsDir, clock, log } = context;
  makeDirectory(botsDir);
  const marker = join(botsDir, "shadowserver-schema.check");
  const lastAttempt = (await stat(marker).catch(() => undefined))?.mtimeMs ?? Number.NEGATIVE_INFINITY;
  if (clock.now() - lastAttempt < 3_600_000) return false;
  await touch(marker, clock.now());

  const text = await download(context);
  if (text === undefined) return false;
  const version = versionOf(text);
  const fetched = join(botsDir, "shadowserver-schema.json.new");
  await writeFile(fetched, text);
  if (version === undefined) {
    log.error(
      `Failed to validate '${fetched}': it is no schema with _meta.date_created; it is left there to be looked at.`,
    );
    return false;
  }
  const active = schemaPath(botsDir);
  const current = await readFile(active, "utf8").catch(() => undefined);
  if (current !== undefined && versionOf(current) === version) {
    await rm(fetched);
    return false;
  }
  if (current !== undefined) await copyFile(active, `${active}.bak`);
  await rename(fetched, active);
  log.info(`New schema version is '${version}'.`);
  return true;
}

async function touch(path: string, now: number): Promise<void> {
  await writeFile(path, "", { flag: "a" });
  await utimes(path, now / 1000, now / 1000);
}

async function download({ http, log }: Pick<BotContext<unknown>, "http" | "log">): Promise<string | undefined> {
  log.info(`Attempting to download schema from '${schemaUrl}'.`);
  try {
    const response = await http.request(schemaUrl);
    if (response.status < 200 || response.status > 299) throw new Error(`the server answered ${response.statusText}`);
    const text = await response.text();
    log.info("Download successful.");
    return text;
  } catch (error) {
    log.error(`Failed to download '${schemaUrl}'.`, error);
    return undefined;
  }
}

/** The version of a schema that can be read; undefined for anything else. */
function versionOf(text: string): string | undefined {
  try {
    return parseSchema(text).version;
  } catch {
    return undefined; // the caller says what that means where it matters
  }
}

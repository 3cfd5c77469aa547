/**
 * Saving runtime.yaml: atomic, one at a time, with a history that can be compared and undone.
 *
 * Invariants
 * - at any instant the file is whole: the old or the new text;
 * - version N of the history is complete once `NNNN.json` exists; versions are never changed;
 * - a text that somebody wrote past us becomes a version of its own before it is replaced.
 */
import { createHash } from "node:crypto";
import { chmod, chown, open, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeDirectory } from "../files/make-directory.ts";
import { configurationChanged, isSystemError, versionMissing } from "./errors.ts";
import { withLock } from "./lock.ts";

export interface Version {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly who: string;
  readonly why: string;
  /** Of the text, hexadecimal. */
  readonly sha256: string;
}

export interface SaveRequest {
  readonly file: string;
  readonly text: string;
  /** `Places.historyDir`. */
  readonly historyDir: string;
  readonly who: string;
  readonly why: string;
  /** `revisionOf` the text that the change is based on; another one in the file is a conflict. */
  readonly basedOn?: string;
  /** Epoch milliseconds; default now. */
  readonly time?: number;
}

/** Names a text: two texts of one revision are the same. */
export function revisionOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Saves a text and gives its version; undefined when the file holds it already. Throws WEIR_CONFIG_CHANGED on a conflict,
 * WEIR_CONFIG_LOCKED when another process saves for too long, and the system's errors.
 */
export async function saveConfiguration(request: SaveRequest): Promise<Version | undefined> {
  makeDirectory(request.historyDir, 0o700);
  return withLock(join(request.historyDir, "lock"), () => saveLocked(request));
}

/** The versions, oldest first. */
export async function listVersions(historyDir: string): Promise<readonly Version[]> {
  const names = await readdir(historyDir).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  });
  const versions: Version[] = [];
  for (const name of names.sort()) {
    if (!/^[0-9]{4,15}\.json$/.test(name)) continue;
    const version: unknown = JSON.parse(await readFile(join(historyDir, name), "utf8"));
    if (isVersion(version)) versions.push(version);
  }
  return versions.sort((a, b) => a.number - b.number);
}

/** The text of a version. Throws WEIR_CONFIG_VERSION_MISSING. */
export async function readVersion(historyDir: string, number: number): Promise<string> {
  try {
    return await readFile(join(historyDir, `${fileNumber(number)}.yaml`), "utf8");
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") throw versionMissing({ number, historyDir }, { cause: error });
    throw error;
  }
}

/** Makes the text of an earlier version the present one, as a new version. */
export async function rollBack(
  request: Omit<SaveRequest, "text" | "why">,
  number: number,
): Promise<Version | undefined> {
  const text = await readVersion(request.historyDir, number);
  return saveConfiguration({ ...request, text, why: `back to version ${number}` });
}

async function saveLocked({
  file,
  text,
  historyDir,
  who,
  why,
  basedOn,
  time = Date.now(),
}: SaveRequest): Promise<Version | undefined> {
  const present = await readIfThere(file);
  if (basedOn !== undefined && basedOn !== revisionOf(present ?? "")) throw configurationChanged({ file });
  const versions = await listVersions(historyDir);
  let last = versions.at(-1);
  if (present !== undefined && last?.sha256 !== revisionOf(present)) {
    const changedAt = (await stat(file)).mtimeMs;
    const why = last === undefined ? "as found" : "changed outside of Weir";
    last = await writeVersion(historyDir, last, present, { who: "unknown", why, time: Math.round(changedAt) });
  }
  if (present === text) return undefined;
  await replaceFile(file, text);
  return writeVersion(historyDir, last, text, { who, why, time });
}

async function writeVersion(
  historyDir: string,
  last: Version | undefined,
  text: string,
  { who, why, time }: Pick<Version, "who" | "why" | "time">,
): Promise<Version> {
  const version = { number: (last?.number ?? 0) + 1, time, who, why, sha256: revisionOf(text) };
  const name = fileNumber(version.number);
  await writeDurably(join(historyDir, `${name}.yaml`), text, { mode: 0o600 });
  await writeDurably(join(historyDir, `${name}.json`), `${JSON.stringify(version, null, 2)}\n`, { mode: 0o600 });
  return version;
}

/** Replaces a file's content in one step; mode and owner stay, and so does a symbolic link to it. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return file;
    throw error;
  });
  const old = await stat(target).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  });
  await writeDurably(
    target,
    text,
    old === undefined ? { mode: 0o664 } : { mode: old.mode & 0o7777, uid: old.uid, gid: old.gid },
  );
}

interface Attributes {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

async function writeDurably(file: string, text: string, { mode, uid, gid }: Attributes): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (uid !== undefined && gid !== undefined) await keepOwner(temporary, uid, gid);
    await chmod(temporary, mode);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const directory = await open(dirname(file), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Only root may give a file to somebody else; others keep the group where they belong to it. */
async function keepOwner(file: string, uid: number, gid: number): Promise<void> {
  const own = await stat(file);
  if (own.uid === uid && own.gid === gid) return;
  for (const owner of [uid, own.uid]) {
    try {
      await chown(file, owner, gid);
      return;
    } catch (error) {
      if (!isSystemError(error) || error.code !== "EPERM") throw error;
    }
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function fileNumber(number: number): string {
  return String(number).padStart(4, "0");
}

function isVersion(value: unknown): value is Version {
  return (
    typeof value === "object" &&
    value !== null &&
    "number" in value &&
    typeof value.number === "number" &&
    "time" in value &&
    typeof value.time === "number" &&
    "who" in value &&
    typeof value.who === "string" &&
    "why" in value &&
    typeof value.why === "string" &&
    "sha256" in value &&
    typeof value.sha256 === "string"
  );
}

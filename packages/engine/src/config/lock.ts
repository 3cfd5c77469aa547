/**
 * A lock between processes: a file that only one can create, with the owner's process id in it. The lock of a process that is no more
 * is taken away.
 */
import { open, readFile, rename, rm } from "node:fs/promises";
import { configurationLocked, isSystemError } from "./errors.ts";

const longestWait = 10_000;
const pause = 20;

/** Runs `work` while no other process holds the lock. Throws WEIR_CONFIG_LOCKED after ten seconds. */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + longestWait;
  while (!(await tryLock(file))) {
    if (await isStale(file)) await takeAway(file);
    else if (Date.now() > deadline) throw configurationLocked({ file, owner: await ownerOf(file) });
    else await new Promise((resolve) => setTimeout(resolve, pause));
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(`${process.pid}\n`);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === "EEXIST") return false;
    throw error;
  }
}

async function ownerOf(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return "";
    throw error;
  }
}

/** A lock without a number has just been created, or its owner died in that instant; it is waited for. */
async function isStale(file: string): Promise<boolean> {
  const owner = await ownerOf(file);
  if (!/^[1-9][0-9]{0,9}$/.test(owner)) return false;
  try {
    process.kill(Number(owner), 0);
    return false;
  } catch (error) {
    if (isSystemError(error)) return error.code === "ESRCH";
    throw error;
  }
}

/** Renaming first makes sure that of several who see the stale lock only one removes it, and no fresh one. */
async function takeAway(file: string): Promise<void> {
  const away = `${file}.stale.${process.pid}`;
  try {
    await rename(file, away);
    await rm(away, { force: true });
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ENOENT") throw error;
  }
}

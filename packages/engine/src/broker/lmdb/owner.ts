/**
 * Who holds the store: a file with the process's number and start time beside it. LMDB itself would let several in.
 *
 * Invariants
 * - The file is made exclusively; one whose process is gone (or whose number another process has by now) is stale and replaced.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storeHeld } from "./errors.ts";

interface Owner {
  readonly pid: number;
  /** Start of the process in clock ticks since boot; empty where the system does not tell. */
  readonly started: string;
  readonly since: string;
}

/** Takes the store. Throws WEIR_STORE_HELD. Gives the way to let it go. */
export function takeStore(directory: string): () => void {
  const file = join(directory, "owner.json");
  const own: Owner = { pid: process.pid, started: startOf(process.pid) ?? "", since: new Date().toISOString() };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(own), { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = readOwner(file);
    if (holder !== undefined && isAlive(holder)) throw storeHeld({ directory, pid: holder.pid, since: holder.since });
    rmSync(file, { force: true });
  }
  throw storeHeld({ directory, pid: 0, since: "a moment ago" });
}

function readOwner(file: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value === "object" && value !== null && "pid" in value && typeof value.pid === "number") return value as Owner; // we wrote it
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive({ pid, started }: Owner): boolean {
  const now = startOf(pid);
  if (now !== undefined) return started === "" || started === now;
  try {
    process.kill(pid, 0);
    return started === "";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM" && started === "";
  }
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined; // no such process, or no /proc
  }
}

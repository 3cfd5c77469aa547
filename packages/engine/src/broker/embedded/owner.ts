/**
 * Who holds the store: a record in the store itself, since LMDB would let several processes in.
 *
 * Invariants
 * - The record is read and written in one write transaction, so of two processes that start at once one gets it.
 * - A record is stale when its process is gone (also when it is only still listed), or when another process has that number by now: told by the boot and the
 *   time since boot at which the process was started (Linux; elsewhere by the number alone).
 *
 * Requires that all processes that use the directory see each other's numbers: two containers on one volume do not.
 */
import { readdirSync, readFileSync } from "node:fs";
import { storeHeld } from "../errors.ts";
import type { Environment } from "./tables.ts";

interface Owner {
  readonly pid: number;
  /** Boot and start of the process in clock ticks after it; absent where the system does not tell. */
  readonly started?: string;
  readonly since: string;
}

const key = ["owner"];
/** Directories that this process holds: its own record alone does not say whether it was left by an earlier opening. */
const held = new Set<string>();

/** Takes the store. Throws WEIR_STORE_HELD. */
export function takeStore({ root, tables: { meta } }: Environment, directory: string): void {
  const started = startOf(process.pid);
  const own: Owner = {
    pid: process.pid,
    since: new Date().toISOString(),
    ...(started === undefined ? {} : { started }),
  };
  root.transactionSync(() => {
    const holder = readOwner(meta.get(key));
    if (holder !== undefined && isAlive(holder, directory)) {
      throw storeHeld({ directory, pid: holder.pid, since: holder.since });
    }
    meta.putSync(key, Buffer.from(JSON.stringify(own)));
  });
  held.add(directory);
}

/** Lets it go. */
export function leaveStore({ root, tables: { meta } }: Environment, directory: string): void {
  held.delete(directory);
  try {
    root.transactionSync(() => meta.removeSync(key));
  } catch {
    // The disk is full. The record stays, and is stale as soon as this process has ended.
  }
}

/** As if the process had died: for tests, and after a failure that left the store unusable. */
export function forgetStore(directory: string): void {
  held.delete(directory);
}

function readOwner(bytes: Uint8Array | undefined): Owner | undefined {
  if (bytes === undefined) return undefined;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (typeof value !== "object" || value === null || !("pid" in value) || !("since" in value)) return undefined;
  const started = "started" in value && typeof value.started === "string" ? { started: value.started } : {};
  return { pid: Number(value.pid), since: String(value.since), ...started };
}

function isAlive({ pid, started }: Owner, directory: string): boolean {
  const current = startOf(pid);
  if (pid === process.pid && (started === undefined || started === current)) return held.has(directory);
  if (started !== undefined) return current === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // it lives and is another user's
  }
}

function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold spaces
    const [state, ticks] = [fields[0], fields[19]];
    // It has ended, all of its threads too, and nobody has asked how: as in containers whose first process does not.
    if (state === "Z" && readdirSync(`/proc/${pid}/task`).length <= 1) return undefined;
    return ticks === undefined ? undefined : `${boot}/${ticks}`;
  } catch {
    return undefined; // no such process, or a system without /proc: both are answers
  }
}

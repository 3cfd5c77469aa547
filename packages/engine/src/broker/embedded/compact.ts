/**
 * Makes the store's file as small as what is in it: LMDB uses free pages again, but gives none back.
 *
 * Invariants
 * - The store is held while it is copied, so nothing is written meanwhile; a botnet that runs makes this fail.
 * - The old file is there until the new one is whole and on disk; a crash leaves one or the other.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { storeUnusable } from "../errors.ts";
import { leaveStore, takeStore } from "./owner.ts";
import { migrate, openEnvironment, reasonOf, storePath } from "./tables.ts";

export interface Compaction {
  /** Bytes of the store's file. */
  readonly before: number;
  readonly after: number;
}

/** Throws WEIR_STORE_HELD, WEIR_STORE_VERSION, WEIR_STORE_UNUSABLE (also when there is no room for the copy). */
export async function compactStore(directory: string): Promise<Compaction> {
  const file = join(storePath(directory), "data.mdb");
  const copy = `${storePath(directory)}.compact`;
  const environment = openEnvironment(directory);
  let taken = false;
  try {
    migrate(environment, directory);
    takeStore(environment, directory);
    taken = true;
    rmSync(copy, { recursive: true, force: true }); // left by an earlier try
    mkdirSync(copy, { mode: 0o700 });
    await environment.root.backup(copy, true);
  } catch (error) {
    if (taken) leaveStore(environment, directory);
    await environment.root.close();
    rmSync(copy, { recursive: true, force: true });
    if (error instanceof Error && "code" in error && String(error.code).startsWith("WEIR_")) throw error;
    throw storeUnusable({ directory, reason: `it cannot be copied: ${reasonOf(error)}` }, { cause: error });
  }
  // Old and new file both say that this process holds the store, so nobody opens the old one before it is replaced.
  await environment.root.close();
  const before = statSync(file).size;
  sync(join(copy, "data.mdb"));
  renameSync(join(copy, "data.mdb"), file);
  sync(storePath(directory));
  rmSync(copy, { recursive: true, force: true });
  const renewed = openEnvironment(directory);
  leaveStore(renewed, directory);
  await renewed.root.close();
  return { before, after: statSync(file).size };
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}

/**
 * The LMDB environment of a store and its tables.
 *
 *     meta       "version"                          number of the layout, as text
 *                "owner"                            who holds the store (owner.ts), JSON
 *     queues     [name]                             {number, next, head, done}: numbers of the queue, of its next chunk, of
 *                                                   its first chunk, and how many messages of that are acknowledged
 *     chunks     [queue number, chunk]              record of messages (chunk-record.ts)
 *     infos      [queue number, chunk]              number of messages, bytes, time, whether there are blobs (queue.ts)
 *     marks      [queue number, chunk, index]       how far a report was read, JSON
 *     parked     [queue number, due, id, blob]      record of one message; due in epoch milliseconds, blob 1 if it has one
 *     letters    [id]                               head of a dead letter, JSON
 *     bodies     [id]                               the rest of it
 *     counters   [bot]                              totals, JSON
 *     state      [bot, key]                         8 bytes of expiry, then JSON of key and value; long keys by their digest
 *     seen       [bot, number, expiry, file bytes]  digests that were seen (seen-records.ts)
 *     aside      [queue, chunk or parked id]        records that could not be read
 *
 * Constraints (found by trying)
 * - A throw inside an asynchronous LMDB transaction does not roll back, so only `transactionSync` is used.
 * - With `overlappingSync: false` a transaction is on disk (fdatasync) when `transactionSync` returns.
 * - A key of one part comes back as that part, not as a list of it: everything that reads keys goes through here.
 * - Iterators that are left open keep old pages alive: ranges are read to their end at once.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { storeUnusable, storeVersion } from "../errors.ts";

export type Key = (string | number)[];
export type Table = Database<Buffer, Key>;

const tableNames = [
  "meta",
  "queues",
  "chunks",
  "infos",
  "marks",
  "parked",
  "letters",
  "bodies",
  "counters",
  "state",
  "seen",
  "aside",
] as const;

export type TableName = (typeof tableNames)[number];

export interface Environment {
  readonly root: RootDatabase<Buffer, Key>;
  readonly tables: Readonly<Record<TableName, Table>>;
}

/** Version of the layout above. */
const layoutVersion = 2;

/** Steps from a version of the layout to the next; each runs in a transaction of its own. */
const migrations: ReadonlyMap<number, (environment: Environment) => void> = new Map([
  // Runs of digests had other keys: they are forgotten, so an event that was seen before counts once more as new.
  [1, ({ tables }: Environment): void => tables.seen.clearSync()],
]);

/** Where the LMDB files of a state directory are. */
export function storePath(directory: string): string {
  return join(directory, "store");
}

/** Opens or makes the environment. Throws WEIR_STORE_UNUSABLE. */
export function openEnvironment(directory: string): Environment {
  try {
    mkdirSync(storePath(directory), { recursive: true, mode: 0o700 });
    const root = open<Buffer, Key>({
      path: storePath(directory),
      encoding: "binary",
      overlappingSync: false,
      maxDbs: tableNames.length + 4,
      maxReaders: 32,
    });
    const tables = Object.fromEntries(
      tableNames.map((name) => [name, root.openDB<Buffer, Key>({ name, encoding: "binary" })]),
    ) as Record<TableName, Table>; // every name is there
    return { root, tables };
  } catch (error) {
    throw storeUnusable({ directory, reason: reasonOf(error) }, { cause: error });
  }
}

/** Checks the version of the layout and brings an older one up to date. Throws WEIR_STORE_VERSION. */
export function migrate(environment: Environment, directory: string): void {
  const { root, tables } = environment;
  const stored = tables.meta.get(["version"]);
  let version = stored === undefined ? layoutVersion : Number(stored.toString());
  if (!(version >= 1 && version <= layoutVersion))
    throw storeVersion({ directory, found: version, known: layoutVersion });
  if (stored === undefined) root.transactionSync(() => writeVersion(tables.meta, layoutVersion));
  for (; version < layoutVersion; version++) {
    const step = migrations.get(version);
    if (step === undefined) throw storeVersion({ directory, found: version, known: layoutVersion });
    root.transactionSync(() => {
      step(environment);
      writeVersion(tables.meta, version + 1);
    });
  }
}

function writeVersion(meta: Table, version: number): void {
  meta.putSync(["version"], Buffer.from(String(version)));
}

/** Entries whose keys begin like this, read to the end. */
export function entriesOf(table: Table, prefix: Key): { readonly key: Key; readonly value: Buffer }[] {
  const found: { key: Key; value: Buffer }[] = [];
  for (const entry of table.getRange({ start: prefix, snapshot: false })) {
    const key = keyOf(entry.key);
    if (!beginsWith(key, prefix)) break;
    found.push({ key, value: entry.value });
  }
  return found;
}

/** Keys that begin like this, read to the end. */
export function keysOf(table: Table, prefix: Key): Key[] {
  return firstKeys(table, { start: prefix, while: (key) => beginsWith(key, prefix) });
}

/** Keys from a place on, as long as a condition holds; with `limit` at most so many of those that are wanted. */
export function firstKeys(
  table: Table,
  options: { readonly start: Key; while(key: Key): boolean; wanted?(key: Key): boolean; readonly limit?: number },
): Key[] {
  const { start, wanted = () => true, limit = Number.POSITIVE_INFINITY } = options;
  const found: Key[] = [];
  for (const stored of table.getKeys({ start, snapshot: false })) {
    const key = keyOf(stored);
    if (found.length >= limit || !options.while(key)) break;
    if (wanted(key)) found.push(key);
  }
  return found;
}

function keyOf(stored: Key | string | number): Key {
  return Array.isArray(stored) ? stored : [stored];
}

function beginsWith(key: Key, prefix: Key): boolean {
  return prefix.every((part, index) => key[index] === part);
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

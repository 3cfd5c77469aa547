/**
 * What bots remember, as records: keyed values one by one, seen digests in packed runs.
 *
 * Invariants
 * - A record of digests says when the last of them expires; it is dropped as a whole then.
 * - Short runs are joined: a new run is written together with the one before it while that is short, and all are packed
 *   anew when a bot's state is read and there are many of them.
 * - Everything here gives writes for the transaction of the unit, nothing is written at once, except when state is read.
 */
import { createHash } from "node:crypto";
import type { StoredStateChange } from "./store-unit.ts";
import { type Environment, entriesOf, type Key, keysOf, type Table } from "./tables.ts";

/** A value to be put, or (without one) a key to be removed. */
export interface Write {
  readonly table: Table;
  readonly key: Key;
  readonly value?: Uint8Array;
}

/** Expiry of entries that stay for ever, in packed runs; 0 means the same. */
const never = 0xffffffff;
const bytesPerEntry = 16;
const shortRun = 8 << 10;
const longRun = 256 << 10;
const longestKey = 500;

interface Tail {
  readonly number: number;
  readonly packed: Uint8Array;
}

export class StateRecords {
  readonly #environment: Environment;
  /** Last run of each bot, while it is short; and the number for the next one. */
  readonly #tails = new Map<string, Tail>();
  readonly #next = new Map<string, number>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Forgets what was planned and not written. */
  reset(): void {
    this.#tails.clear();
    this.#next.clear();
  }

  plan(change: StoredStateChange): Write {
    const { state } = this.#environment.tables;
    if (change.kind === "seen") return this.#planSeen(change.bot, change.packed);
    const key = [bounded(change.bot), bounded(change.key)];
    if (change.kind === "delete") return { table: state, key };
    const value = Buffer.allocUnsafe(8 + Buffer.byteLength(change.text));
    value.writeDoubleLE(change.expires, 0);
    value.write(change.text, 8, "utf8");
    return { table: state, key, value };
  }

  #planSeen(bot: string, packed: Uint8Array): Write {
    const { seen } = this.#environment.tables;
    const before = this.#tails.get(bot);
    const joined = before === undefined ? packed : Buffer.concat([before.packed, packed]);
    const number = before?.number ?? this.#nextOf(bot);
    if (before === undefined) this.#next.set(bot, number + 1);
    if (joined.length < shortRun) this.#tails.set(bot, { number, packed: joined });
    else this.#tails.delete(bot);
    return { table: seen, key: [bounded(bot), number], value: runOf(joined) };
  }

  #nextOf(bot: string): number {
    const known = this.#next.get(bot);
    if (known !== undefined) return known;
    const last = keysOf(this.#environment.tables.seen, [bounded(bot)]).at(-1);
    return last === undefined ? 1 : Number(last[1]) + 1;
  }

  /**
   * What a bot remembers: texts of keyed values with their expiry (milliseconds; 0: never), and packed digests. What is
   * expired at `now` (milliseconds) is removed.
   */
  read(
    bot: string,
    now: number,
  ): {
    readonly entries: readonly (readonly [text: string, expires: number])[];
    readonly seen: readonly Uint8Array<ArrayBuffer>[];
  } {
    const { root, tables } = this.#environment;
    const entries: [string, number][] = [];
    const writes: Write[] = [];
    for (const { key, value } of entriesOf(tables.state, [bounded(bot)])) {
      const expires = value.length < 8 ? 1 : value.readDoubleLE(0);
      if (expires !== 0 && expires <= now) writes.push({ table: tables.state, key });
      else entries.push([value.toString("utf8", 8), expires]);
    }
    const { runs, changes } = this.#readRuns(bot, now);
    writes.push(...changes);
    this.#tidy(root, writes);
    return { entries, seen: runs };
  }

  /** What cannot be tidied up now (the disk is full) is left for the next time: the records say the same, at more length. */
  #tidy(root: Environment["root"], writes: readonly Write[]): void {
    if (writes.length === 0) return;
    this.reset();
    try {
      root.transactionSync(() => applyWrites(writes));
    } catch {
      root.resetReadTxn();
    }
  }

  #readRuns(
    bot: string,
    now: number,
  ): { readonly runs: readonly Uint8Array<ArrayBuffer>[]; readonly changes: readonly Write[] } {
    const table = this.#environment.tables.seen;
    const live: { key: Key; packed: Uint8Array }[] = [];
    const changes: Write[] = [];
    for (const { key, value } of entriesOf(table, [bounded(bot)])) {
      const latest = value.length < 4 ? 0 : value.readUInt32LE(0);
      if (latest !== never && latest * 1000 <= now) changes.push({ table, key });
      else live.push({ key, packed: value.subarray(4, value.length - ((value.length - 4) % bytesPerEntry)) });
    }
    const bytes = live.reduce((sum, { packed }) => sum + packed.length, 0);
    if (live.length <= 16 + (2 * bytes) / longRun)
      return { runs: live.map(({ packed }) => new Uint8Array(packed)), changes };
    const joined = pack(live.map(({ packed }) => packed));
    for (const [at, { key }] of live.entries()) {
      const run = joined[at];
      changes.push({ table, key, ...(run === undefined ? {} : { value: runOf(run) }) });
    }
    return { runs: joined, changes };
  }
}

/** Joins runs to long ones; never more than there were. */
function pack(runs: readonly Uint8Array[]): Uint8Array<ArrayBuffer>[] {
  const joined: Uint8Array<ArrayBuffer>[] = [];
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  const finish = (): void => {
    if (waiting.length > 0) joined.push(new Uint8Array(Buffer.concat(waiting)));
    waiting = [];
    bytes = 0;
  };
  for (const run of runs) {
    waiting.push(run);
    bytes += run.length;
    if (bytes >= longRun) finish();
  }
  finish();
  return joined;
}

function runOf(packed: Uint8Array): Buffer {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let latest = 0;
  for (let at = 12; at + 4 <= packed.byteLength; at += bytesPerEntry) {
    const expires = view.getUint32(at);
    latest = Math.max(latest, expires === 0 ? never : expires);
  }
  const run = Buffer.allocUnsafe(4 + packed.byteLength);
  run.writeUInt32LE(latest, 0);
  run.set(packed, 4);
  return run;
}

/** LMDB keys hold less than two kilobytes: a longer part is written as its beginning and its digest. */
function bounded(part: string): string {
  if (Buffer.byteLength(part) <= longestKey) return part;
  return `${part.slice(0, 100)}\u0000${createHash("sha256").update(part).digest("hex")}`;
}

/** Inside a transaction. */
export function applyWrites(writes: readonly Write[]): void {
  for (const { table, key, value } of writes) {
    if (value === undefined) table.removeSync(key);
    else table.putSync(key, asBuffer(value));
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

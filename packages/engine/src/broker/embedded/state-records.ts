/**
 * What bots remember, as records: keyed values one by one here, digests in runs (seen-records.ts).
 *
 * Everything here gives writes for the transaction of the unit; nothing is written at once, except that expired values are
 * removed when a bot's are read.
 */
import { createHash } from "node:crypto";
import { SeenFiles } from "./seen-files.ts";
import { type SeenPiece, SeenRecords } from "./seen-records.ts";
import type { StoredStateChange } from "./store-unit.ts";
import { type Environment, entriesOf, type Key, type Table } from "./tables.ts";

/** A value to be put, or (without one) a key to be removed. */
export interface Write {
  readonly table: Table;
  readonly key: Key;
  readonly value?: Uint8Array;
}

export interface StoredBotState {
  /** Texts of keyed values with their expiry (milliseconds; 0: never). */
  readonly entries: readonly (readonly [text: string, expires: number])[];
  /** How many digests it has seen, about. */
  readonly digests: number;
}

const longestKey = 500;

export class StateRecords {
  readonly #environment: Environment;
  readonly seen: SeenRecords;

  constructor(environment: Environment, directory: string) {
    this.#environment = environment;
    this.seen = new SeenRecords(environment, new SeenFiles(directory));
  }

  /** Forgets what was planned and not written. */
  reset(): void {
    this.seen.reset();
  }

  plan(change: StoredStateChange): readonly Write[] {
    const { state } = this.#environment.tables;
    if (change.kind === "seen") return this.seen.plan(bounded(change.bot), change.packed, change.at);
    const key = [bounded(change.bot), bounded(change.key)];
    if (change.kind === "delete") return [{ table: state, key }];
    const value = Buffer.allocUnsafe(8 + Buffer.byteLength(change.text));
    value.writeDoubleLE(change.expires, 0);
    value.write(change.text, 8, "utf8");
    return [{ table: state, key, value }];
  }

  /** What a bot remembers at `now` (milliseconds), but for the digests themselves. What is expired is removed. */
  read(bot: string, now: number): StoredBotState {
    const { state } = this.#environment.tables;
    const entries: [string, number][] = [];
    const expired: Write[] = [];
    for (const { key, value } of entriesOf(state, [bounded(bot)])) {
      const expires = value.length < 8 ? 1 : value.readDoubleLE(0);
      if (expires !== 0 && expires <= now) expired.push({ table: state, key });
      else entries.push([value.toString("utf8", 8), expires]);
    }
    this.#remove(expired);
    return { entries, digests: this.seen.count(bounded(bot), Math.floor(now / 1000)) };
  }

  /** A part of a bot's digests that are alive at `now` (milliseconds), from a place on; 0: the beginning. */
  readSeen(bot: string, from: number, now: number, memory?: ArrayBuffer): SeenPiece {
    return this.seen.read(bounded(bot), from, Math.floor(now / 1000), memory);
  }

  /** What cannot be removed now (the disk is full) is left for the next time. */
  #remove(expired: readonly Write[]): void {
    if (expired.length === 0) return;
    const { root } = this.#environment;
    try {
      root.transactionSync(() => applyWrites(expired));
    } catch {
      root.resetReadTxn();
    }
  }
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

/**
 * Digests that bots have seen, as runs of packed entries, in the order in which they came: the latest as records in the
 * transaction of their unit; when these are a mebibyte they are sealed, which means that one file takes their place.
 *
 *     key      [bot, number, when the last of the entries expires, bytes of its file]
 *     value    packed entries; none when there is a file
 *
 * Invariants
 * - A run goes as a whole when its last entry is expired, with the next digests that the bot adds: what is on disk is
 *   bounded by what is alive, and keys alone tell what is expired.
 * - A short run is written anew together with what comes next, so that runs of small units are not small.
 * - What memory knows is made from the tables when a bot's runs are first needed, and again after `reset`. Runs that are
 *   not sealed are in memory, too: a mebibyte for a bot.
 */
import { bytesPerEntry, latestOf, never } from "../../state/packed-seen.ts";
import type { SeenFiles } from "./seen-files.ts";
import type { Write } from "./state-records.ts";
import { type Environment, entriesOf, type Key, keysOf, type Table } from "./tables.ts";

interface Run {
  readonly number: number;
  /** Expiry of its last entry. */
  readonly latest: number;
  /** Of its file; 0: it is a record. */
  readonly fileBytes: number;
  /** Its entries, unless they are in a file. */
  readonly packed: Uint8Array;
}

interface Known {
  runs: Run[];
  /** No run is expired before this time. */
  soonest: number;
  next: number;
  /** Bytes of records; and how many they have to be to be sealed. */
  openBytes: number;
  sealAt: number;
}

/** A part of what a bot has seen. */
export interface SeenPiece {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Where the next piece begins; undefined: this is the last. */
  readonly next: number | undefined;
  /** Bytes that should be there and are not. */
  readonly missing: number;
}

const shortRun = 8 << 10;
const sealedBytes = 1 << 20;
const nothing = new Uint8Array(0);

export class SeenRecords {
  readonly #table: Table;
  readonly #files: SeenFiles;
  readonly #bots = new Map<string, Known>();
  /** Files of runs that are planned to go. */
  #unneeded: (readonly [bot: string, number: number])[] = [];

  constructor(environment: Environment, files: SeenFiles) {
    this.#table = environment.tables.seen;
    this.#files = files;
  }

  /** Forgets what was planned and not written. */
  reset(): void {
    this.#bots.clear();
    this.#unneeded = [];
  }

  /** `bot` as it stands in keys; `at`: seconds since epoch. */
  plan(bot: string, packed: Uint8Array, at: number): Write[] {
    const known = this.#knownOf(bot);
    const writes = this.#dropExpired(bot, known, at);
    const last = known.runs.at(-1);
    if (last !== undefined && last.fileBytes === 0 && last.packed.length < shortRun) {
      known.runs.pop();
      writes.push({ table: this.#table, key: keyOf(bot, last) });
      this.#append(bot, known, { number: last.number, packed: Buffer.concat([last.packed, packed]) }, writes);
    } else this.#append(bot, known, { number: known.next, packed }, writes);
    known.openBytes += packed.length;
    if (known.openBytes >= known.sealAt) this.#seal(bot, known, writes);
    return writes;
  }

  #append(bot: string, known: Known, { number, packed }: Pick<Run, "number" | "packed">, writes: Write[]): void {
    const run: Run = { number, latest: latestOf(packed), fileBytes: 0, packed };
    known.runs.push(run);
    known.soonest = Math.min(known.soonest, run.latest);
    known.next = number + 1;
    writes.push({ table: this.#table, key: keyOf(bot, run), value: packed });
  }

  #dropExpired(bot: string, known: Known, at: number): Write[] {
    if (known.soonest > at) return [];
    const writes: Write[] = [];
    known.soonest = never;
    known.runs = known.runs.filter((run) => {
      if (run.latest > at) {
        known.soonest = Math.min(known.soonest, run.latest);
        return true;
      }
      writes.push({ table: this.#table, key: keyOf(bot, run) });
      known.openBytes -= run.packed.length;
      if (run.fileBytes > 0) this.#unneeded.push([bot, run.number]);
      return false;
    });
    return writes;
  }

  /** What cannot be sealed now (the disk is full) stays in records, and is sealed with what comes later. */
  #seal(bot: string, known: Known, writes: Write[]): void {
    const open = known.runs.filter(({ fileBytes }) => fileBytes === 0);
    const number = open[0]?.number ?? 0;
    try {
      const parts = open.map(({ packed }) => packed);
      this.#files.write(bot, number, parts);
    } catch {
      known.sealAt += sealedBytes;
      return;
    }
    for (const run of open) writes.push({ table: this.#table, key: keyOf(bot, run) });
    const latest = open.reduce((last, run) => Math.max(last, run.latest), 0);
    const sealed: Run = { number, latest, fileBytes: known.openBytes, packed: nothing };
    known.runs = [...known.runs.filter(({ fileBytes }) => fileBytes > 0), sealed];
    known.openBytes = 0;
    known.sealAt = sealedBytes;
    writes.push({ table: this.#table, key: keyOf(bot, sealed), value: nothing });
  }

  /** Removes the files of runs that are gone; called when that is on disk. */
  removeFiles(): void {
    for (const [bot, number] of this.#unneeded) this.#files.remove(bot, number);
    this.#unneeded = [];
  }

  /** Removes files that a crash left. */
  sweep(): void {
    const sealed = keysOf(this.#table, []).filter(([, , , fileBytes]) => fileBytes !== 0);
    this.#files.sweep(sealed.map(([bot, number]) => [String(bot), Number(number)]));
  }

  /** Bytes of all files. */
  fileBytes(): number {
    return keysOf(this.#table, []).reduce((sum, [, , , fileBytes]) => sum + Number(fileBytes), 0);
  }

  /** How many of a bot's digests are in runs that are alive. */
  count(bot: string, now: number): number {
    const live = this.#knownOf(bot).runs.filter(({ latest }) => latest > now);
    return live.reduce((sum, { fileBytes, packed }) => sum + (fileBytes + packed.length) / bytesPerEntry, 0);
  }

  /** What is alive of a bot's digests, from a place on (0: the beginning): a file, or all that is in records. */
  read(bot: string, from: number, now: number, memory?: ArrayBuffer): SeenPiece {
    const runs = this.#knownOf(bot).runs.filter(({ number, latest }) => number >= from && latest > now);
    const [first, second] = runs;
    if (first === undefined || first.fileBytes === 0) {
      return { packed: new Uint8Array(Buffer.concat(runs.map(({ packed }) => packed))), next: undefined, missing: 0 };
    }
    const packed = this.#files.read(bot, first.number, memory);
    return { packed, next: second?.number, missing: Math.max(0, first.fileBytes - packed.length) };
  }

  /** Sealed runs come before the others. */
  #knownOf(bot: string): Known {
    let known = this.#bots.get(bot);
    if (known === undefined) {
      const runs = entriesOf(this.#table, [bot]).map(({ key: [, number, latest, fileBytes], value }): Run => {
        const packed = new Uint8Array(value.subarray(0, value.length - (value.length % bytesPerEntry)));
        return { number: Number(number), latest: Number(latest), fileBytes: Number(fileBytes), packed };
      });
      const soonest = runs.reduce((least, { latest }) => Math.min(least, latest), never);
      const openBytes = runs.reduce((sum, { packed }) => sum + packed.length, 0);
      known = { runs, soonest, next: (runs.at(-1)?.number ?? 0) + 1, openBytes, sealAt: sealedBytes };
      this.#bots.set(bot, known);
    }
    return known;
  }
}

function keyOf(bot: string, { number, latest, fileBytes }: Run): Key {
  return [bot, number, latest, fileBytes];
}

/**
 * The embedded store: LMDB, used by exactly one thread of one process.
 *
 * Constraints
 * - A throw inside an asynchronous LMDB transaction does not roll back; a thread that is terminated inside a transaction hangs
 *   the process. So units are prepared before, and applied by `transactionSync` in this thread only.
 * - A commit returns when it is on disk (`overlappingSync: false`).
 *
 * Layout (keys are ordered arrays)
 *     ["meta"]                     { version }
 *     ["queue", name]              number of the queue
 *     ["head", number]             { chunk, index, next, messages, bytes }: acknowledged up to (chunk, index); next chunk's number
 *     ["m", number, chunk]         record of messages (chunk-record.ts)
 *     ["p", number, chunk, index]  mark of a report that is being read
 *     ["parked", number, id]       { dueAt } line, then a record of one message; ids sort by time
 *     ["dead", id]                 dead letter: JSON line, then a record of its message or its bytes
 *     ["count", bot]               counters
 *     ["state", bot, key]          { value, expires }
 *     ["seen", bot, number]        expiry of the last entry (8 bytes), then packed entries
 *     ["blob", id]                 number of references
 *     ["broken", queue, chunk]     a record that could not be read
 *
 * Invariants
 * - Within a queue chunks are numbered without gaps from `head.chunk` on; `head.messages` is what is not acknowledged.
 * - A blob's file exists while ["blob", id] does; files without it are swept when the store is opened.
 */
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { killPoint } from "../../testing/kill-point.ts";
import { addCounters, type TotalCounters } from "../counters.ts";
import type { BotCounters } from "../broker.ts";
import { storeUnusable, storeVersion } from "./errors.ts";
import { blobsOf, BrokenRecord, inspectChunk } from "./chunk-record.ts";
import { takeStore } from "./owner.ts";

export const storeVersionNow = 1;

/** A unit of work as bytes: nothing in it can fail to be written. */
export interface PreparedUnit {
  readonly acknowledge: readonly { readonly queue: string; readonly chunk: number; readonly index: number }[];
  readonly unpark: readonly { readonly queue: string; readonly id: string }[];
  readonly progress: readonly { readonly queue: string; readonly chunk: number; readonly index: number; readonly mark: string }[];
  readonly enqueue: readonly { readonly queue: string; readonly record: Uint8Array }[];
  readonly park: readonly { readonly queue: string; readonly dueAt: number; readonly record: Uint8Array }[];
  readonly letters: readonly { readonly id: string; readonly record: Uint8Array; readonly blobs: readonly string[] }[];
  readonly dropLetters: readonly string[];
  readonly state: readonly PreparedState[];
  readonly counters: Readonly<Record<string, BotCounters>>;
  readonly releaseBlobs: readonly string[];
}

export type PreparedState =
  | { readonly kind: "set"; readonly bot: string; readonly key: string; readonly text: string }
  | { readonly kind: "delete"; readonly bot: string; readonly key: string }
  | { readonly kind: "seen"; readonly bot: string; readonly packed: Uint8Array };

export interface Head {
  chunk: number;
  /** Messages of `chunk` that are acknowledged. */
  index: number;
  next: number;
  messages: number;
  bytes: number;
}

export interface StoredQueue {
  readonly name: string;
  readonly number: number;
  readonly head: Head;
}

export interface ReadChunk {
  readonly chunk: number;
  readonly record: Uint8Array;
  /** Messages of the record that are acknowledged already. */
  readonly skip: number;
  /** Mark of the first message that is not. */
  readonly mark?: string;
}

export interface ParkedRecord {
  readonly id: string;
  readonly dueAt: number;
  readonly record: Uint8Array;
}

type Key = (string | number)[];

export class Store {
  readonly directory: string;
  readonly #db: RootDatabase<Buffer, Key>;
  readonly #queues = new Map<string, StoredQueue>();
  readonly #counters = new Map<string, TotalCounters>();
  /** Due times of parked messages, by queue and id. */
  readonly #parked = new Map<string, Map<string, number>>();
  readonly #letGo: () => void;
  readonly #seenNext = new Map<string, number>();
  #parkedIds = 0;

  /** Opens or makes the store. Throws WEIR_STORE_HELD, WEIR_STORE_VERSION, WEIR_STORE_UNUSABLE. */
  constructor(directory: string) {
    this.directory = directory;
    try {
      mkdirSync(join(directory, "blobs"), { recursive: true, mode: 0o700 });
      mkdirSync(join(directory, "store"), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw storeUnusable({ directory, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
    this.#letGo = takeStore(directory);
    try {
      this.#db = open<Buffer, Key>({
        path: join(directory, "store"),
        encoding: "binary",
        overlappingSync: false,
        noMemInit: true,
        maxReaders: 16,
      });
      this.#load();
    } catch (error) {
      this.#letGo();
      if (error instanceof Error && "code" in error && String(error.code).startsWith("WEIR_")) throw error;
      throw storeUnusable({ directory, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
    this.#sweepBlobs();
  }

  #json<Value>(key: Key): Value | undefined {
    const bytes = this.#db.get(key);
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString("utf8")) as Value); // we wrote it
  }

  #putJson(key: Key, value: unknown): void {
    this.#db.putSync(key, Buffer.from(JSON.stringify(value)));
  }

  #load(): void {
    const meta = this.#json<{ version: number }>(["meta"]);
    if (meta !== undefined && meta.version > storeVersionNow) {
      throw storeVersion({ directory: this.directory, found: meta.version, known: storeVersionNow });
    }
    if (meta === undefined) this.#putJson(["meta"], { version: storeVersionNow });
    for (const { key, value } of this.#range("queue")) {
      const number = Number(value.toString());
      const head = this.#json<Head>(["head", number]) ?? { chunk: 1, index: 0, next: 1, messages: 0, bytes: 0 };
      this.#queues.set(String(key[1]), { name: String(key[1]), number, head });
    }
    for (const { key, value } of this.#range("count")) this.#counters.set(String(key[1]), JSON.parse(value.toString()) as TotalCounters); // we wrote it
    const names = new Map([...this.#queues.values()].map(({ number, name }) => [number, name]));
    for (const { key, value } of this.#range("parked")) {
      const queue = names.get(Number(key[1]));
      if (queue !== undefined) this.#parkedOf(queue).set(String(key[2]), parkedTime(value));
    }
    for (const { key } of this.#range("seen")) this.#seenNext.set(String(key[1]), Number(key[2]) + 1);
  }

  /** Everything below a key, read at once: an iterator that is left open would keep old pages alive. */
  #range(...prefix: Key): readonly { key: Key; value: Buffer }[] {
    const found: { key: Key; value: Buffer }[] = [];
    for (const { key, value } of this.#db.getRange({ start: prefix, snapshot: false })) {
      if (!prefix.every((part, index) => key[index] === part)) break;
      found.push({ key, value: Buffer.from(value) });
    }
    return found;
  }

  #parkedOf(queue: string): Map<string, number> {
    let parked = this.#parked.get(queue);
    if (parked === undefined) {
      parked = new Map();
      this.#parked.set(queue, parked);
    }
    return parked;
  }

  queue(name: string): StoredQueue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      const number = 1 + Math.max(0, ...[...this.#queues.values()].map((known) => known.number));
      queue = { name, number, head: { chunk: 1, index: 0, next: 1, messages: 0, bytes: 0 } };
      this.#db.putSync(["queue", name], Buffer.from(String(number)));
      this.#queues.set(name, queue);
    }
    return queue;
  }

  get queues(): ReadonlyMap<string, StoredQueue> {
    return this.#queues;
  }

  counters(): ReadonlyMap<string, TotalCounters> {
    return this.#counters;
  }

  /** Applies units in order, all in one transaction, and returns when they are on disk. Gives the files that nobody refers to any more. */
  apply(units: readonly PreparedUnit[]): readonly string[] {
    for (const unit of units) for (const { queue } of [...unit.enqueue, ...unit.park]) this.queue(queue);
    const heads = new Map([...this.#queues.values()].map((queue) => [queue, { ...queue.head }]));
    const counters = new Map(this.#counters);
    const parked = new Map([...this.#parked].map(([name, list]) => [name, new Map(list)]));
    const released: string[] = [];
    killPoint("store.before-commit");
    try {
      this.#db.transactionSync(() => {
        const touched = new Set<StoredQueue>();
        const counted = new Set<string>();
        const blobs = new Map<string, number>();
        for (const unit of units) this.#applyOne(unit, { touched, counted, blobs });
        for (const queue of touched) this.#putJson(["head", queue.number], queue.head);
        for (const bot of counted) this.#putJson(["count", bot], this.#counters.get(bot));
        for (const [id, change] of blobs) {
          const count = Number(this.#db.get(["blob", id])?.toString() ?? 0) + change;
          if (count > 0) this.#db.putSync(["blob", id], Buffer.from(String(count)));
          else {
            this.#db.removeSync(["blob", id]);
            released.push(id);
          }
        }
      });
    } catch (error) {
      for (const [queue, head] of heads) Object.assign(queue.head, head);
      this.#counters.clear();
      for (const [bot, total] of counters) this.#counters.set(bot, total);
      this.#parked.clear();
      for (const [name, list] of parked) this.#parked.set(name, list);
      throw error;
    }
    killPoint("store.after-commit");
    for (const id of released) rmSync(join(this.directory, "blobs", id), { force: true });
    return released;
  }

  #applyOne(unit: PreparedUnit, { touched, counted, blobs }: { touched: Set<StoredQueue>; counted: Set<string>; blobs: Map<string, number> }): void {
    const db = this.#db;
    const refer = (ids: readonly string[], change: number): void => {
      for (const id of ids) blobs.set(id, (blobs.get(id) ?? 0) + change);
    };
    for (const { queue: name, record } of unit.enqueue) {
      const queue = this.queue(name);
      const { head } = queue;
      const { count } = inspectChunk(record);
      db.putSync(["m", queue.number, head.next], asBuffer(record));
      head.next += 1;
      head.messages += count;
      head.bytes += record.length;
      refer(blobsOf(record), 1);
      touched.add(queue);
    }
    for (const { queue: name, dueAt, record } of unit.park) {
      const queue = this.queue(name);
      this.#parkedIds += 1;
      const id = `${String(dueAt).padStart(15, "0")}-${Date.now()}-${this.#parkedIds}`;
      db.putSync(["parked", queue.number, id], Buffer.concat([Buffer.from(`${dueAt}\n`), record]));
      this.#parkedOf(name).set(id, dueAt);
      refer(blobsOf(record), 1);
    }
    for (const { id, record, blobs: ids } of unit.letters) {
      db.putSync(["dead", id], asBuffer(record));
      refer(ids, 1);
    }
    for (const id of unit.dropLetters) db.removeSync(["dead", id]);
    for (const { queue: name, chunk, index, mark } of unit.progress) {
      db.putSync(["p", this.queue(name).number, chunk, index], Buffer.from(mark));
    }
    for (const { queue: name, chunk, index } of unit.acknowledge) {
      const queue = this.queue(name);
      this.#acknowledge(queue, chunk, index);
      touched.add(queue);
    }
    for (const { queue: name, id } of unit.unpark) {
      db.removeSync(["parked", this.queue(name).number, id]);
      this.#parkedOf(name).delete(id);
    }
    for (const change of unit.state) this.#applyState(change);
    for (const [bot, counters] of Object.entries(unit.counters)) {
      this.#counters.set(bot, addCounters(this.#counters.get(bot), counters));
      counted.add(bot);
    }
    refer(unit.releaseBlobs, -1);
  }

  #acknowledge(queue: StoredQueue, chunk: number, index: number): void {
    const { head, number } = queue;
    const db = this.#db;
    for (; head.chunk <= chunk && head.chunk < head.next; ) {
      const record = db.get(["m", number, head.chunk]);
      const count = record === undefined ? 0 : countOf(record);
      const done = head.chunk < chunk ? count : Math.min(index + 1, count);
      for (let at = head.index; at < done; at++) db.removeSync(["p", number, head.chunk, at]);
      head.messages = Math.max(0, head.messages - Math.max(0, done - head.index));
      if (done < count) {
        head.index = done;
        return;
      }
      db.removeSync(["m", number, head.chunk]);
      head.bytes = Math.max(0, head.bytes - (record?.length ?? 0));
      head.chunk += 1;
      head.index = 0;
    }
  }

  #applyState(change: PreparedState): void {
    if (change.kind === "set") this.#db.putSync(["state", change.bot, stateKey(change.key)], Buffer.from(change.text));
    else if (change.kind === "delete") this.#db.removeSync(["state", change.bot, stateKey(change.key)]);
    else {
      const number = this.#seenNext.get(change.bot) ?? 1;
      this.#seenNext.set(change.bot, number + 1);
      this.#db.putSync(["seen", change.bot, number], asBuffer(change.packed));
    }
  }

  /** Records from a place on, up to a number of messages and bytes; at least one if there is any. */
  read(name: string, from: number, { maxMessages, maxBytes }: { readonly maxMessages: number; readonly maxBytes: number }): readonly ReadChunk[] {
    const { number, head } = this.queue(name);
    const chunks: ReadChunk[] = [];
    let messages = 0;
    let bytes = 0;
    for (let chunk = Math.max(from, head.chunk); chunk < head.next && messages < maxMessages && bytes < maxBytes; chunk++) {
      const record = this.#db.get(["m", number, chunk]);
      if (record === undefined) continue;
      const skip = chunk === head.chunk ? head.index : 0;
      const mark = this.#db.get(["p", number, chunk, skip])?.toString();
      chunks.push({ chunk, record: new Uint8Array(record), skip, ...(mark === undefined ? {} : { mark }) });
      messages += countOf(record) - skip;
      bytes += record.length;
    }
    return chunks;
  }

  /** Parked messages that are due, oldest first. */
  due(name: string, now: number, limit: number): readonly ParkedRecord[] {
    const { number } = this.queue(name);
    const ids = [...this.#parkedOf(name)].filter(([, dueAt]) => dueAt <= now).map(([id]) => id).sort();
    return ids.slice(0, limit).flatMap((id): ParkedRecord[] => {
      const bytes = this.#db.get(["parked", number, id]);
      if (bytes === undefined) return [];
      const end = bytes.indexOf(10);
      return [{ id, dueAt: parkedTime(bytes), record: new Uint8Array(bytes.subarray(end + 1)) }];
    });
  }

  /** When the next parked message of any queue is due, by queue. */
  nextDue(): ReadonlyMap<string, number> {
    const next = new Map<string, number>();
    for (const [name, parked] of this.#parked) if (parked.size > 0) next.set(name, Math.min(...parked.values()));
    return next;
  }

  parkedCount(name: string): number {
    return this.#parked.get(name)?.size ?? 0;
  }

  /** Time at which the oldest waiting record was written. */
  oldest(name: string): number | undefined {
    const { number, head } = this.queue(name);
    const record = head.chunk < head.next ? this.#db.get(["m", number, head.chunk]) : undefined;
    return record === undefined || record.length < 16 ? undefined : record.readUInt32BE(12) * 1000;
  }

  /** Sets a record aside that cannot be read. */
  setAside(name: string, chunk: number): void {
    const queue = this.queue(name);
    const key: Key = ["m", queue.number, chunk];
    this.#db.transactionSync(() => {
      const record = this.#db.get(key);
      if (record === undefined) return;
      this.#db.putSync(["broken", name, chunk], record);
      queue.head.bytes = Math.max(0, queue.head.bytes - record.length);
      this.#db.putSync(key, emptyRecord());
      this.#putJson(["head", queue.number], queue.head);
    });
  }

  /** Removes everything of a queue; says how many messages. */
  purge(name: string): number {
    const queue = this.queue(name);
    const { head, number } = queue;
    const count = head.messages + this.parkedCount(name);
    const blobs: string[] = [];
    const collect = (record: Uint8Array): void => {
      try {
        blobs.push(...blobsOf(record));
      } catch (error) {
        if (!(error instanceof BrokenRecord)) throw error; // a damaged record refers to nothing that could be told
      }
    };
    this.#db.transactionSync(() => {
      for (let chunk = head.chunk; chunk < head.next; chunk++) {
        const record = this.#db.get(["m", number, chunk]);
        if (record !== undefined) collect(record);
        this.#db.removeSync(["m", number, chunk]);
      }
      for (const { key } of this.#range("p", number)) this.#db.removeSync(key);
      for (const { key, value } of this.#range("parked", number)) {
        collect(value.subarray(value.indexOf(10) + 1));
        this.#db.removeSync(key);
      }
      Object.assign(head, { chunk: head.next, index: 0, messages: 0, bytes: 0 });
      this.#putJson(["head", number], head);
    });
    this.#parkedOf(name).clear();
    if (blobs.length > 0) this.apply([{ ...emptyUnit, releaseBlobs: blobs }]);
    return count;
  }

  letters(): readonly { readonly id: string; readonly record: Uint8Array }[] {
    return [...this.#range("dead")].map(({ key, value }) => ({ id: String(key[1]), record: new Uint8Array(value) }));
  }

  letter(id: string): Uint8Array | undefined {
    const bytes = this.#db.get(["dead", id]);
    return bytes === undefined ? undefined : new Uint8Array(bytes);
  }

  /** What a bot remembers; seen chunks that are expired are removed. `now` in seconds. */
  state(bot: string, now: number): { readonly entries: readonly (readonly [string, string])[]; readonly seen: readonly Uint8Array[] } {
    const entries = [...this.#range("state", bot)].map(({ value }): [string, string] => {
      const text = value.toString("utf8");
      return ["", text];
    });
    const seen: Uint8Array[] = [];
    const expired: Key[] = [];
    for (const { key, value } of this.#range("seen", bot)) {
      if (latestExpiry(value) > now) seen.push(new Uint8Array(value));
      else expired.push(key);
    }
    if (expired.length > 0) this.#db.transactionSync(() => expired.forEach((key) => this.#db.removeSync(key)));
    return { entries, seen };
  }

  sizes(): { readonly storeBytes: number; readonly blobBytes: number; readonly freeBytes: number } {
    const bytesIn = (directory: string): number =>
      readdirSync(directory).reduce((sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0), 0);
    return {
      storeBytes: bytesIn(join(this.directory, "store")),
      blobBytes: bytesIn(join(this.directory, "blobs")),
      freeBytes: this.freeBytes(),
    };
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.directory);
    return bavail * bsize;
  }

  #sweepBlobs(): void {
    for (const name of readdirSync(join(this.directory, "blobs"))) {
      if (this.#db.get(["blob", name]) === undefined) rmSync(join(this.directory, "blobs", name), { force: true });
    }
  }

  /** Lets LMDB see pages that others freed; needed before writing goes on after the disk was full. */
  recover(): void {
    this.#db.resetReadTxn();
  }

  async close(): Promise<void> {
    await this.#db.close();
    this.#letGo();
  }
}

export const emptyUnit: PreparedUnit = {
  acknowledge: [],
  unpark: [],
  progress: [],
  enqueue: [],
  park: [],
  letters: [],
  dropLetters: [],
  state: [],
  counters: {},
  releaseBlobs: [],
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function countOf(record: Uint8Array): number {
  return record.length < 8 ? 0 : new DataView(record.buffer, record.byteOffset).getUint32(4);
}

function parkedTime(bytes: Buffer): number {
  return Number(bytes.subarray(0, bytes.indexOf(10)).toString());
}

/** LMDB keys hold less than two kilobytes: longer keys of bots are stored by their beginning and a digest. */
function stateKey(key: string): string {
  if (key.length <= 400) return key;
  let hash = 0n;
  for (const byte of Buffer.from(key)) hash = ((hash * 1099511628211n) ^ BigInt(byte)) & ((1n << 128n) - 1n);
  return `${key.slice(0, 360)}#${hash.toString(16)}`;
}

function latestExpiry(packed: Uint8Array): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let latest = 0;
  for (let at = 12; at + 4 <= packed.byteLength; at += 16) latest = Math.max(latest, view.getUint32(at));
  return latest;
}

function emptyRecord(): Buffer {
  return Buffer.alloc(16);
}

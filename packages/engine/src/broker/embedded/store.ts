/**
 * The embedded store: queues, state and dead letters of a botnet in LMDB; used by exactly one thread of one process.
 *
 * Invariants
 * - `apply` writes all of its units in one transaction and returns when that is on disk; when it throws nothing was written
 *   and the store is as before.
 * - What memory knows (`Queue`, counters, blob counts) is the state of the tables. After a failed transaction, and at every
 *   opening, it is made anew from them.
 * - A record that cannot be read is set aside and told, and the messages around it go on.
 *
 * The layout is described in tables.ts. Requires that the thread is never terminated inside a transaction: LMDB's lock
 * would hang the process.
 */
import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { killPoint } from "../../testing/kill-point.ts";
import type { BotCounters, QueueDepth } from "../broker.ts";
import { addCounters, type TotalCounters } from "../counters.ts";
import { recordDamaged, storeUnusable, storeWrite } from "../errors.ts";
import { BlobReferences } from "./blob-references.ts";
import { blobsOf, damageOf } from "./chunk-record.ts";
import { forgetStore, leaveStore, takeStore } from "./owner.ts";
import { type Acknowledged, type ParkedInfo, Queue, type QueueRecord, readInfo, writeInfo } from "./queue.ts";
import { applyWrites, StateRecords, type Write } from "./state-records.ts";
import { emptyUnit, type StoredLetter, type StoredMessages, type StoreUnit } from "./store-unit.ts";
import {
  type Environment,
  entriesOf,
  firstKeys,
  type Key,
  keysOf,
  migrate,
  openEnvironment,
  reasonOf,
  storePath,
} from "./tables.ts";

export interface StoreOptions {
  /** The state directory. */
  readonly directory: string;
  /** What people should know: records that were set aside. */
  onProblem?(message: string): void;
}

export interface ReadOptions {
  /** Chunks up to this number were read already; 0: none. */
  readonly after: number;
  /** Parked messages that the reader has already. */
  readonly holding: readonly string[];
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Epoch milliseconds; parked messages that are due by then are given. */
  readonly now: number;
}

export interface ReadChunk {
  readonly chunk: number;
  readonly record: Uint8Array<ArrayBuffer>;
  /** Messages of the record that are done already. */
  readonly skip: number;
  /** Marks (JSON) of messages of the record, by index. */
  readonly marks: readonly (readonly [index: number, mark: string])[];
}

export interface ReadParked {
  readonly id: string;
  readonly record: Uint8Array<ArrayBuffer>;
}

export interface ReadResult {
  readonly chunks: readonly ReadChunk[];
  readonly parked: readonly ReadParked[];
  /** Whether there are chunks behind those. */
  readonly more: boolean;
}

export interface StoreSizes {
  /** Bytes of the store's files. */
  readonly storeBytes: number;
  /** Bytes in them that are free and will be used again. */
  readonly reusableBytes: number;
  readonly blobBytes: number;
  /** Bytes that are free on the disk. */
  readonly freeBytes: number;
  /** Records that could not be read. */
  readonly setAside: number;
}

export class Store {
  readonly directory: string;
  readonly #environment: Environment;
  readonly #onProblem: (message: string) => void;
  readonly #state: StateRecords;
  readonly #blobs: BlobReferences;
  readonly #queues = new Map<string, Queue>();
  readonly #counters = new Map<string, TotalCounters>();
  readonly #letterBlobs = new Map<string, string>();
  #lastQueue = 0;
  #lastParked = 0;
  #unsure = false;

  /** Opens or makes the store. Throws WEIR_STORE_HELD, WEIR_STORE_VERSION, WEIR_STORE_UNUSABLE. */
  constructor({ directory, onProblem = () => undefined }: StoreOptions) {
    this.directory = directory;
    this.#onProblem = onProblem;
    this.#environment = openEnvironment(directory);
    this.#state = new StateRecords(this.#environment);
    this.#blobs = new BlobReferences(directory);
    let taken = false;
    try {
      migrate(this.#environment, directory);
      takeStore(this.#environment, directory);
      taken = true;
      this.#load();
      this.#blobs.sweep();
    } catch (error) {
      if (taken) leaveStore(this.#environment, directory);
      void this.#environment.root.close();
      if (error instanceof Error && "code" in error && String(error.code).startsWith("WEIR_")) throw error;
      throw storeUnusable({ directory, reason: reasonOf(error) }, { cause: error });
    }
  }

  #load(): void {
    const { tables } = this.#environment;
    this.#queues.clear();
    this.#counters.clear();
    this.#letterBlobs.clear();
    this.#blobs.clear();
    this.#state.reset();
    const byNumber = new Map<number, Queue>();
    for (const { key, value } of entriesOf(tables.queues, [])) {
      const queue = new Queue(String(key[0]), JSON.parse(value.toString()) as QueueRecord); // we wrote it
      this.#queues.set(queue.name, queue);
      byNumber.set(queue.number, queue);
      this.#lastQueue = Math.max(this.#lastQueue, queue.number);
    }
    for (const { key, value } of entriesOf(tables.infos, [])) this.#loadChunk(byNumber.get(Number(key[0])), key, value);
    for (const [number, chunk, index] of keysOf(tables.marks, [])) {
      byNumber.get(Number(number))?.mark(Number(chunk), Number(index));
    }
    for (const key of keysOf(tables.parked, [])) this.#loadParked(byNumber.get(Number(key[0])), key);
    for (const { key, value } of entriesOf(tables.counters, [])) {
      this.#counters.set(String(key[0]), JSON.parse(value.toString()) as TotalCounters); // we wrote it
    }
    for (const { key, value } of entriesOf(tables.letters, [])) {
      const blob = blobOfLetter(value);
      if (blob !== undefined) this.#noteLetterBlob(String(key[0]), blob);
    }
  }

  #loadChunk(queue: Queue | undefined, key: Key, value: Buffer): void {
    const info = readInfo(value);
    if (queue === undefined || info === undefined) return;
    const chunk = Number(key[1]);
    const blobs = info.hasBlobs ? this.#blobsOfChunk(key) : [];
    for (const { index, id } of blobs) if (index >= queue.doneOf(chunk)) this.#blobs.add(id);
    queue.load({ chunk, count: info.count, bytes: info.bytes, storedAt: info.storedAt, blobs });
  }

  /** A damaged record refers to nothing; it is found out and told when it is read. */
  #blobsOfChunk(key: Key): readonly { readonly index: number; readonly id: string }[] {
    const record = this.#environment.tables.chunks.get(key);
    return record === undefined || damageOf(record) !== undefined ? [] : blobsOf(record);
  }

  #loadParked(queue: Queue | undefined, key: Key): void {
    const [, dueAt, number, hasBlob] = key;
    this.#lastParked = Math.max(this.#lastParked, Number(number));
    if (queue === undefined) return;
    const record = hasBlob === 1 ? this.#environment.tables.parked.get(key) : undefined;
    const blob = record === undefined || damageOf(record) !== undefined ? undefined : blobsOf(record)[0]?.id;
    const id = String(number);
    queue.parked.set(id, { id, dueAt: Number(dueAt), ...(blob === undefined ? {} : { blob }) });
    if (blob !== undefined) this.#blobs.add(blob);
  }

  #noteLetterBlob(id: string, blob: string | undefined): void {
    const before = this.#letterBlobs.get(id);
    if (blob !== undefined) {
      this.#blobs.add(blob);
      this.#letterBlobs.set(id, blob);
    } else this.#letterBlobs.delete(id);
    if (before !== undefined) this.#blobs.remove(before);
  }

  /** Applies units in order. Throws WEIR_STORE_WRITE. */
  apply(units: readonly StoreUnit[]): void {
    const writes: Write[] = [];
    this.#makeSure();
    try {
      this.#plan(units, writes);
      killPoint("store.before-commit");
      this.#environment.root.transactionSync(() => {
        applyWrites(writes);
        killPoint("store.in-transaction");
      });
    } catch (error) {
      throw this.#failed(error);
    }
    killPoint("store.after-commit");
    this.#blobs.removeFiles();
  }

  /** What memory knows is not what the tables say now; LMDB's own view may be old, too, after the disk was full. */
  #failed(error: unknown): Error {
    this.#unsure = true;
    return storeWrite({ directory: this.directory, reason: reasonOf(error) }, { cause: error });
  }

  /** Makes memory anew after a failure, before anything is told or planned from it. Throws WEIR_STORE_WRITE. */
  #makeSure(): void {
    if (!this.#unsure) return;
    try {
      this.#environment.root.resetReadTxn();
      this.#load();
      this.#unsure = false;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #plan(units: readonly StoreUnit[], writes: Write[]): void {
    const touched = new Set<Queue>();
    const counted = new Set<string>();
    for (const unit of units) {
      this.#planQueues(unit, writes, touched);
      this.#planLetters(unit, writes);
      for (const change of unit.state) writes.push(this.#state.plan(change));
      for (const [bot, counters] of Object.entries(unit.counters)) this.#count(bot, counters, counted);
      for (const id of unit.releaseBlobs) this.#blobs.release(id);
    }
    const { tables } = this.#environment;
    for (const { name, record } of touched) writes.push({ table: tables.queues, key: [name], value: json(record) });
    for (const bot of counted)
      writes.push({ table: tables.counters, key: [bot], value: json(this.#counters.get(bot)) });
  }

  /** References are added before others are removed, so that a blob that goes on to another queue keeps its file. */
  #planQueues(unit: StoreUnit, writes: Write[], touched: Set<Queue>): void {
    const { marks } = this.#environment.tables;
    for (const { queue: name, messages } of unit.enqueue) {
      const queue = this.#touch(name, touched);
      this.#planChunk(queue, messages, writes);
    }
    for (const { queue: name, dueAt, messages } of unit.park) {
      this.#planPark(this.#touch(name, touched), dueAt, messages, writes);
    }
    for (const { queue: name, chunk, index, mark } of unit.progress) {
      const queue = this.#touch(name, touched);
      if (queue.mark(chunk, index))
        writes.push({ table: marks, key: [queue.number, chunk, index], value: Buffer.from(mark) });
    }
    for (const { queue: name, chunk, index } of unit.acknowledge) {
      const queue = this.#touch(name, touched);
      this.#planRemoval(queue, queue.acknowledge(chunk, index), writes);
    }
    for (const { queue: name, id } of unit.unpark) {
      const queue = this.#touch(name, touched);
      const parked = queue.parked.get(id);
      if (parked !== undefined) this.#planUnpark(queue, parked, writes);
    }
  }

  #touch(name: string, touched: Set<Queue>): Queue {
    const queue = this.#queue(name);
    touched.add(queue);
    return queue;
  }

  #queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      this.#lastQueue += 1;
      queue = new Queue(name, { number: this.#lastQueue, next: 1, head: 1, done: 0 });
      this.#queues.set(name, queue);
    }
    return queue;
  }

  #planChunk(queue: Queue, { record, count, blobs }: StoredMessages, writes: Write[]): void {
    const { chunks, infos } = this.#environment.tables;
    const info = { count, bytes: record.byteLength, storedAt: Date.now(), blobs };
    const chunk = queue.append(info);
    for (const { id } of blobs) this.#blobs.add(id);
    writes.push({ table: chunks, key: [queue.number, chunk], value: record });
    writes.push({ table: infos, key: [queue.number, chunk], value: writeInfo(info) });
  }

  #planRemoval(queue: Queue, { chunks, marks, blobs }: Acknowledged, writes: Write[]): void {
    const { tables } = this.#environment;
    for (const chunk of chunks) {
      writes.push({ table: tables.chunks, key: [queue.number, chunk] });
      writes.push({ table: tables.infos, key: [queue.number, chunk] });
    }
    for (const key of marks) writes.push({ table: tables.marks, key });
    for (const id of blobs) this.#blobs.remove(id);
  }

  #planPark(queue: Queue, dueAt: number, { record, blobs }: StoredMessages, writes: Write[]): void {
    this.#lastParked += 1;
    const blob = blobs[0]?.id;
    const parked: ParkedInfo = { id: String(this.#lastParked), dueAt, ...(blob === undefined ? {} : { blob }) };
    queue.parked.set(parked.id, parked);
    if (blob !== undefined) this.#blobs.add(blob);
    writes.push({ table: this.#environment.tables.parked, key: parkedKey(queue, parked), value: record });
  }

  #planUnpark(queue: Queue, parked: ParkedInfo, writes: Write[]): void {
    queue.parked.delete(parked.id);
    writes.push({ table: this.#environment.tables.parked, key: parkedKey(queue, parked) });
    if (parked.blob !== undefined) this.#blobs.remove(parked.blob);
  }

  #planLetters({ letters, dropLetters }: StoreUnit, writes: Write[]): void {
    const { tables } = this.#environment;
    for (const { id, head, body, blob } of letters) {
      writes.push({ table: tables.letters, key: [id], value: head }, { table: tables.bodies, key: [id], value: body });
      this.#noteLetterBlob(id, blob);
    }
    for (const id of dropLetters) {
      writes.push({ table: tables.letters, key: [id] }, { table: tables.bodies, key: [id] });
      this.#noteLetterBlob(id, undefined);
    }
  }

  #count(bot: string, counters: BotCounters, counted: Set<string>): void {
    this.#counters.set(bot, addCounters(this.#counters.get(bot), counters));
    counted.add(bot);
  }

  /** Messages of a queue from a place on. Records that cannot be read are set aside on the way. */
  read(name: string, options: ReadOptions): ReadResult {
    this.#makeSure();
    const queue = this.#queues.get(name);
    if (queue === undefined) return { chunks: [], parked: [], more: false };
    const parked = this.#readParked(queue, options);
    const chunks: ReadChunk[] = [];
    let messages = parked.length;
    let bytes = 0;
    let chunk = Math.max(options.after + 1, queue.head);
    for (; chunk < queue.next && messages < options.maxMessages && bytes < options.maxBytes; chunk++) {
      const info = queue.chunk(chunk);
      if (info === undefined) continue;
      const skip = queue.doneOf(chunk);
      const record = this.#readRecord(queue, chunk);
      if (record === undefined) continue;
      chunks.push({ chunk, record, skip, marks: this.#readMarks(queue, chunk) });
      messages += info.count - skip;
      bytes += info.bytes;
    }
    return { chunks, parked, more: chunk < queue.next };
  }

  #readRecord(queue: Queue, chunk: number): Uint8Array<ArrayBuffer> | undefined {
    const { record, damage } = sound(() => this.#environment.tables.chunks.get([queue.number, chunk]));
    if (damage === undefined) return record;
    const writes: Write[] = [{ table: this.#environment.tables.aside, key: [queue.name, chunk], value: record }];
    this.#planRemoval(queue, queue.setAside(chunk), writes);
    writes.push({ table: this.#environment.tables.queues, key: [queue.name], value: json(queue.record) });
    this.#setAside(writes, `record ${chunk} of queue "${queue.name}"`, damage);
    return undefined;
  }

  #readMarks(queue: Queue, chunk: number): (readonly [number, string])[] {
    return [...queue.marksOf(chunk)].flatMap((index): (readonly [number, string])[] => {
      const mark = this.#environment.tables.marks.get([queue.number, chunk, index]);
      return mark === undefined ? [] : [[index, mark.toString()]];
    });
  }

  #readParked(queue: Queue, { now, holding, maxMessages }: ReadOptions): readonly ReadParked[] {
    if (queue.parked.size === 0) return [];
    const held = new Set(holding);
    const due = firstKeys(this.#environment.tables.parked, {
      start: [queue.number],
      while: ([number, dueAt]) => number === queue.number && Number(dueAt) <= now,
      wanted: ([, , id]) => !held.has(String(id)),
      limit: maxMessages,
    });
    return due.flatMap((key): ReadParked[] => {
      const id = String(key[2]);
      const { record, damage } = sound(() => this.#environment.tables.parked.get(key));
      if (damage === undefined) return [{ id, record }];
      const writes: Write[] = [
        { table: this.#environment.tables.aside, key: [queue.name, `parked ${id}`], value: record },
      ];
      const parked = queue.parked.get(id);
      if (parked !== undefined) this.#planUnpark(queue, parked, writes);
      this.#setAside(writes, `parked message ${id} of queue "${queue.name}"`, damage);
      return [];
    });
  }

  #setAside(writes: readonly Write[], what: string, reason: string): void {
    try {
      this.#environment.root.transactionSync(() => applyWrites(writes));
    } catch (error) {
      throw this.#failed(error);
    }
    this.#onProblem(`${recordDamaged({ what, reason }).message}; it was set aside, the others are sound.`);
  }

  /** When the first parked message after this time is due, if there is one. */
  nextDue(name: string, after: number): number | undefined {
    this.#makeSure();
    const queue = this.#queues.get(name);
    if (queue === undefined || queue.parked.size === 0) return undefined;
    const [next] = firstKeys(this.#environment.tables.parked, {
      start: [queue.number, after],
      while: ([number]) => number === queue.number,
      wanted: ([, dueAt]) => Number(dueAt) > after,
      limit: 1,
    });
    return next === undefined ? undefined : Number(next[1]);
  }

  depth(name: string): QueueDepth {
    this.#makeSure();
    const queue = this.#queues.get(name);
    if (queue === undefined) return { messages: 0, bytes: 0, parked: 0 };
    const { messages, bytes, parked, oldest } = queue;
    return { messages, bytes, parked: parked.size, ...(oldest === undefined ? {} : { oldest }) };
  }

  depths(): ReadonlyMap<string, QueueDepth> {
    this.#makeSure();
    return new Map([...this.#queues.keys()].map((name) => [name, this.depth(name)]));
  }

  /** Removes all messages of a queue, parked ones too; says how many. Throws WEIR_STORE_WRITE. */
  purge(name: string): number {
    this.#makeSure();
    const queue = this.#queues.get(name);
    if (queue === undefined) return 0;
    const count = queue.messages + queue.parked.size;
    const acknowledge = [{ queue: name, chunk: queue.next, index: 0 }];
    const unpark = [...queue.parked.keys()].map((id) => ({ queue: name, id }));
    this.apply([{ ...emptyUnit, acknowledge, unpark }]);
    return count;
  }

  counters(): ReadonlyMap<string, TotalCounters> {
    this.#makeSure();
    return this.#counters;
  }

  /** Heads of all dead letters, in the order of their ids. */
  *letterHeads(): Iterable<readonly [id: string, head: Uint8Array]> {
    for (const { key, value } of entriesOf(this.#environment.tables.letters, [])) yield [String(key[0]), value];
  }

  letter(id: string): Pick<StoredLetter, "id" | "head" | "body"> | undefined {
    const { letters, bodies } = this.#environment.tables;
    const head = letters.get([id]);
    if (head === undefined) return undefined;
    return { id, head: new Uint8Array(head), body: new Uint8Array(bodies.get([id]) ?? Buffer.alloc(0)) };
  }

  /** A blob's whole body, unless it is missing or longer than 64 MiB. */
  body(blob: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#blobs.read(blob, longestBody);
  }

  readState(bot: string, now: number): ReturnType<StateRecords["read"]> {
    return this.#state.read(bot, now);
  }

  sizes(): StoreSizes {
    const { tables } = this.#environment;
    return {
      storeBytes: statSync(join(storePath(this.directory), "data.mdb")).size,
      reusableBytes: this.#reusableBytes(),
      blobBytes: this.#blobs.size(),
      freeBytes: this.#freeBytes(),
      setAside: keysOf(tables.aside, []).length,
    };
  }

  /** Bytes that can still be written: free ones of the disk, and of LMDB's files. */
  room(): number {
    return this.#freeBytes() + this.#reusableBytes();
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.directory);
    return bavail * bsize;
  }

  #reusableBytes(): number {
    const { root, tables } = this.#environment;
    const whole = pagesOf(root.getStats());
    const used = Object.values(tables).reduce(
      (sum, table) => sum + pagesOf(table.getStats()).own,
      whole.own + whole.free,
    );
    return Math.max(0, whole.last + 1 - 2 - used) * whole.pageSize; // two pages are LMDB's own
  }

  /** Lets go of the store. */
  async close(): Promise<void> {
    leaveStore(this.#environment, this.directory);
    await this.#environment.root.close();
  }

  /** Ends as if the process had died: for tests. */
  async abandon(): Promise<void> {
    forgetStore(this.directory);
    await this.#environment.root.close();
  }
}

const longestBody = 64 << 20;

function parkedKey(queue: Queue, { dueAt, id, blob }: ParkedInfo): Key {
  return [queue.number, dueAt, Number(id), blob === undefined ? 0 : 1];
}

/** A record, and what is wrong with it, if anything is. */
function sound(get: () => Buffer | undefined): {
  readonly record: Uint8Array<ArrayBuffer>;
  readonly damage: string | undefined;
} {
  try {
    const bytes = get();
    const record = new Uint8Array(bytes ?? Buffer.alloc(0));
    return { record, damage: bytes === undefined ? "it is missing" : damageOf(record) };
  } catch (error) {
    return { record: new Uint8Array(), damage: reasonOf(error) };
  }
}

function blobOfLetter(head: Buffer): string | undefined {
  try {
    const value: unknown = JSON.parse(head.toString());
    return typeof value === "object" && value !== null && "blob" in value ? String(value.blob) : undefined;
  } catch {
    return undefined; // a damaged head is told when it is read
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** LMDB's statistics; the package does not describe their type. */
function pagesOf(stats: object): {
  readonly own: number;
  readonly free: number;
  readonly last: number;
  readonly pageSize: number;
} {
  const count = (of: object, name: string): number => Number(Reflect.get(of, name) ?? 0);
  const pages = (of: object): number =>
    count(of, "treeBranchPageCount") + count(of, "treeLeafPageCount") + count(of, "overflowPages");
  const free: unknown = Reflect.get(stats, "free");
  return {
    own: pages(stats),
    free: typeof free === "object" && free !== null ? pages(free) : 0,
    last: count(stats, "lastPageNumber"),
    pageSize: count(stats, "pageSize") || 4096,
  };
}

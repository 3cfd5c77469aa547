/**
 * What memory knows of the store, and what units make of it: the picture is drawn on first, and gives the writes that make the
 * tables follow.
 *
 * Invariants
 * - After the writes of `plan` are in the tables, the picture says what the tables say. When they could not be written it is
 *   wrong, and has to be loaded anew before it is used again.
 * - Planning reads no message; it can be done for many units in a row, each seeing what those before it did.
 */
import type { BotCounters } from "../broker.ts";
import { addCounters, type TotalCounters } from "../counters.ts";
import type { BlobReferences } from "./blob-references.ts";
import { blobsOf, damageOf } from "./chunk-frame.ts";
import { type Acknowledged, type ParkedInfo, Queue, type QueueRecord, readInfo, writeInfo } from "./queue.ts";
import { StateRecords, type Write } from "./state-records.ts";
import type { StoredMessages, StoreUnit } from "./store-unit.ts";
import { type Environment, entriesOf, type Key, keysOf } from "./tables.ts";

export class Picture {
  readonly state: StateRecords;
  readonly blobs: BlobReferences;
  readonly queues = new Map<string, Queue>();
  readonly counters = new Map<string, TotalCounters>();
  readonly #environment: Environment;
  readonly #letterBlobs = new Map<string, string>();
  #lastQueue = 0;
  #lastParked = 0;

  constructor(environment: Environment, directory: string, blobs: BlobReferences) {
    this.#environment = environment;
    this.state = new StateRecords(environment, directory);
    this.blobs = blobs;
  }

  /** Makes it anew from the tables. */
  load(): void {
    const { tables } = this.#environment;
    this.queues.clear();
    this.counters.clear();
    this.#letterBlobs.clear();
    this.blobs.clear();
    this.state.reset();
    const byNumber = new Map<number, Queue>();
    for (const { key, value } of entriesOf(tables.queues, [])) {
      const queue = new Queue(String(key[0]), JSON.parse(value.toString()) as QueueRecord); // we wrote it
      this.queues.set(queue.name, queue);
      byNumber.set(queue.number, queue);
      this.#lastQueue = Math.max(this.#lastQueue, queue.number);
    }
    for (const { key, value } of entriesOf(tables.infos, [])) this.#loadChunk(byNumber.get(Number(key[0])), key, value);
    for (const [number, chunk, index] of keysOf(tables.marks, [])) {
      byNumber.get(Number(number))?.mark(Number(chunk), Number(index));
    }
    for (const key of keysOf(tables.parked, [])) this.#loadParked(byNumber.get(Number(key[0])), key);
    for (const { key, value } of entriesOf(tables.counters, [])) {
      this.counters.set(String(key[0]), JSON.parse(value.toString()) as TotalCounters); // we wrote it
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
    for (const { index, id } of blobs) if (index >= queue.doneOf(chunk)) this.blobs.add(id);
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
    queue.parked.set(id, { id, key, dueAt: Number(dueAt), ...(blob === undefined ? {} : { blob }) });
    if (blob !== undefined) this.blobs.add(blob);
  }

  #noteLetterBlob(id: string, blob: string | undefined): void {
    const before = this.#letterBlobs.get(id);
    if (blob !== undefined) {
      this.blobs.add(blob);
      this.#letterBlobs.set(id, blob);
    } else this.#letterBlobs.delete(id);
    if (before !== undefined) this.blobs.remove(before);
  }

  /** Draws the units; gives the writes for one transaction. */
  plan(units: readonly StoreUnit[]): Write[] {
    const writes: Write[] = [];
    const touched = new Set<Queue>();
    const counted = new Set<string>();
    for (const unit of units) {
      this.#planQueues(unit, writes, touched);
      this.#planLetters(unit, writes);
      for (const change of unit.state) writes.push(...this.state.plan(change));
      for (const [bot, counters] of Object.entries(unit.counters)) this.#count(bot, counters, counted);
      for (const id of unit.releaseBlobs) this.blobs.release(id);
    }
    const { tables } = this.#environment;
    for (const { name, record } of touched) writes.push({ table: tables.queues, key: [name], value: json(record) });
    for (const bot of counted) writes.push({ table: tables.counters, key: [bot], value: json(this.counters.get(bot)) });
    return writes;
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
    let queue = this.queues.get(name);
    if (queue === undefined) {
      this.#lastQueue += 1;
      queue = new Queue(name, { number: this.#lastQueue, next: 1, head: 1, done: 0 });
      this.queues.set(name, queue);
    }
    return queue;
  }

  #planChunk(queue: Queue, { record, count, blobs }: StoredMessages, writes: Write[]): void {
    const { chunks, infos } = this.#environment.tables;
    const info = { count, bytes: record.byteLength, storedAt: Date.now(), blobs };
    const chunk = queue.append(info);
    for (const { id } of blobs) this.blobs.add(id);
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
    for (const id of blobs) this.blobs.remove(id);
  }

  #planPark(queue: Queue, dueAt: number, { record, blobs }: StoredMessages, writes: Write[]): void {
    this.#lastParked += 1;
    const blob = blobs[0]?.id;
    const key = [queue.number, dueAt, this.#lastParked, blob === undefined ? 0 : 1];
    const id = String(this.#lastParked);
    queue.parked.set(id, { id, key, dueAt, ...(blob === undefined ? {} : { blob }) });
    if (blob !== undefined) this.blobs.add(blob);
    writes.push({ table: this.#environment.tables.parked, key, value: record });
  }

  #planUnpark(queue: Queue, parked: ParkedInfo, writes: Write[]): void {
    queue.parked.delete(parked.id);
    writes.push({ table: this.#environment.tables.parked, key: [...parked.key] });
    if (parked.blob !== undefined) this.blobs.remove(parked.blob);
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
    this.counters.set(bot, addCounters(this.counters.get(bot), counters));
    counted.add(bot);
  }

  /** Takes a chunk out that cannot be read; `record` is what there is of it. */
  planSetAside(queue: Queue, chunk: number, record: Uint8Array): Write[] {
    const { tables } = this.#environment;
    const writes: Write[] = [{ table: tables.aside, key: [queue.name, chunk], value: record }];
    this.#planRemoval(queue, queue.setAside(chunk), writes);
    writes.push({ table: tables.queues, key: [queue.name], value: json(queue.record) });
    return writes;
  }

  /** The same for a parked message. */
  planParkedAside(queue: Queue, parked: ParkedInfo, record: Uint8Array): Write[] {
    const key = [queue.name, `parked ${parked.id}`];
    const writes: Write[] = [{ table: this.#environment.tables.aside, key, value: record }];
    this.#planUnpark(queue, parked, writes);
    return writes;
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

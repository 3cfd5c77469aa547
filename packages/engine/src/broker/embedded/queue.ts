/**
 * What is known of a queue without reading its messages: the store's picture in memory, and how units change it.
 *
 *     chunk numbers   head … next - 1
 *     head chunk      [ done | still to do ]      later chunks   [ still to do ]
 *
 * Invariants
 * - The picture is exactly what the tables say after the writes that were handed out; when these fail it is made anew.
 * - A number is given to one chunk only, so a position never means another message later.
 * - Chunks that were set aside leave gaps; everything else between head and next is there.
 */
import type { Key } from "./tables.ts";

export interface ChunkInfo {
  readonly chunk: number;
  readonly count: number;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly storedAt: number;
  readonly blobs: readonly { readonly index: number; readonly id: string }[];
}

/** What an acknowledgement removes. */
export interface Acknowledged {
  readonly chunks: readonly number[];
  readonly marks: readonly Key[];
  readonly blobs: readonly string[];
}

export interface ParkedInfo {
  readonly id: string;
  /** Of the table `parked`. */
  readonly key: Key;
  readonly dueAt: number;
  readonly blob?: string;
}

export class Queue {
  readonly name: string;
  readonly number: number;
  readonly parked = new Map<string, ParkedInfo>();
  #next: number;
  #head: number;
  #done: number;
  #messages = 0;
  #bytes = 0;
  readonly #chunks = new Map<number, ChunkInfo>();
  readonly #marks = new Map<number, Set<number>>();

  constructor(name: string, record: QueueRecord) {
    this.name = name;
    this.number = record.number;
    this.#next = record.next;
    this.#head = record.head;
    this.#done = record.done;
  }

  /** What the table `queues` holds. */
  get record(): QueueRecord {
    return { number: this.number, next: this.#next, head: this.#head, done: this.#done };
  }

  get head(): number {
    return this.#head;
  }

  get next(): number {
    return this.#next;
  }

  /** Messages that are not acknowledged; parked ones apart. */
  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Epoch milliseconds at which the oldest waiting message was stored. */
  get oldest(): number | undefined {
    const [first] = this.#chunks.values();
    return first?.storedAt;
  }

  chunk(chunk: number): ChunkInfo | undefined {
    return this.#chunks.get(chunk);
  }

  /** Messages of a chunk that are acknowledged. */
  doneOf(chunk: number): number {
    return chunk === this.#head ? this.#done : 0;
  }

  /** Indexes of the messages of a chunk that have a mark. */
  marksOf(chunk: number): Iterable<number> {
    return this.#marks.get(chunk) ?? [];
  }

  chunks(): Iterable<ChunkInfo> {
    return this.#chunks.values();
  }

  /** Takes a chunk that the tables hold. */
  load(info: ChunkInfo): void {
    this.#chunks.set(info.chunk, info);
    this.#next = Math.max(this.#next, info.chunk + 1);
    this.#messages += info.count - this.doneOf(info.chunk);
    this.#bytes += info.bytes;
  }

  append(info: Omit<ChunkInfo, "chunk">): number {
    const chunk = this.#next;
    this.#next += 1;
    if (this.#chunks.size === 0) {
      this.#head = chunk;
      this.#done = 0;
    }
    this.#chunks.set(chunk, { chunk, ...info });
    this.#messages += info.count;
    this.#bytes += info.bytes;
    return chunk;
  }

  /** False when the message is acknowledged already. */
  mark(chunk: number, index: number): boolean {
    const info = this.#chunks.get(chunk);
    if (info === undefined || index < this.doneOf(chunk) || index >= info.count) return false;
    const marks = this.#marks.get(chunk);
    if (marks === undefined) this.#marks.set(chunk, new Set([index]));
    else marks.add(index);
    return true;
  }

  /** Everything up to and including this place is done; what is done already stays so. */
  acknowledge(upToChunk: number, upToIndex: number): Acknowledged {
    const chunks: number[] = [];
    const marks: Key[] = [];
    const blobs: string[] = [];
    for (const info of this.#chunks.values()) {
      if (info.chunk > upToChunk) break;
      const before = this.doneOf(info.chunk);
      const done = info.chunk < upToChunk ? info.count : Math.min(upToIndex + 1, info.count);
      if (done <= before) break;
      this.#messages -= done - before;
      for (const { index, id } of info.blobs) if (index >= before && index < done) blobs.push(id);
      this.#dropMarks(info.chunk, done, marks);
      this.#head = info.chunk;
      this.#done = done;
      if (done < info.count) break;
      chunks.push(info.chunk);
      this.#forget(info);
    }
    return { chunks, marks, blobs };
  }

  #dropMarks(chunk: number, below: number, dropped: Key[]): void {
    const marks = this.#marks.get(chunk);
    if (marks === undefined) return;
    for (const index of marks) {
      if (index >= below) continue;
      marks.delete(index);
      dropped.push([this.number, chunk, index]);
    }
    if (marks.size === 0) this.#marks.delete(chunk);
  }

  #forget(info: ChunkInfo): void {
    this.#chunks.delete(info.chunk);
    this.#bytes -= info.bytes;
    if (this.#head !== info.chunk) return;
    const [first] = this.#chunks.keys();
    this.#head = first ?? this.#next;
    this.#done = 0;
  }

  /** Takes a chunk out that cannot be read. */
  setAside(chunk: number): Acknowledged {
    const info = this.#chunks.get(chunk);
    if (info === undefined) return { chunks: [], marks: [], blobs: [] };
    const done = this.doneOf(chunk);
    const marks: Key[] = [];
    this.#messages -= info.count - done;
    this.#dropMarks(chunk, info.count, marks);
    this.#forget(info);
    return { chunks: [chunk], marks, blobs: info.blobs.filter(({ index }) => index >= done).map(({ id }) => id) };
  }
}

export interface QueueRecord {
  readonly number: number;
  readonly next: number;
  readonly head: number;
  readonly done: number;
}

const infoBytes = 17;

/** What the table `infos` holds: messages (4 bytes), bytes (4), time (8), whether there are blobs (1). */
export function writeInfo({ count, bytes, storedAt, blobs }: Omit<ChunkInfo, "chunk">): Buffer {
  const record = Buffer.alloc(infoBytes);
  record.writeUInt32LE(count, 0);
  record.writeUInt32LE(bytes, 4);
  record.writeDoubleLE(storedAt, 8);
  record.writeUInt8(blobs.length > 0 ? 1 : 0, 16);
  return record;
}

/** The same back; undefined when the bytes are something else. */
export function readInfo(
  record: Buffer,
): (Omit<ChunkInfo, "chunk" | "blobs"> & { readonly hasBlobs: boolean }) | undefined {
  if (record.length !== infoBytes) return undefined;
  return {
    count: record.readUInt32LE(0),
    bytes: record.readUInt32LE(4),
    storedAt: record.readDoubleLE(8),
    hasBlobs: record.readUInt8(16) === 1,
  };
}

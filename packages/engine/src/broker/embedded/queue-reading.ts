/**
 * How far a client has read a queue: what it holds ready, and what it asks the store for next.
 *
 *     acknowledged │ handed out │ ready: decoded │ waiting: bytes │ in the store
 *                                                               after ▲
 *
 * Invariants
 * - Messages are handed out in the order of the queue, each once; `reset` begins anew behind what is acknowledged.
 * - An answer to a question from before the last `reset` is thrown away.
 * - A parked message is held until the store says that it is done: the unit that did it may be on its way for a while.
 * - The next part is asked for while the current one is worked on, as soon as less than a batch is left and the store said
 *   that there is more.
 */
import type { FieldTables } from "@weir/format";
import type { ProgressMark, ReceivedMessage, ReceiveOptions } from "../broker.ts";
import { readChunk } from "./chunk-record.ts";
import type { ReadChunk, ReadOptions, ReadParked, ReadResult } from "./read-queue.ts";

export interface ReadingOptions {
  readonly queue: string;
  readonly fields: FieldTables;
  ask(options: ReadOptions): Promise<ReadResult>;
}

interface Part {
  readonly bytes: number;
  decode(): readonly ReceivedMessage[];
}

/** What is asked for at once is at least this much, so that short batches need not ask for each. */
const leastMessages = 1000;
const leastBytes = 1 << 20;

export class QueueReading {
  readonly #options: ReadingOptions;
  readonly #holding = new Set<string>();
  #after = 0;
  #waiting: Part[] = [];
  #ready: { readonly messages: readonly ReceivedMessage[]; readonly bytesEach: number; at: number } = emptyReady;
  #more = false;
  #asking: Promise<void> | undefined;
  #epoch = 0;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  /** Next messages, none when there are none. */
  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    if (this.#asking !== undefined) await this.#asking;
    if (this.#isEmpty) await this.#ask(options);
    const taken = this.#take(options);
    if (this.#more && this.#waiting.length === 0) this.#askAhead(options);
    return taken;
  }

  get #isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#ready.at >= this.#ready.messages.length;
  }

  #take({ maxMessages, maxBytes }: ReceiveOptions): readonly ReceivedMessage[] {
    const taken: ReceivedMessage[] = [];
    let bytes = 0;
    while (taken.length < maxMessages && bytes < maxBytes) {
      if (this.#ready.at >= this.#ready.messages.length) {
        const part = this.#waiting.shift();
        if (part === undefined) break;
        const messages = part.decode();
        this.#ready = { messages, bytesEach: part.bytes / Math.max(1, messages.length), at: 0 };
        continue;
      }
      const message = this.#ready.messages[this.#ready.at];
      this.#ready.at += 1;
      if (message === undefined) continue;
      taken.push(message);
      bytes += this.#ready.bytesEach;
    }
    return taken;
  }

  #askAhead(options: ReceiveOptions): void {
    // What fails here fails again, and is told, when it is asked for in earnest.
    this.#ask(options).catch(() => undefined);
  }

  #ask({ maxMessages, maxBytes }: ReceiveOptions): Promise<void> {
    const epoch = this.#epoch;
    const holding = [...this.#holding];
    const asking = this.#options
      .ask({
        after: this.#after,
        holding,
        maxMessages: Math.max(maxMessages, leastMessages),
        maxBytes: Math.max(maxBytes, leastBytes),
        now: Date.now(),
      })
      .then((result) => {
        if (epoch !== this.#epoch) return;
        const held = new Set(result.held);
        for (const id of holding) if (!held.has(id)) this.#holding.delete(id);
        this.#add(result);
      })
      .finally(() => {
        if (this.#asking === asking) this.#asking = undefined;
      });
    this.#asking = asking;
    return asking;
  }

  #add({ chunks, parked, more }: ReadResult): void {
    const { queue, fields } = this.#options;
    for (const item of parked) {
      this.#holding.add(item.id);
      this.#waiting.push({ bytes: item.record.byteLength, decode: () => decodeParked(item, queue, fields) });
    }
    for (const chunk of chunks) {
      this.#after = chunk.chunk;
      this.#waiting.push({ bytes: chunk.record.byteLength, decode: () => decodeChunk(chunk, queue, fields) });
    }
    this.#more = more;
  }

  /** Gives back what was handed out or read ahead. */
  reset(): void {
    this.#epoch += 1;
    this.#after = 0;
    this.#waiting = [];
    this.#ready = emptyReady;
    this.#more = false;
    this.#asking = undefined;
    this.#holding.clear();
  }
}

const emptyReady = { messages: [], bytesEach: 0, at: 0 };

/** Messages of a chunk that are not done. What the store gave has a checksum that fits. */
export function decodeChunk(
  { chunk, record, skip, marks }: ReadChunk,
  queue: string,
  fields: FieldTables,
): readonly ReceivedMessage[] {
  const markOf = new Map(marks);
  let items: ReturnType<typeof readChunk>;
  try {
    items = readChunk(record, fields, `record ${chunk} of queue "${queue}"`);
  } catch (error) {
    return [unreadableChunk(chunk, record, error)];
  }
  return items.slice(skip).map((item, offset): ReceivedMessage => {
    const position = { chunk, index: skip + offset };
    const mark = markOf.get(position.index);
    if (mark === undefined) return { position, ...item };
    return { position, ...item, progress: JSON.parse(mark) as ProgressMark }; // written by prepareUnit
  });
}

/** Bytes that are whole and yet hold no messages stand for all of them. */
function unreadableChunk(chunk: number, bytes: Uint8Array, error: unknown): ReceivedMessage {
  const position = { chunk, index: Number.MAX_SAFE_INTEGER };
  return { position, unreadable: { bytes, error: error instanceof Error ? error : new Error(String(error)) } };
}

function decodeParked({ id, record }: ReadParked, queue: string, fields: FieldTables): readonly ReceivedMessage[] {
  return decodeChunk({ chunk: 0, record, skip: 0, marks: [] }, queue, fields).map((message) => ({
    ...message,
    position: { chunk: 0, index: 0 },
    parkedId: id,
  }));
}

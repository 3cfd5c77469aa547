/**
 * The embedded broker as workers and commands see it: messages are encoded and decoded here, the store gets bytes.
 *
 * Invariants
 * - Per queue a place is kept behind what was handed out; `release` takes it back to what is committed.
 * - `isFull` is answered from the store's last word, so a producer may be one unit late, never wrong for long.
 */
import type { MessagePort } from "node:worker_threads";
import { type FieldTables, type JsonValue, parseJson, writeJson } from "@weir/format";
import { type DeadLetters, deadLetterRecord, openDeadLetters, readDeadLetter } from "../../dead-letter/dead-letters.ts";
import type { StateEntry } from "../../state/keyed-state.ts";
import type { StoredState } from "../../state/open-state.ts";
import type { StateChange } from "../../state/state.ts";
import { killPoint } from "../../testing/kill-point.ts";
import type { Broker, Envelope, ProgressMark, QueueDepth, QueueLimits, ReceivedMessage, ReceiveOptions, UnitOfWork } from "../broker.ts";
import type { TotalCounters } from "../counters.ts";
import { chunkBroken, storeClosed } from "./errors.ts";
import { BrokenRecord, decodeChunk, encodeChunk } from "./chunk-record.ts";
import { emptyUnit, type ParkedRecord, type PreparedState, type PreparedUnit, type ReadChunk } from "./store.ts";
import type { StoreNotice, StoreRequest } from "./store-server.ts";

/** A broker with what people who look after it need. */
export interface AdministeredBroker extends Broker {
  counters(): Promise<ReadonlyMap<string, TotalCounters>>;
  /** What a bot remembers, for its start. */
  loadState(bot: string): Promise<StoredState>;
  readonly deadLetters: DeadLetters;
  sizes(): Promise<{ readonly storeBytes: number; readonly blobBytes: number; readonly freeBytes: number }>;
}

interface Reading {
  /** Chunk that is asked for next; 0: from where the queue is acknowledged. */
  next: number;
  /** Decoded and not yet handed out. */
  ready: ReceivedMessage[];
  readonly parked: Set<string>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Connects to a store over a port; see open-store.ts. */
export function connectStore(port: MessagePort, fields: FieldTables, onProblem: (message: string) => void = () => undefined): AdministeredBroker {
  return new StoreClient(port, fields, onProblem);
}

class StoreClient implements AdministeredBroker {
  readonly guarantee = "exactly-once";
  readonly deadLetters: DeadLetters;
  readonly #port: MessagePort;
  readonly #fields: FieldTables;
  readonly #onProblem: (message: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #reading = new Map<string, Reading>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #full = new Set<string>();
  #allFull = false;
  #writable: (() => void)[] = [];
  #last = 0;
  #closed = false;

  constructor(port: MessagePort, fields: FieldTables, onProblem: (message: string) => void) {
    this.#port = port;
    this.#fields = fields;
    this.#onProblem = onProblem;
    port.on("message", (message: StoreNotice | { readonly id: number; readonly result?: unknown; readonly error?: string }) => {
      if ("notice" in message) this.#onNotice(message);
      else this.#onAnswer(message);
    });
    this.deadLetters = openDeadLetters({
      fields,
      list: async () => ((await this.#ask({ op: "letters" })) as readonly { id: string; record: Uint8Array }[]).map(({ id, record }) => readDeadLetter(id, record, fields)),
      get: async (id) => {
        const record = (await this.#ask({ op: "letter", id })) as Uint8Array | undefined; // see store-server.ts
        return record === undefined ? undefined : readDeadLetter(id, record, fields);
      },
      commit: (unit) => this.#commitPrepared(unit),
      prepare: (unit) => this.#prepare(unit),
    });
  }

  #onNotice(notice: StoreNotice): void {
    if (notice.notice === "ready") for (const wake of this.#watchers.get(notice.queue) ?? []) wake();
    else if (notice.notice === "problem") this.#onProblem(notice.message);
    else {
      this.#full = new Set(notice.queues);
      this.#allFull = notice.all;
      for (const resolve of this.#writable.splice(0)) resolve();
    }
  }

  #onAnswer({ id, result, error }: { readonly id: number; readonly result?: unknown; readonly error?: string }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#port.unref();
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  #ask(request: StoreRequest, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#closed) return Promise.reject(storeClosed({ operation: request.op }));
    this.#last += 1;
    const id = this.#last;
    this.#port.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, request }, transfer);
    });
  }

  async receive(queue: string, { maxMessages, maxBytes }: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const reading = this.#readingOf(queue);
    if (reading.ready.length === 0) await this.#readMore(queue, reading, maxMessages, maxBytes);
    return reading.ready.splice(0, maxMessages);
  }

  #readingOf(queue: string): Reading {
    let reading = this.#reading.get(queue);
    if (reading === undefined) {
      reading = { next: 0, ready: [], parked: new Set() };
      this.#reading.set(queue, reading);
    }
    return reading;
  }

  async #readMore(queue: string, reading: Reading, maxMessages: number, maxBytes: number): Promise<void> {
    const from = reading.next;
    const { due, chunks } = (await this.#ask({ op: "read", queue, from, maxMessages, maxBytes, now: Date.now() })) as { due: readonly ParkedRecord[]; chunks: readonly ReadChunk[] }; // see store-server.ts
    if (this.#reading.get(queue) !== reading) return; // released meanwhile
    for (const { id, record } of due) {
      if (reading.parked.has(id)) continue;
      reading.parked.add(id);
      const [received] = await this.#decode(queue, { chunk: 0, record, skip: 0 });
      if (received !== undefined) reading.ready.push({ ...received, parkedId: id });
    }
    for (const chunk of chunks) {
      reading.ready.push(...(await this.#decode(queue, chunk)));
      reading.next = chunk.chunk + 1;
    }
  }

  async #decode(queue: string, { chunk, record, skip, mark }: ReadChunk): Promise<readonly ReceivedMessage[]> {
    if (record.length === 16 && record.every((byte) => byte === 0)) return []; // set aside earlier
    let decoded: readonly (Envelope | Error)[];
    try {
      decoded = decodeChunk(record, this.#fields);
    } catch (error) {
      if (!(error instanceof BrokenRecord)) throw error;
      this.#onProblem(chunkBroken({ queue, chunk, reason: error.message }).message);
      await this.#ask({ op: "set-aside", queue, chunk });
      return [];
    }
    return decoded.slice(skip).map((item, offset): ReceivedMessage => {
      const position = { chunk, index: skip + offset };
      if (item instanceof Error) return { position, unreadable: { bytes: record, error: item } };
      return { position, envelope: item, ...(offset === 0 && mark !== undefined ? { progress: JSON.parse(mark) as ProgressMark } : {}) }; // we wrote it
    });
  }

  watch(queue: string, wake: () => void): () => void {
    let watchers = this.#watchers.get(queue);
    if (watchers === undefined) {
      watchers = new Set();
      this.#watchers.set(queue, watchers);
      void this.#ask({ op: "watch", queue });
    }
    watchers.add(wake);
    const own = watchers;
    return () => {
      own.delete(wake);
      if (own.size > 0 || this.#closed) return;
      this.#watchers.delete(queue);
      void this.#ask({ op: "unwatch", queue });
    };
  }

  async release(queue: string): Promise<void> {
    this.#reading.delete(queue);
  }

  async commit(unit: UnitOfWork): Promise<void> {
    await this.#commitPrepared(this.#prepare(unit));
  }

  async #commitPrepared(unit: PreparedUnit): Promise<void> {
    killPoint("client.before-post");
    const transfer = unit.enqueue.map(({ record }) => record.buffer as ArrayBuffer); // made by encodeChunk, shared with nobody
    await this.#ask({ op: "commit", unit }, transfer);
  }

  #prepare(unit: UnitOfWork): PreparedUnit {
    const now = Date.now();
    return {
      ...emptyUnit,
      acknowledge: (unit.acknowledge ?? []).map(({ queue, upTo }) => ({ queue, ...upTo })),
      unpark: unit.unpark ?? [],
      progress: (unit.progress ?? []).map(({ queue, position, mark }) => ({ queue, ...position, mark: JSON.stringify(mark) })),
      enqueue: (unit.enqueue ?? []).map(({ queue, envelopes }) => ({ queue, record: encodeChunk(envelopes, now) })),
      park: (unit.park ?? []).map(({ queue, envelope, dueAt }) => ({ queue, dueAt, record: encodeChunk([envelope], now) })),
      letters: (unit.deadLetters ?? []).map((letter) => ({
        id: letter.id,
        record: deadLetterRecord(letter),
        blobs: letter.envelope?.blob === undefined ? [] : [letter.envelope.blob.id],
      })),
      state: (unit.state ?? []).map(prepareState),
      counters: unit.counters ?? {},
      releaseBlobs: unit.releaseBlobs ?? [],
    };
  }

  limit(queue: string, limits: QueueLimits): void {
    void this.#ask({ op: "limit", queue, limits });
  }

  isFull(queue: string): boolean {
    return this.#allFull || this.#full.has(queue);
  }

  async whenWritable(queue: string, signal: AbortSignal): Promise<void> {
    while (this.isFull(queue) && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#writable.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  async depths(): Promise<ReadonlyMap<string, QueueDepth>> {
    return (await this.#ask({ op: "depths" })) as ReadonlyMap<string, QueueDepth>; // see store-server.ts
  }

  async peek(queue: string, { count, offset = 0 }: { readonly count: number; readonly offset?: number }): Promise<readonly ReceivedMessage[]> {
    const limits = { maxMessages: count + offset, maxBytes: Number.MAX_SAFE_INTEGER, now: 0 };
    const { chunks } = (await this.#ask({ op: "read", queue, from: 0, ...limits })) as { chunks: readonly ReadChunk[] }; // see store-server.ts
    const messages: ReceivedMessage[] = [];
    for (const chunk of chunks) messages.push(...(await this.#decode(queue, chunk)));
    return messages.slice(offset, offset + count);
  }

  async purge(queue: string): Promise<number> {
    this.#reading.delete(queue);
    return (await this.#ask({ op: "purge", queue })) as number; // see store-server.ts
  }

  async counters(): Promise<ReadonlyMap<string, TotalCounters>> {
    return (await this.#ask({ op: "counters" })) as ReadonlyMap<string, TotalCounters>; // see store-server.ts
  }

  async loadState(bot: string): Promise<StoredState> {
    const { entries, seen } = (await this.#ask({ op: "state", bot, now: Math.floor(Date.now() / 1000) })) as { entries: readonly (readonly [string, string])[]; seen: readonly Uint8Array[] }; // see store-server.ts
    return { entries: entries.map(([, text]) => readState(text)), seen };
  }

  async sizes(): Promise<{ readonly storeBytes: number; readonly blobBytes: number; readonly freeBytes: number }> {
    return (await this.#ask({ op: "sizes" })) as { storeBytes: number; blobBytes: number; freeBytes: number }; // see store-server.ts
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#ask({ op: "close" });
    this.#closed = true;
    this.#port.close();
  }
}

function prepareState(change: StateChange): PreparedState {
  if (change.kind !== "set") return change;
  const text = writeJson(new Map<string, JsonValue>([["key", change.key], ["expires", change.expires], ["value", change.value]]));
  return { kind: "set", bot: change.bot, key: change.key, text };
}

function readState(text: string): readonly [string, StateEntry] {
  const record = parseJson(text);
  if (!(record instanceof Map)) throw new Error("a record of state has another form");
  return [String(record.get("key")), { value: record.get("value") ?? null, expires: Number(record.get("expires") ?? 0) }];
}


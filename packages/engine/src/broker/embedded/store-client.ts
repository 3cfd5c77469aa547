/**
 * The embedded broker as workers and commands see it: messages are encoded and decoded here, the store gets bytes.
 *
 * Invariants
 * - Requests are answered in any order, but units reach the store in the order in which they were given.
 * - After a unit failed the store refuses those that were given before this client knew of it.
 * - When the port closes everything that waits for an answer fails with WEIR_STORE_CLOSED; nothing hangs.
 */
import type { MessagePort } from "node:worker_threads";
import { type FieldTables, parseJson } from "@weir/format";
import { type DeadLetters, openDeadLetters } from "../../dead-letter/dead-letters.ts";
import type { StateEntry } from "../../state/keyed-state.ts";
import type { StoredState } from "../../state/open-state.ts";
import { killPoint } from "../../testing/kill-point.ts";
import type {
  Broker,
  HandedUnit,
  QueueDepth,
  QueueLimits,
  ReceivedMessage,
  ReceiveOptions,
  UnitOfWork,
} from "../broker.ts";
import type { TotalCounters } from "../counters.ts";
import { storeClosed } from "../errors.ts";
import { prepareUnit, transferOf } from "./prepare-unit.ts";
import { decodeChunk, QueueReading } from "./queue-reading.ts";
import { QueueRooms } from "./queue-rooms.ts";
import type { SeenPiece } from "./seen-records.ts";
import type { StoreSizes } from "./store.ts";
import {
  type Answer,
  type Ask,
  errorOf,
  type OperationName,
  type StoreNotice,
  type StoreReply,
} from "./store-protocol.ts";
import { joinUnits, type StoreUnit } from "./store-unit.ts";

/** A broker with what people who look after it need. */
export interface AdministeredBroker extends Broker {
  readonly deadLetters: DeadLetters;
  /** Totals per bot since the store was made. */
  counters(): Promise<ReadonlyMap<string, TotalCounters>>;
  /** What a bot remembers, for its start. */
  loadState(bot: string): Promise<StoredState>;
  sizes(): Promise<StoreSizes>;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Connects to a store over a port (see open-store.ts). `onProblem` gets what people should know. */
export function connectStore(
  port: MessagePort,
  fields: FieldTables,
  onProblem: (message: string) => void = () => undefined,
): AdministeredBroker & { end(): void } {
  return new StoreClient(port, fields, onProblem);
}

class StoreClient implements AdministeredBroker {
  readonly guarantee = "exactly-once";
  readonly deadLetters: DeadLetters;
  readonly #port: MessagePort;
  readonly #fields: FieldTables;
  readonly #onProblem: (message: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #readings = new Map<string, QueueReading>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #rooms = new QueueRooms((queue) => this.#ask("writable", { queue }));
  #lastId = 0;
  #failures = 0;
  #closed = false;

  constructor(port: MessagePort, fields: FieldTables, onProblem: (message: string) => void) {
    this.#port = port;
    this.#fields = fields;
    this.#onProblem = onProblem;
    port.on("message", (message: StoreReply | StoreNotice) => {
      if ("notice" in message) this.#onNotice(message);
      else this.#onReply(message);
    });
    port.on("close", () => this.#onClose());
    this.deadLetters = openDeadLetters({
      fields,
      page: (filter) => this.#ask("letters", { filter }),
      get: (id) => this.#ask("letter", { letter: id }),
      body: (blob) => this.#ask("body", { blob }),
      commit: (unit) => this.#commit(unit),
    });
    port.unref();
  }

  #onNotice(notice: StoreNotice): void {
    switch (notice.notice) {
      case "wake":
        for (const wake of this.#watchers.get(notice.queue) ?? []) wake();
        return;
      case "purged":
        this.#readings.get(notice.queue)?.reset();
        return;
      case "limit":
        this.#rooms.limit(notice.queue, notice.limits);
        return;
      case "full":
        this.#rooms.update(notice.room);
        return;
      case "space":
        this.#rooms.setSpaceLow(notice.low);
        return;
      case "problem":
        this.#onProblem(notice.message);
        return;
    }
  }

  #onReply(reply: StoreReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#port.unref();
    if ("error" in reply) waiting?.reject(errorOf(reply.error));
    else waiting?.resolve(reply.answer);
  }

  #onClose(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(storeClosed({ operation: "wait for an answer" }));
    this.#waiting.clear();
    this.#rooms.setSpaceLow(false);
  }

  #ask<Name extends OperationName>(op: Name, ask: Ask<Name>, transfer: ArrayBuffer[] = []): Promise<Answer<Name>> {
    if (this.#closed) return Promise.reject(storeClosed({ operation: op }));
    this.#lastId += 1;
    const id = this.#lastId;
    if (op !== "writable") this.#port.ref(); // waiting for room keeps nobody alive
    return new Promise<Answer<Name>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as Answer<Name>), reject }); // see store-server.ts
      this.#port.postMessage({ ...ask, id, op }, transfer);
    });
  }

  async receive(queue: string, options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    return this.#reading(queue).receive(options);
  }

  #reading(queue: string): QueueReading {
    let reading = this.#readings.get(queue);
    if (reading === undefined) {
      const ask = (options: Omit<Ask<"read">, "queue">): Promise<Answer<"read">> =>
        this.#ask("read", { queue, ...options });
      reading = new QueueReading({ queue, fields: this.#fields, ask });
      this.#readings.set(queue, reading);
    }
    return reading;
  }

  watch(queue: string, wake: () => void): () => void {
    const watchers = this.#watchers.get(queue) ?? new Set();
    if (watchers.size === 0) this.#tell("watch", { queue });
    this.#watchers.set(queue, watchers);
    watchers.add(wake);
    return () => {
      if (!watchers.delete(wake) || watchers.size > 0) return;
      this.#tell("unwatch", { queue });
    };
  }

  /** A request whose answer says nothing: it fails only when the store is closed, which the next real request tells. */
  #tell<Name extends OperationName>(op: Name, ask: Ask<Name>): void {
    this.#ask(op, ask).catch(() => undefined);
  }

  async release(queue: string): Promise<void> {
    this.#readings.get(queue)?.reset();
    await this.#ask("release", { queue });
  }

  async commit(unit: UnitOfWork, before?: HandedUnit): Promise<void> {
    const prepared = prepareUnit(unit);
    killPoint("client.before-post");
    await this.#commit(before === undefined ? prepared : joinUnits(before as StoreUnit, prepared)); // made by `prepare`
  }

  prepare(unit: UnitOfWork): { unit: HandedUnit; transfer: readonly ArrayBuffer[] } {
    const prepared = prepareUnit(unit);
    return { unit: prepared, transfer: transferOf(prepared) };
  }

  async #commit(unit: StoreUnit): Promise<void> {
    const arrivals = unit.enqueue.map(({ queue, messages }) =>
      this.#rooms.expect(queue, messages.count, messages.record.byteLength),
    );
    try {
      const rooms = await this.#ask("commit", { unit, failures: this.#failures }, transferOf(unit));
      for (const arrived of arrivals) arrived();
      for (const room of rooms) this.#rooms.update(room);
    } catch (error) {
      for (const arrived of arrivals) arrived();
      if (!storeClosed.is(error)) this.#failures += 1;
      throw error;
    }
  }

  limit(queue: string, limits: QueueLimits): void {
    this.#rooms.limit(queue, limits);
    this.#tell("limit", { queue, limits });
  }

  isFull(queue: string): boolean {
    return this.#rooms.isFull(queue);
  }

  whenWritable(queue: string, signal: AbortSignal): Promise<void> {
    return this.#rooms.whenWritable(queue, signal);
  }

  depths(): Promise<ReadonlyMap<string, QueueDepth>> {
    return this.#ask("depths", {});
  }

  async peek(
    queue: string,
    { count, offset = 0 }: { readonly count: number; readonly offset?: number },
  ): Promise<readonly ReceivedMessage[]> {
    const found: ReceivedMessage[] = [];
    let after = 0;
    for (let more = true; more && found.length < offset + count; ) {
      const ask = { queue, after, holding: [], maxMessages: offset + count - found.length, maxBytes: 4 << 20, now: 0 };
      const part = await this.#ask("read", ask);
      for (const chunk of part.chunks) found.push(...decodeChunk(chunk, queue, this.#fields));
      after = part.chunks.at(-1)?.chunk ?? after;
      more = part.more && part.chunks.length > 0;
    }
    return found.slice(offset, offset + count);
  }

  async purge(queue: string): Promise<number> {
    this.#readings.get(queue)?.reset();
    return this.#ask("purge", { queue });
  }

  counters(): Promise<ReadonlyMap<string, TotalCounters>> {
    return this.#ask("counters", {});
  }

  async loadState(bot: string): Promise<StoredState> {
    const { entries, digests } = await this.#ask("state", { bot });
    return {
      entries: entries.map(([text, expires]) => stateEntryOf(text, expires)),
      digests,
      seen: this.#loadSeen(bot),
    };
  }

  /** Piece by piece, in the same memory, so that what a bot has seen is never in memory twice. */
  async *#loadSeen(bot: string): AsyncIterable<Uint8Array> {
    let piece: SeenPiece = await this.#ask("seen", { bot, from: 0 });
    yield piece.packed;
    while (piece.next !== undefined) {
      const memory = piece.packed.buffer;
      piece = await this.#ask("seen", { bot, from: piece.next, memory }, [memory]);
      yield piece.packed;
    }
  }

  sizes(): Promise<StoreSizes> {
    return this.#ask("sizes", {});
  }

  /** Ends the store for all of its clients. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#ask("close", {});
    this.end();
  }

  /** Ends this client only. */
  end(): void {
    this.#closed = true;
    this.#port.close();
  }
}

/** Written by prepareUnit; damage would have to be in LMDB itself. */
function stateEntryOf(text: string, expires: number): readonly [key: string, entry: StateEntry] {
  const pair = parseJson(text);
  if (!Array.isArray(pair)) throw new Error("a record of state has another form");
  return [String(pair[0]), { value: pair[1] ?? null, expires }];
}

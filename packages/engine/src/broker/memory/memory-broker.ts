/**
 * A broker in memory: for tests, trials and dry runs. It keeps the contract of `broker.ts` but for the disk.
 *
 * Invariants
 * - `#queues` holds what is not acknowledged; `handedOut` counts how much of it the reader has.
 * - A unit is applied in one go, without an await.
 * - Messages are copied on their way in and out, so that nobody sees what another changes in them: as on a disk.
 */
import { type Message, writeMessage } from "@weir/format";
import type { DeadLetter } from "../../dead-letter/dead-letter.ts";
import type { StateChange } from "../../state/state.ts";
import type {
  BotCounters,
  Broker,
  Envelope,
  HandedUnit,
  Position,
  ProgressMark,
  QueueDepth,
  QueueLimits,
  ReceivedMessage,
  ReceiveOptions,
  UnitOfWork,
} from "../broker.ts";
import { addCounters, type TotalCounters } from "../counters.ts";

/** What is put into a queue by hand: a message, or bytes that need not be one. */
export type QueueItem = { readonly envelope: Envelope } | { readonly bytes: Uint8Array; readonly error?: Error };

interface Entry {
  readonly position: Position;
  readonly item: QueueItem;
  readonly stored: number;
  /** Length of the message on the wire. */
  readonly bytes: number;
  progress?: ProgressMark;
}

interface Parked {
  readonly id: string;
  readonly envelope: Envelope;
  readonly dueAt: number;
  handedOut: boolean;
}

interface Queue {
  readonly entries: Entry[];
  readonly parked: Parked[];
  readonly watchers: Set<() => void>;
  readonly writable: Set<() => void>;
  handedOut: number;
  bytes: number;
  last: number;
  limits: QueueLimits | undefined;
}

export interface MemoryBrokerOptions {
  /** Reads bytes that were put by hand; without it they are unreadable. */
  readonly parse?: (bytes: Uint8Array) => Message;
  readonly now?: () => number;
}

export class MemoryBroker implements Broker {
  readonly guarantee = "none";
  readonly #queues = new Map<string, Queue>();
  readonly #letters: DeadLetter[] = [];
  readonly #state: StateChange[] = [];
  readonly #counters = new Map<string, TotalCounters>();
  readonly #parse: ((bytes: Uint8Array) => Message) | undefined;
  readonly #now: () => number;
  #parkedIds = 0;

  constructor({ parse, now = Date.now }: MemoryBrokerOptions = {}) {
    this.#parse = parse;
    this.#now = now;
  }

  async receive(name: string, { maxMessages, maxBytes }: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const queue = this.#queue(name);
    const received: ReceivedMessage[] = [];
    for (const parked of queue.parked) {
      if (received.length >= maxMessages) break;
      if (parked.handedOut || parked.dueAt > this.#now()) continue;
      parked.handedOut = true;
      received.push({ position: { chunk: 0, index: 0 }, parkedId: parked.id, envelope: copyOf(parked.envelope) });
    }
    let bytes = 0;
    while (received.length < maxMessages && bytes < maxBytes && queue.handedOut < queue.entries.length) {
      const entry = queue.entries[queue.handedOut];
      queue.handedOut += 1;
      if (entry === undefined) continue;
      received.push(this.#received(entry));
      bytes += entry.bytes;
    }
    return received;
  }

  #received({ position, item, progress }: Entry): ReceivedMessage {
    const mark = progress === undefined ? {} : { progress };
    if ("envelope" in item) return { position, envelope: copyOf(item.envelope), ...mark };
    try {
      if (item.error !== undefined || this.#parse === undefined)
        throw item.error ?? new Error("the bytes are no message");
      const id = `bytes-${position.index}`;
      return { position, envelope: { id, message: this.#parse(item.bytes) }, ...mark };
    } catch (error) {
      return {
        position,
        unreadable: { bytes: item.bytes, error: error instanceof Error ? error : new Error(String(error)) },
      };
    }
  }

  watch(name: string, wake: () => void): () => void {
    const queue = this.#queue(name);
    queue.watchers.add(wake);
    return () => queue.watchers.delete(wake);
  }

  async release(name: string): Promise<void> {
    const queue = this.#queue(name);
    queue.handedOut = 0;
    for (const parked of queue.parked) parked.handedOut = false;
    for (const wake of queue.watchers) wake();
  }

  prepare(unit: UnitOfWork): { unit: HandedUnit; transfer: readonly ArrayBuffer[] } {
    return { unit, transfer: [] };
  }

  async commit(unit: UnitOfWork, before?: HandedUnit): Promise<void> {
    if (before !== undefined) await this.commit(before as UnitOfWork); // made by `prepare`
    for (const { queue, position, mark } of unit.progress ?? []) {
      const entry = this.#queue(queue).entries.find((candidate) => candidate.position.index === position.index);
      if (entry !== undefined) entry.progress = mark;
    }
    for (const { queue, upTo } of unit.acknowledge ?? []) this.#acknowledge(this.#queue(queue), upTo);
    for (const { queue, id } of unit.unpark ?? []) {
      const { parked } = this.#queue(queue);
      const index = parked.findIndex((candidate) => candidate.id === id);
      if (index !== -1) parked.splice(index, 1);
    }
    for (const { queue, envelopes } of unit.enqueue ?? [])
      this.put(
        queue,
        envelopes.map((envelope) => ({ envelope })),
      );
    for (const { queue, envelope, dueAt } of unit.park ?? []) this.#park(queue, envelope, dueAt);
    this.#letters.push(...(unit.deadLetters ?? []));
    this.#state.push(...(unit.state ?? []));
    for (const [bot, counters] of Object.entries(unit.counters ?? {})) this.#count(bot, counters);
  }

  #acknowledge(queue: Queue, upTo: Position): void {
    while (queue.entries.length > 0 && (queue.entries[0]?.position.index ?? 0) <= upTo.index) {
      queue.bytes -= queue.entries.shift()?.bytes ?? 0;
      queue.handedOut = Math.max(0, queue.handedOut - 1);
    }
    this.#tellRoom(queue);
  }

  #tellRoom(queue: Queue): void {
    if (isFull(queue)) return;
    for (const resolve of queue.writable) resolve();
    queue.writable.clear();
  }

  #park(name: string, envelope: Envelope, dueAt: number): void {
    this.#parkedIds += 1;
    const queue = this.#queue(name);
    queue.parked.push({ id: String(this.#parkedIds), envelope: copyOf(envelope), dueAt, handedOut: false });
    const wake = (): void => {
      for (const watcher of queue.watchers) watcher();
    };
    const timer = setTimeout(wake, Math.min(Math.max(0, dueAt - this.#now()), 2 ** 31 - 1));
    timer.unref();
  }

  #count(bot: string, counters: BotCounters): void {
    this.#counters.set(bot, addCounters(this.#counters.get(bot), counters));
  }

  limit(name: string, limits: QueueLimits): void {
    this.#queue(name).limits = limits;
  }

  isFull(name: string): boolean {
    return isFull(this.#queue(name));
  }

  whenWritable(name: string, signal: AbortSignal): Promise<void> {
    const queue = this.#queue(name);
    if (!isFull(queue) || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      queue.writable.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  async depths(): Promise<ReadonlyMap<string, QueueDepth>> {
    return new Map(
      [...this.#queues].map(([name, { entries, parked }]): [string, QueueDepth] => {
        const oldest = entries[0]?.stored;
        return [
          name,
          { messages: entries.length, bytes: 0, parked: parked.length, ...(oldest === undefined ? {} : { oldest }) },
        ];
      }),
    );
  }

  async peek(
    name: string,
    { count, offset = 0 }: { readonly count: number; readonly offset?: number },
  ): Promise<readonly ReceivedMessage[]> {
    return this.#queue(name)
      .entries.slice(offset, offset + count)
      .map((entry) => this.#received(entry));
  }

  async purge(name: string): Promise<number> {
    const queue = this.#queue(name);
    const count = queue.entries.length + queue.parked.length;
    queue.entries.length = 0;
    queue.parked.length = 0;
    queue.handedOut = 0;
    queue.bytes = 0;
    this.#tellRoom(queue);
    return count;
  }

  async close(): Promise<void> {
    this.#queues.clear();
  }

  /** Puts items at the end of a queue. */
  put(name: string, items: readonly QueueItem[]): void {
    const queue = this.#queue(name);
    for (const item of items) {
      queue.last += 1;
      const kept: QueueItem = "envelope" in item ? { envelope: copyOf(item.envelope) } : item;
      const bytes = "envelope" in item ? writeMessage(item.envelope.message).length : item.bytes.byteLength;
      queue.entries.push({ position: { chunk: 0, index: queue.last }, item: kept, stored: this.#now(), bytes });
      queue.bytes += bytes;
    }
    if (items.length > 0) for (const wake of queue.watchers) wake();
  }

  /** Takes everything out of a queue that nobody reads. */
  take(name: string): readonly Envelope[] {
    const queue = this.#queue(name);
    queue.handedOut = 0;
    queue.bytes = 0;
    return queue.entries.splice(0).flatMap(({ item }) => ("envelope" in item ? [item.envelope] : []));
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#letters;
  }

  /** Every change of state so far. */
  stateChanges(): readonly StateChange[] {
    return this.#state;
  }

  counters(): ReadonlyMap<string, TotalCounters> {
    return this.#counters;
  }

  #queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = {
        entries: [],
        parked: [],
        watchers: new Set(),
        writable: new Set(),
        handedOut: 0,
        bytes: 0,
        last: 0,
        limits: undefined,
      };
      this.#queues.set(name, queue);
    }
    return queue;
  }
}

function isFull({ entries, bytes, limits }: Queue): boolean {
  return limits !== undefined && (entries.length >= limits.maxMessages || bytes >= limits.maxBytes);
}

/** The copy does not know the origin: that is the engine's word about a message on its way, nothing that is stored. */
function copyOf(envelope: Envelope): Envelope {
  const message = envelope.message.clone();
  message.origin = undefined;
  message.ordinal = -1;
  return { ...envelope, message };
}

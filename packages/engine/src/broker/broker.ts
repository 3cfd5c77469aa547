/**
 * What the engine asks of a broker: durable queues, and one commit for all that a batch did.
 *
 * Contract (the suite in `broker-suite.ts` checks every driver)
 * - `receive` hands out messages of a queue in order; a message is handed out once until it is committed, or until
 *   `release` gives all uncommitted ones of the queue back.
 * - `commit` applies a unit of work as a whole or not at all and resolves when it is on disk (drivers say in `guarantee`
 *   how far they keep this). Units of one client are applied in the order in which they were given.
 * - A queue has one reader at a time.
 */
import type { Message } from "@weir/format";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { StateChange } from "../state/state.ts";

/** A body kept as a file in the state directory. */
export interface BlobRef {
  readonly id: string;
  readonly bytes: number;
}

/** A message with what the engine knows about it. */
export interface Envelope {
  /** Unique, and equal again when the same work is repeated after a crash. */
  readonly id: string;
  readonly message: Message;
  /** Body of a report that is too large to travel in `raw`. */
  readonly blob?: BlobRef;
  /** Failed tries so far. */
  readonly attempts?: number;
}

/** Where a message stands in its queue; ordered. `chunk` 0 is used by drivers without chunks. */
export interface Position {
  readonly chunk: number;
  readonly index: number;
}

export interface ReceivedMessage {
  readonly position: Position;
  /** Set for a message whose time to be tried again has come; it is acknowledged by this id instead of its position. */
  readonly parkedId?: string;
  /** Absent when the bytes are no message; then `unreadable` says why and `bytes` holds them. */
  readonly envelope?: Envelope;
  readonly unreadable?: { readonly bytes: Uint8Array; readonly error: Error };
  /** What the reader of this report noted at its last commit (see report/). */
  readonly progress?: ProgressMark;
}

/** How far a long report has been read; JSON-able. */
export interface ProgressMark {
  /** Bytes of the body that are done. */
  readonly offset: number;
  /** Records that are done. */
  readonly record: number;
  /** What reader and parser need to go on from there. */
  readonly reader?: unknown;
  readonly parser?: unknown;
}

export interface BotCounters {
  readonly received?: number;
  readonly failed?: number;
  readonly dropped?: number;
  /** Messages sent, by path. */
  readonly sent?: Readonly<Record<string, number>>;
}

export interface UnitOfWork {
  /** Everything of the queue up to and including this position is done. */
  readonly acknowledge?: readonly { readonly queue: string; readonly upTo: Position }[];
  /** Parked messages that are done. */
  readonly unpark?: readonly { readonly queue: string; readonly id: string }[];
  readonly progress?: readonly { readonly queue: string; readonly position: Position; readonly mark: ProgressMark }[];
  readonly enqueue?: readonly { readonly queue: string; readonly envelopes: readonly Envelope[] }[];
  /** Messages to be handed out again, not before `dueAt` (epoch milliseconds). */
  readonly park?: readonly { readonly queue: string; readonly envelope: Envelope; readonly dueAt: number }[];
  readonly deadLetters?: readonly DeadLetter[];
  readonly state?: readonly StateChange[];
  /** Added to the totals kept per bot. */
  readonly counters?: Readonly<Record<string, BotCounters>>;
  /** Blobs that no message refers to any more after this unit. */
  readonly releaseBlobs?: readonly string[];
}

export interface QueueDepth {
  readonly messages: number;
  readonly bytes: number;
  readonly parked: number;
  /** Epoch milliseconds at which the oldest waiting message was stored. */
  readonly oldest?: number;
}

export interface QueueLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export interface ReceiveOptions {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** A unit made ready by one worker and committed by another: plain data, to be understood by the driver alone. */
export type HandedUnit = object;

export interface Broker {
  readonly guarantee: "exactly-once" | "at-least-once" | "none";
  /** Next messages, an empty list when there is none now. */
  receive(queue: string, options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /** Calls `wake` whenever the queue may have something to receive (new, put back, or due again). Returns the way to stop that. */
  watch(queue: string, wake: () => void): () => void;
  /** Gives back what was received and not committed. */
  release(queue: string): Promise<void>;
  /** `before`: what another worker did before it, in the same transaction. */
  commit(unit: UnitOfWork, before?: HandedUnit): Promise<void>;
  /** Makes a unit ready to be committed by another client. */
  prepare(unit: UnitOfWork): { readonly unit: HandedUnit; readonly transfer: readonly ArrayBuffer[] };
  /** High-water marks of a queue; producers ask `isFull` or wait for `whenWritable`. */
  limit(queue: string, limits: QueueLimits): void;
  isFull(queue: string): boolean;
  whenWritable(queue: string, signal: AbortSignal): Promise<void>;
  depths(): Promise<ReadonlyMap<string, QueueDepth>>;
  /** Oldest messages without receiving them. */
  peek(
    queue: string,
    options: { readonly count: number; readonly offset?: number },
  ): Promise<readonly ReceivedMessage[]>;
  /** Removes all messages, parked ones too; says how many. Blobs they refer to are removed. */
  purge(queue: string): Promise<number>;
  close(): Promise<void>;
}

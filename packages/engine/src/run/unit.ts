/**
 * One unit of work in the making: what a batch did, until it is committed as a whole.
 *
 * Invariants
 * - Nothing in here has an effect before `build()` has been committed.
 * - A message is in exactly one place: handed over in memory, here or to another worker, in `enqueue`, `park`, or a dead
 *   letter.
 */
import type { Message } from "@weir/format";
import type { BotCounters, Envelope, HandedUnit, Position, ProgressMark, UnitOfWork } from "../broker/broker.ts";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { Delivery } from "../definition/definition.ts";
import type { StateChange } from "../state/state.ts";

/** What a bot did in a unit. */
export interface MutableCounters {
  received: number;
  failed: number;
  dropped: number;
  sent: Record<string, number>;
}

export class Unit {
  readonly #acknowledge = new Map<string, Position>();
  readonly #unpark: { queue: string; id: string }[] = [];
  readonly #progress: { queue: string; position: Position; mark: ProgressMark }[] = [];
  readonly #enqueue = new Map<string, Envelope[]>();
  readonly #park: { queue: string; envelope: Envelope; dueAt: number }[] = [];
  readonly #deadLetters: DeadLetter[] = [];
  readonly #state: StateChange[] = [];
  readonly #counters = new Map<string, MutableCounters>();
  readonly #releaseBlobs: string[] = [];
  /** What another worker did before, to be committed with it. */
  readonly before: HandedUnit | undefined;
  /** Messages for bots of the worker that goes on with this unit, by queue. */
  readonly handedOver = new Map<string, Message[]>();
  /** Called after the unit is on disk. */
  readonly afterCommit: (() => void | Promise<void>)[] = [];

  constructor(before?: HandedUnit) {
    this.before = before;
  }

  handOver(queue: string, message: Message): void {
    const list = this.handedOver.get(queue);
    if (list === undefined) this.handedOver.set(queue, [message]);
    else list.push(message);
  }

  acknowledge(queue: string, upTo: Position): void {
    this.#acknowledge.set(queue, upTo);
  }

  unpark(queue: string, id: string): void {
    this.#unpark.push({ queue, id });
  }

  progress(queue: string, position: Position, mark: ProgressMark): void {
    this.#progress.push({ queue, position, mark });
  }

  enqueue(queue: string, envelope: Envelope): void {
    const list = this.#enqueue.get(queue);
    if (list === undefined) this.#enqueue.set(queue, [envelope]);
    else list.push(envelope);
  }

  /** Queues that messages are put into. */
  get queues(): Iterable<string> {
    return this.#enqueue.keys();
  }

  park(queue: string, envelope: Envelope, dueAt: number): void {
    this.#park.push({ queue, envelope, dueAt });
  }

  deadLetter(letter: DeadLetter): void {
    this.#deadLetters.push(letter);
  }

  state(changes: readonly StateChange[]): void {
    for (const change of changes) this.#state.push(change);
  }

  releaseBlob(id: string): void {
    this.#releaseBlobs.push(id);
  }

  /** The counters of a bot; add to them. */
  counters(bot: string): MutableCounters {
    let counters = this.#counters.get(bot);
    if (counters === undefined) {
      counters = { received: 0, failed: 0, dropped: 0, sent: {} };
      this.#counters.set(bot, counters);
    }
    return counters;
  }

  get isEmpty(): boolean {
    return (
      this.before === undefined &&
      this.handedOver.size === 0 &&
      this.#acknowledge.size === 0 &&
      this.#unpark.length === 0 &&
      this.#progress.length === 0 &&
      this.#enqueue.size === 0 &&
      this.#park.length === 0 &&
      this.#deadLetters.length === 0 &&
      this.#state.length === 0
    );
  }

  build(): UnitOfWork {
    return {
      acknowledge: [...this.#acknowledge].map(([queue, upTo]) => ({ queue, upTo })),
      unpark: this.#unpark,
      progress: this.#progress,
      enqueue: [...this.#enqueue].map(([queue, envelopes]) => ({ queue, envelopes })),
      park: this.#park,
      deadLetters: this.#deadLetters,
      state: this.#state,
      counters: Object.fromEntries(this.#counters) as Record<string, BotCounters>,
      releaseBlobs: this.#releaseBlobs,
    };
  }
}

/** Says where a message comes from; its id is the same again when the work is repeated. */
export function setOrigin(message: Message, parent: string, ordinal: number): void {
  message.origin = parent;
  message.ordinal = ordinal;
}

/** A message on its way to a receiver outside; the id, which few receivers want, is made when it is asked for. */
export class OutgoingMessage implements Delivery {
  readonly event: Message;

  constructor(event: Message) {
    this.event = event;
  }

  get id(): string {
    return idOf(this.event);
  }
}

/** The id of a message on its way: that of the message it was made from, and which of those it is. */
export function idOf(message: Message): string {
  const parent = typeof message.origin === "string" ? message.origin : "";
  return message.ordinal < 0 ? parent : `${parent}/${message.ordinal}`;
}

/**
 * Which queues are full, and who waits for room.
 *
 * Invariants
 * - A queue is full from its high-water mark on, until it falls below its low-water mark (0.8 of the other): told once.
 * - Whoever asks for room is answered when the queue is below its low-water mark, at once if it is.
 */
import type { QueueDepth, QueueLimits } from "../broker.ts";

/** Part of the high-water mark below which producers go on. */
const lowWater = 0.8;

export class HighWater<Producer> {
  readonly #depth: (queue: string) => QueueDepth;
  readonly #limits = new Map<string, QueueLimits>();
  readonly #full = new Set<string>();
  #waiting: { readonly producer: Producer; readonly queue: string }[] = [];

  constructor(depth: (queue: string) => QueueDepth) {
    this.#depth = depth;
  }

  get limits(): ReadonlyMap<string, QueueLimits> {
    return this.#limits;
  }

  get full(): ReadonlySet<string> {
    return this.#full;
  }

  limit(queue: string, limits: QueueLimits): void {
    this.#limits.set(queue, limits);
  }

  #fills(queue: string, part: number): boolean {
    const limits = this.#limits.get(queue);
    if (limits === undefined) return false;
    const { messages, bytes } = this.#depth(queue);
    return messages >= limits.maxMessages * part || bytes >= limits.maxBytes * part;
  }

  /** Those of these queues that have just become full. */
  filled(queues: Iterable<string>): readonly string[] {
    const filled = [...queues].filter((queue) => !this.#full.has(queue) && this.#fills(queue, 1));
    for (const queue of filled) this.#full.add(queue);
    return filled;
  }

  wait(queue: string, producer: Producer): void {
    this.#waiting.push({ queue, producer });
  }

  /** Those who may go on, and where. They wait no more. */
  emptied(): readonly { readonly producer: Producer; readonly queue: string }[] {
    for (const queue of this.#full) if (!this.#fills(queue, lowWater)) this.#full.delete(queue);
    const emptied = this.#waiting.filter(({ queue }) => !this.#fills(queue, lowWater));
    if (emptied.length > 0) this.#waiting = this.#waiting.filter((waiting) => !emptied.includes(waiting));
    return emptied;
  }

  /** All who wait; they wait no more. */
  giveUp(): readonly Producer[] {
    const waiting = this.#waiting.map(({ producer }) => producer);
    this.#waiting = [];
    return waiting;
  }
}

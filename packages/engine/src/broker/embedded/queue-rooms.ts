/**
 * Whether queues have room, as a client knows it: the store's last word, and what the client itself has on the way.
 *
 * Invariants
 * - A queue is full from its high-water mark on, counted with what is on the way, until the store says that it is below its
 *   low-water mark: so a full queue is asked about once, and nobody waits for an answer that does not come.
 * - While the disk is nearly full every queue counts as full.
 */
import type { QueueLimits } from "../broker.ts";
import type { QueueRoom } from "./store-protocol.ts";

interface Room {
  limits: QueueLimits | undefined;
  messages: number;
  bytes: number;
  pendingMessages: number;
  pendingBytes: number;
  full: boolean;
  readonly waiting: Set<() => void>;
}

export class QueueRooms {
  readonly #rooms = new Map<string, Room>();
  readonly #askWritable: (queue: string) => Promise<QueueRoom>;
  readonly #waitingForSpace = new Set<() => void>();
  #spaceLow = false;

  /** `askWritable` resolves when the queue is below its low-water mark. */
  constructor(askWritable: (queue: string) => Promise<QueueRoom>) {
    this.#askWritable = askWritable;
  }

  isFull(queue: string): boolean {
    return this.#spaceLow || (this.#rooms.get(queue)?.full ?? false);
  }

  /** Resolves when the queue has room, or the signal aborts. */
  async whenWritable(queue: string, signal: AbortSignal): Promise<void> {
    while (this.isFull(queue) && !signal.aborted) {
      const waiting = this.#spaceLow ? this.#waitingForSpace : this.#room(queue).waiting;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener("abort", done);
      });
    }
  }

  limit(queue: string, limits: QueueLimits): void {
    const room = this.#room(queue);
    room.limits = limits;
    this.#look(queue, room);
  }

  setSpaceLow(low: boolean): void {
    this.#spaceLow = low;
    if (!low) for (const done of [...this.#waitingForSpace]) done();
  }

  /** The store's word. */
  update({ queue, messages, bytes }: QueueRoom): void {
    const room = this.#room(queue);
    room.messages = messages;
    room.bytes = bytes;
    this.#look(queue, room);
  }

  /** Messages are on the way to the store; gives the way to say that they arrived, or will not. */
  expect(queue: string, messages: number, bytes: number): () => void {
    const room = this.#room(queue);
    room.pendingMessages += messages;
    room.pendingBytes += bytes;
    this.#look(queue, room);
    return () => {
      room.pendingMessages -= messages;
      room.pendingBytes -= bytes;
    };
  }

  #look(queue: string, room: Room): void {
    if (room.full || room.limits === undefined) return;
    const { maxMessages, maxBytes } = room.limits;
    if (room.messages + room.pendingMessages < maxMessages && room.bytes + room.pendingBytes < maxBytes) return;
    room.full = true;
    this.#askWritable(queue).then(
      (answer) => {
        room.full = false;
        this.update(answer);
        if (!room.full) for (const done of [...room.waiting]) done();
      },
      () => {
        room.full = false; // the store is closed: whoever waits is told by its next commit
        for (const done of [...room.waiting]) done();
      },
    );
  }

  #room(queue: string): Room {
    let room = this.#rooms.get(queue);
    if (room === undefined) {
      room = {
        limits: undefined,
        messages: 0,
        bytes: 0,
        pendingMessages: 0,
        pendingBytes: 0,
        full: false,
        waiting: new Set(),
      };
      this.#rooms.set(queue, room);
    }
    return room;
  }
}

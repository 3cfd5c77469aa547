/**
 * Two workers on one stage: the first one runs the bots up to a cut, hands their events over in memory, and the second one
 * goes on and commits what both did as one unit of work.
 *
 *     worker 1                      worker 2
 *     parser → deduplicator   ──▶   taxonomy → url → file
 *     unit: position, digests       the same unit: position, digests, place in the file   ──▶ store
 *
 * Invariants
 * - A worker that hands over gives every unit to the second worker, in order, also one without events: only the second one
 *   commits, so that units reach the store in the order in which the first worker made them.
 * - A unit counts as done in the first worker when the second one has it on disk. Until then it is one of the units in
 *   flight there, so the first worker is never further ahead than that.
 * - When the second worker ends or cannot commit the flow of the first one breaks: it starts anew from what is on disk.
 * - When the first worker ends, what the second one has not begun is dropped (`end`), before the first is started again.
 */
import type { MessagePort } from "node:worker_threads";
import { decodeMessages, encodeMessages, type FieldTables, type Message } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import type { Broker, HandedUnit } from "../broker/broker.ts";
import { messageWithCauses } from "./failure.ts";
import type { Flow } from "./flow.ts";
import { setOrigin, Unit } from "./unit.ts";

const handOverEnded = errorKind<{ reason: string }>("WEIR_RUN_HAND_OVER_ENDED", {
  message: ({ reason }) => `the worker that goes on with the events of this one did not take them: ${reason}`,
  remedy: "Both workers start anew from what is on disk; the log says what happened to the other one.",
  retry: "later",
});

/** A queue whose bot works in the second worker. */
export interface HandedQueue {
  readonly queue: string;
  /** Queues that its messages may be put into further on. */
  readonly reaches: readonly string[];
}

/** Events for one queue. */
interface Handed {
  readonly queue: string;
  /** See `encodeMessages`. */
  readonly messages: string;
  /** Where each comes from: see `setOrigin`. */
  readonly parents: readonly string[];
  readonly ordinals: Int32Array<ArrayBuffer>;
}

interface HandOverRequest {
  readonly id: number;
  readonly unit: HandedUnit;
  readonly handed: readonly Handed[];
}

interface HandOverReply {
  readonly id: number;
  readonly error?: string;
}

/** The side of the first worker. */
export class HandOver {
  readonly #port: MessagePort;
  readonly #broker: Broker;
  readonly #waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
  #last = 0;
  #ended: string | undefined;

  constructor(port: MessagePort, broker: Broker) {
    this.#port = port;
    this.#broker = broker;
    port.on("message", ({ id, error }: HandOverReply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve();
      else waiting?.reject(handOverEnded({ reason: error }));
    });
    port.on("close", () => {
      this.#ended = "it ended";
      for (const { reject } of this.#waiting.values()) reject(handOverEnded({ reason: this.#ended }));
      this.#waiting.clear();
    });
    port.unref();
  }

  /** Hands over a unit and its events; resolves when all of it is on disk. */
  send(unit: Unit): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(handOverEnded({ reason: this.#ended }));
    this.#last += 1;
    const id = this.#last;
    const handed = [...unit.handedOver].flatMap(([queue, messages]) => pack(queue, messages));
    const { unit: prepared, transfer } = this.#broker.prepare(unit.build());
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request: HandOverRequest = { id, unit: prepared, handed };
      this.#port.postMessage(request, [...transfer, ...handed.map(({ ordinals }) => ordinals.buffer)]);
    });
  }
}

/** So many messages make a text that stays among the short-lived objects of both workers; longer texts cost much more. */
const handedTogether = 200;

function pack(queue: string, messages: readonly Message[]): Handed[] {
  const parts: Handed[] = [];
  for (let at = 0; at < messages.length; at += handedTogether) {
    parts.push(packPart(queue, messages.slice(at, at + handedTogether)));
  }
  return parts;
}

function packPart(queue: string, messages: readonly Message[]): Handed {
  const ordinals = new Int32Array(messages.length);
  const first = messages[0]?.origin;
  let isCommon = true;
  messages.forEach(({ origin, ordinal }, index) => {
    ordinals[index] = ordinal;
    if (origin !== first) isCommon = false;
  });
  const parents = (isCommon ? messages.slice(0, 1) : messages).map(({ origin }) => String(origin ?? ""));
  return { queue, messages: encodeMessages(messages), parents, ordinals };
}

/** The longest that the second worker waits for a bot to empty its queue before it puts events behind what is there. */
const longestWait = 2000;

/** The side of the second worker. */
export class TakeOver {
  readonly #port: MessagePort;
  readonly #flow: Flow;
  readonly #fields: FieldTables;
  #chain: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(port: MessagePort, flow: Flow, fields: FieldTables) {
    this.#port = port;
    this.#flow = flow;
    this.#fields = fields;
    port.on("message", (request: HandOverRequest) => {
      this.#chain = this.#chain.then(() => this.#take(request));
    });
    port.unref();
  }

  /** Takes nothing more; resolves when what was begun is on disk, or broken. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#chain;
    await this.#flow.settle().catch(() => undefined); // whoever waits for the units has been told
    this.#port.close();
  }

  async #take({ id, unit: before, handed }: HandOverRequest): Promise<void> {
    if (this.#ended) return;
    const flow = this.#flow;
    try {
      for (const { queue } of handed) await flow.whenDrained(queue, AbortSignal.timeout(longestWait));
      await flow.slot();
      if (this.#ended) return;
      await flow.exclusive(async () => {
        const unit = new Unit(before);
        const cascade = flow.cascade(unit);
        for (const part of handed)
          for (const message of unpack(part, this.#fields)) flow.hand(part.queue, message, cascade);
        await cascade.flow();
        flow.finish(cascade).then(
          () => this.#reply({ id }),
          (error: unknown) => this.#reply({ id, error: messageWithCauses(error) }),
        );
      });
    } catch (error) {
      this.#reply({ id, error: messageWithCauses(error) });
    }
  }

  #reply(reply: HandOverReply): void {
    this.#port.postMessage(reply);
  }
}

function unpack({ messages, parents, ordinals }: Handed, fields: FieldTables): readonly Message[] {
  return decodeMessages(messages, fields).map((message, index) => {
    if (message instanceof Error) throw message;
    setOrigin(message, parents[index] ?? parents[0] ?? "", ordinals[index] ?? -1);
    return message;
  });
}

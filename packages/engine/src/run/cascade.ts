/**
 * Carries a batch through the bots of a worker: from the bot that received it, in memory, to outputs and queues.
 *
 * Invariants
 * - Bots run one after the other over the whole batch, in rank order; each message's order is kept.
 * - A bot that throws has left nothing behind: message and state are rolled back to what they were when it got the
 *   message, which is what is tried again or kept as a dead letter. Its neighbours are not concerned.
 * - A message with several receivers is copied for all but one, so that no bot sees another's changes.
 * - A message for a bot that works in another worker is handed over with the unit (hand-over.ts).
 * - No await happens unless a bot returned a promise, so a batch of plain bots is one synchronous run.
 */
import type { Message } from "@weir/format";
import type { Envelope } from "../broker/broker.ts";
import type { Expert, Routed } from "../definition/definition.ts";
import { sentence } from "../observe/sentence.ts";
import type { BotNode, Consumer, Route } from "./bot-node.ts";
import { pathMissing, wrongMessageType } from "./errors.ts";
import { deadLetterOf, judge, messageWithCauses } from "./failure.ts";
import { idOf, type MutableCounters, setOrigin, type Unit } from "./unit.ts";

/** Failed tries of the messages of this unit that had some, by message: those of the bot that received them. */
export type Attempts = ReadonlyMap<Message, number>;

const noAttempts: Attempts = new Map();

export class Cascade {
  readonly unit: Unit;
  /** Events on their way into outputs, written once the cascade is through: all of an output at once. */
  readonly outputs = new Map<BotNode, Message[]>();
  readonly #byRank: readonly BotNode[];
  readonly #attempts: Attempts;
  /** The bot that received the unit's messages. */
  #head: BotNode | undefined;
  #dirty = false;

  constructor(unit: Unit, byRank: readonly BotNode[], attempts: Attempts = noAttempts) {
    this.unit = unit;
    this.#byRank = byRank;
    this.#attempts = attempts;
  }

  /** Runs the head over its messages and whatever follows from that. Returns a promise only when a bot did. */
  run(head: BotNode, messages: readonly Message[]): void | Promise<void> {
    this.#head = head;
    const pending = this.process(head, messages);
    return pending === undefined ? this.flow() : pending.then(() => this.flow());
  }

  /** Runs all bots that were handed something, in rank order. */
  flow(from = 0): void | Promise<void> {
    if (!this.#dirty) return;
    for (let rank = from; rank < this.#byRank.length; rank++) {
      const node = this.#byRank[rank];
      if (node === undefined || node.inbox.length === 0) continue;
      const messages = node.inbox;
      node.inbox = [];
      const pending = this.process(node, messages);
      if (pending !== undefined) return pending.then(() => this.flow(rank + 1));
    }
    this.#dirty = false;
  }

  /** One bot over a list of messages. */
  process(node: BotNode, messages: readonly Message[]): void | Promise<void> {
    this.unit.counters(node.id).received += messages.length;
    node.lastReceived = node.context.clock.now();
    if (node.tap !== undefined) for (const message of messages) node.tap("in", "", message);
    if (node.built.kind === "output") {
      const before = this.outputs.get(node);
      if (before === undefined) this.outputs.set(node, [...messages]);
      else for (const message of messages) before.push(message);
      return;
    }
    if (node.built.kind !== "expert") {
      // A parser is never handed events directly: its input are reports with bodies (see report-run.ts).
      for (const message of messages) this.enqueue(node.spec.queue ?? "", message);
      return;
    }
    const started = performance.now();
    const pending = this.#expert(node, messages, 0);
    if (pending === undefined) node.busyMicroseconds += (performance.now() - started) * 1000;
    return pending;
  }

  #expert(node: BotNode, messages: readonly Message[], from: number): void | Promise<void> {
    if (node.built.kind !== "expert") return;
    const { bot } = node.built;
    const { state } = node;
    for (let index = from; index < messages.length; index++) {
      const message = messages[index];
      if (message === undefined) continue;
      if (node.heldUntil !== undefined) {
        this.#wait(node, message, node.heldUntil);
        continue;
      }
      message.savepoint();
      state.savepoint();
      try {
        const result = bot.process(message);
        if (result === message) this.emitOne(node, defaultPath, message);
        else if (result instanceof Promise) return this.#expertAwaiting(node, messages, index, result);
        else this.#emitResult(node, message, result);
      } catch (error) {
        state.rollback();
        this.fail(node, message, error);
      }
    }
  }

  async #expertAwaiting(
    node: BotNode,
    messages: readonly Message[],
    index: number,
    first: Promise<unknown>,
  ): Promise<void> {
    const message = messages[index];
    if (message === undefined) return;
    try {
      this.#emitResult(node, message, await first);
    } catch (error) {
      node.state.rollback();
      this.fail(node, message, error);
    }
    await this.#expert(node, messages, index + 1);
  }

  /**
   * Look-ups, and bots of several instances: processes several messages at once and gives the function that sends the
   * results, in the order of the messages. The look-ups may run beside other cascades; the sending may not. State is not
   * rolled back for such bots.
   */
  async lookUp(node: BotNode, messages: readonly Message[]): Promise<() => void> {
    this.#head = node;
    const experts = node.instances.flatMap((built) => (built.kind === "expert" ? [built] : []));
    this.unit.counters(node.id).received += messages.length;
    node.lastReceived = node.context.clock.now();
    if (node.tap !== undefined) for (const message of messages) node.tap("in", "", message);
    const results: ({ readonly value: unknown } | { readonly error: unknown } | undefined)[] = [];
    let next = 0;
    const work = async (bot: Expert): Promise<void> => {
      for (let index = next++; index < messages.length; index = next++) {
        const message = messages[index];
        if (message === undefined) continue;
        message.savepoint();
        try {
          results[index] = { value: await bot.process(message) };
        } catch (error) {
          results[index] = { error };
        }
      }
    };
    const works = experts.flatMap(({ bot, definition }) =>
      Array.from({ length: Math.min(definition.concurrency ?? 1, messages.length) }, () => work(bot)),
    );
    await Promise.all(works);
    return () =>
      messages.forEach((message, index) => {
        const result = results[index];
        if (result === undefined) return;
        if ("error" in result) {
          this.fail(node, message, result.error);
          return;
        }
        try {
          this.#emitResult(node, message, result.value);
        } catch (error) {
          this.fail(node, message, error);
        }
      });
  }

  /** Sends what a bot returned. Throws when it is no message or a path is missing; then nothing was sent. */
  #emitResult(node: BotNode, input: Message, result: unknown): void {
    if (result === undefined || result === null) {
      this.#counters(node).dropped += 1;
      return;
    }
    const list = Array.isArray(result) ? result : [result];
    const routed: Routed[] = [];
    for (const item of list) {
      const entry = isRouted(item) ? item : { path: defaultPath, message: item, optional: false };
      if (!isMessage(entry.message)) throw wrongMessageType({ bot: node.id, type: typeof entry.message });
      if (!entry.optional) routeOf(node, entry.path);
      routed.push(entry);
    }
    if (routed.length === 0) this.unit.counters(node.id).dropped += 1;
    const parent = idOf(input);
    const sent = new Set<Message>();
    routed.forEach(({ path, message, optional }, index) => {
      if (optional && !node.routes.has(path)) return;
      const own = sent.has(message) ? message.clone() : message;
      sent.add(own);
      if (own !== input || routed.length > 1) setOrigin(own, parent, index);
      this.emitOne(node, path, own);
    });
  }

  /** The latest ones: nearly always it is one bot after the other over a whole batch. */
  #countersOf: BotNode | undefined;
  #latestCounters: MutableCounters | undefined;

  #counters(node: BotNode): MutableCounters {
    if (this.#countersOf === node && this.#latestCounters !== undefined) return this.#latestCounters;
    this.#countersOf = node;
    this.#latestCounters = this.unit.counters(node.id);
    return this.#latestCounters;
  }

  /** Sends one message to a path of a bot. An event without content is not sent. */
  emitOne(node: BotNode, path: string, message: Message): void {
    if (message.size === 0) {
      node.context.log.warning("Ignoring an empty message at sending: the bot removed its last field.");
      return;
    }
    const route = routeOf(node, path);
    const { sent } = this.#counters(node);
    sent[path] = (sent[path] ?? 0) + 1;
    if (node.tap !== undefined) node.tap("out", path, message);
    const { consumers } = route;
    if (consumers.length === 1 || route.balance) {
      const consumer = consumers[route.balance ? route.turn++ % consumers.length : 0];
      if (consumer !== undefined) this.#hand(consumer, message);
      return;
    }
    for (let index = consumers.length - 1; index >= 0; index--) {
      const consumer = consumers[index];
      if (consumer !== undefined) this.#hand(consumer, index === 0 ? message : message.clone());
    }
  }

  /** Sends a collected report with its body; parsers get reports through their queue. */
  emitReport(node: BotNode, path: string, envelope: Envelope): void {
    const route = routeOf(node, path);
    const { sent } = this.unit.counters(node.id);
    sent[path] = (sent[path] ?? 0) + 1;
    if (node.tap !== undefined) node.tap("out", path, envelope.message);
    const { consumers } = route;
    const chosen = route.balance ? [consumers[route.turn++ % consumers.length]] : consumers;
    chosen.forEach((consumer, index) => {
      if (consumer === undefined) return;
      const message = index === 0 ? envelope.message : envelope.message.clone();
      this.unit.enqueue(consumer.queue, { ...envelope, message });
    });
  }

  #hand({ queue, node, handOver }: Consumer, message: Message): void {
    if (node !== undefined) this.hand(node, message);
    else if (handOver !== undefined) this.unit.handOver(queue, message);
    else this.enqueue(queue, message);
  }

  /** Gives a message to a bot: at once, or by its queue when it does not take messages now. */
  hand(node: BotNode, message: Message): void {
    if (node.acceptsDirect) {
      node.inbox.push(message);
      this.#dirty = true;
    } else {
      this.enqueue(node.spec.queue ?? "", message);
    }
  }

  enqueue(queue: string, message: Message): void {
    this.unit.enqueue(queue, { id: idOf(message), message });
  }

  /** A bot failed on a message that is as the bot got it (or has a savepoint of that): try later or give up. */
  fail(node: BotNode, message: Message, error: unknown): void {
    message.rollback();
    const { spec, context } = node;
    const now = context.clock.now();
    const before = node === this.#head ? this.#attempts.get(message) : undefined;
    const attempts = (before ?? 0) + 1;
    const verdict = judge(error, attempts, spec.runtime, now);
    const queue = spec.queue ?? "";
    this.unit.counters(node.id).failed += 1;
    logFailure(node, message, error, verdict.kind === "retry");
    const envelope = { id: idOf(message), message, attempts };
    if (verdict.kind === "retry") {
      this.unit.park(queue, envelope, verdict.dueAt);
      if (spec.runtime.error_procedure === "stop") this.hold(node, verdict.dueAt);
      return;
    }
    if (spec.runtime.error_dump_message) {
      this.unit.deadLetter(deadLetterOf({ bot: spec.id, queue, error, attempts, now, envelope: { ...envelope } }));
    }
    const onError = node.routes.get("_on_error");
    if (onError !== undefined) this.#sendToAll(onError, message, node);
    if (spec.runtime.error_procedure === "stop") this.stopRequests.add(node);
  }

  /** Bots that asked to be stopped by `error_procedure: stop`. */
  readonly stopRequests = new Set<BotNode>();

  #sendToAll(route: Route, message: Message, node: BotNode): void {
    const { sent } = this.unit.counters(node.id);
    sent._on_error = (sent._on_error ?? 0) + 1;
    for (const consumer of route.consumers) this.enqueue(consumer.queue, message.clone());
  }

  /** Behind a message that is tried again: messages of one time come back in the order in which they were parked. */
  #wait(node: BotNode, message: Message, until: number): void {
    const attempts = node === this.#head ? this.#attempts.get(message) : undefined;
    const envelope = { id: idOf(message), message, ...(attempts === undefined ? {} : { attempts }) };
    this.unit.park(node.spec.queue ?? "", envelope, until);
    this.unit.counters(node.id).received -= 1; // it counts when it is processed
  }

  /** `error_procedure: stop` while a retry waits: the bot stands still, its messages gather in its queue. */
  hold(node: BotNode, until: number): void {
    node.hold();
    node.heldUntil = until;
    node.setStatus(
      "retrying",
      "A message failed and is tried again; the bot waits for it (error_procedure: stop).",
      until,
    );
  }
}

const defaultPath = "_default";

function routeOf(node: BotNode, path: string): Route {
  const route = node.routes.get(path);
  if (route === undefined) throw pathMissing({ bot: node.id, path, known: [...node.routes.keys()] });
  return route;
}

function isRouted(item: unknown): item is Routed {
  return typeof item === "object" && item !== null && "path" in item && "message" in item && "optional" in item;
}

function isMessage(item: unknown): item is Message {
  return typeof item === "object" && item !== null && "fields" in item && "savepoint" in item;
}

/** Writes the failure into the bot's log as its parameters ask. */
export function logFailure(node: BotNode, message: Message | undefined, error: unknown, again: boolean): void {
  const { runtime } = node.spec;
  const { log } = node.context;
  const what = `${again ? "A message failed and will be tried again" : "A message failed and was given up"}: ${messageWithCauses(error)}`;
  log.error(sentence(what), runtime.error_log_exception ? error : undefined);
  if (runtime.error_log_message && message !== undefined) {
    log.info(
      `The message that failed: ${[...message.entries()]
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(", ")
        .slice(0, 2000)}.`,
    );
  }
}

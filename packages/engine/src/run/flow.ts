/**
 * The bots of one worker at work: loops that receive, cascades that carry batches on, units that commit.
 *
 * Invariants
 * - One cascade runs at a time (`exclusive`), so units are committed in the order in which bots saw their messages, and
 *   state on disk is always that of a prefix of the work.
 * - At most `maxUnitsInFlight` units wait for their outputs and the disk, and as many more of collectors as
 *   `maxCollectedInFlight` says; then the loops wait.
 * - A loop takes nothing from its queue while a queue that its messages may reach is full.
 * - When a commit fails the flow is broken: nothing more is committed, `onBroken` is told, and the worker starts anew from
 *   what is on disk.
 */
import type { Message } from "@weir/format";
import type { BlobRef, Broker, Envelope, ReceivedMessage } from "../broker/broker.ts";
import type { Delivery } from "../definition/definition.ts";
import type { ReportBody } from "../report/record-reader.ts";
import { killPoint } from "../testing/kill-point.ts";
import type { BotNode, BotSpec, Consumer } from "./bot-node.ts";
import { type Attempts, Cascade, logFailure } from "./cascade.ts";
import { messageUnreadable } from "./errors.ts";
import { deadLetterOf } from "./failure.ts";
import type { HandedQueue, HandOver } from "./hand-over.ts";
import { type Failure, isolateFailures } from "./isolate.ts";
import { LoadMeter } from "./load-meter.ts";
import { OutgoingMessage, setOrigin, type Unit } from "./unit.ts";

/** Of bots that process messages. */
const maxUnitsInFlight = 4;
/** Of collectors: a unit is one report then, with nothing but its body. */
const maxCollectedInFlight = 64;

export interface FlowOptions {
  readonly broker: Broker;
  /** Makes a node: its context, its state. Throws when the bot's parameters are refused by its `create`. */
  buildNode(spec: BotSpec): Promise<BotNode>;
  bodyOf(envelope: Envelope): ReportBody;
  readBody(blob: BlobRef): Uint8Array;
  onBroken(error: unknown): void;
  /** There has been more to do than one thread can for a while. */
  onBusy?(): void;
  /** A bot with `error_procedure: stop` has given up a message. */
  onStopRequest(node: BotNode): void;
}

/** Where messages of a bot may get to in one go. */
interface Ahead {
  /** Without a queue between. */
  readonly bots: readonly BotNode[];
  readonly queues: readonly string[];
}

export class Flow {
  readonly broker: Broker;
  readonly nodes = new Map<string, BotNode>();
  readonly #options: FlowOptions;
  #handOver: HandOver | undefined;
  #handed: ReadonlyMap<string, HandedQueue> = new Map();
  #byRank: BotNode[] = [];
  readonly #readers = new Map<string, BotNode>();
  /** Worked out when it is asked for. */
  readonly #ahead = new Map<BotNode, Ahead>();
  #exclusive: Promise<void> = Promise.resolve();
  #posted: Promise<void> = Promise.resolve();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #collectedInFlight = new Set<Promise<void>>();
  /** Units that were ended and are not on disk. */
  readonly #onTheirWay = new Set<Unit>();
  readonly #arrivals = new Map<string, number>();
  #broken: { readonly error: unknown } | undefined;
  readonly #load = new LoadMeter();

  constructor(options: FlowOptions) {
    this.#options = options;
    this.broker = options.broker;
  }

  /** Builds a bot and connects its routes; an older one of the same id is replaced. It does not run yet. */
  async add(spec: BotSpec): Promise<BotNode> {
    const node = await this.#options.buildNode(spec);
    this.nodes.set(spec.id, node);
    this.#connect();
    return node;
  }

  remove(id: string): void {
    this.nodes.delete(id);
    this.#connect();
  }

  /** From now on units go to another worker, which commits them: those before are on disk. */
  async handOverBy(handOver: HandOver): Promise<void> {
    await this.exclusive(async () => {
      await this.settle();
      this.#handOver = handOver;
      this.#connect();
    });
  }

  /** The queues whose bots work there. */
  setHandedQueues(queues: readonly HandedQueue[]): void {
    this.#handed = new Map(queues.map((handed) => [handed.queue, handed]));
    this.#connect();
  }

  bodyOf(envelope: Envelope): ReportBody {
    return this.#options.bodyOf(envelope);
  }

  readBody(blob: BlobRef): Uint8Array {
    return this.#options.readBody(blob);
  }

  /** Resolves routes: a queue leads to the bot of this flow that reads it, if that comes later in rank. */
  #connect(): void {
    this.#byRank = [...this.nodes.values()].sort((a, b) => a.spec.rank - b.spec.rank);
    this.#readers.clear();
    this.#ahead.clear();
    for (const node of this.#byRank) if (node.spec.queue !== undefined) this.#readers.set(node.spec.queue, node);
    for (const node of this.#byRank) {
      node.routes.clear();
      for (const [path, queues] of node.spec.destinations) {
        const consumers = queues.map((queue): Consumer => {
          const reader = this.#readers.get(queue);
          const direct = reader !== undefined && reader.spec.rank > node.spec.rank && reader.built.kind !== "parser";
          if (direct) return { queue, node: reader };
          const handOver = this.#handOver === undefined ? undefined : this.#handed.get(queue);
          return handOver === undefined ? { queue } : { queue, handOver };
        });
        node.routes.set(path, { consumers, balance: node.spec.runtime.load_balance && path !== "_on_error", turn: 0 });
      }
    }
  }

  /** Every queue that messages of this bot may be put into, itself or by bots that are handed its messages. */
  reachableQueues(node: BotNode): readonly string[] {
    return this.#aheadOf(node).queues;
  }

  #aheadOf(node: BotNode): Ahead {
    const known = this.#ahead.get(node);
    if (known !== undefined) return known;
    const bots = new Set<BotNode>();
    const queues = new Set<string>();
    const visit = (at: BotNode): void => {
      for (const [path, { consumers }] of at.routes) {
        if (path === "_on_error") continue; // what fails always goes through a queue, and waits for nobody
        for (const { queue, node: next, handOver } of consumers) {
          queues.add(queue);
          for (const further of handOver?.reaches ?? []) queues.add(further);
          if (next === undefined || next.spec.cut || bots.has(next)) continue;
          bots.add(next);
          visit(next);
        }
      }
    };
    visit(node);
    const ahead = { bots: [...bots], queues: [...queues] };
    this.#ahead.set(node, ahead);
    return ahead;
  }

  /**
   * Waits until nothing that the bot's messages may reach is full, and until all bots that they get to in memory have
   * emptied their own queues: so these go first, and messages take the direct way again.
   */
  async waitForRoom(node: BotNode, signal: AbortSignal): Promise<void> {
    const { bots, queues } = this.#aheadOf(node);
    for (const next of bots) if (next.backlog && !next.held) await next.whenDrained(signal);
    for (const queue of queues) {
      if (!this.broker.isFull(queue)) continue;
      node.setStatus("throttled", `The queue ${queue} is full; the bot goes on when there is room.`);
      await this.broker.whenWritable(queue, signal);
    }
  }

  /** Waits for the bot of a queue and those behind it as {@link waitForRoom} does, at most until the signal aborts. */
  async whenDrained(queue: string, signal: AbortSignal): Promise<void> {
    const node = this.#readers.get(queue);
    if (node === undefined) return;
    for (const next of [node, ...this.#aheadOf(node).bots]) {
      if (next.backlog && !next.held) await next.whenDrained(signal);
    }
  }

  /** Gives a message from another worker to the bot of a queue, or puts it there. */
  hand(queue: string, message: Message, cascade: Cascade): void {
    const node = this.#readers.get(queue);
    if (node === undefined || node.built.kind === "parser") cascade.enqueue(queue, message);
    else cascade.hand(node, message);
  }

  /** Runs `action` when no other cascade runs; actions run in the order in which they were asked for. */
  exclusive<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.#exclusive.then(action);
    this.#exclusive = result.then(ignore, ignore);
    return result;
  }

  /** Waits until another unit may be begun. Collectors do not take the place of bots that process what they bring. */
  async slot(isCollector = false): Promise<void> {
    const inFlight = isCollector ? this.#collectedInFlight : this.#inFlight;
    const most = isCollector ? maxCollectedInFlight : maxUnitsInFlight;
    while (inFlight.size >= most) await Promise.race(inFlight);
    if (this.#broken !== undefined) throw this.#broken.error;
  }

  cascade(unit: Unit, attempts?: Attempts): Cascade {
    return new Cascade(unit, this.#byRank, attempts);
  }

  /**
   * Ends a unit inside `exclusive`: takes the state, has the outputs write, commits. The promise resolves when the unit is
   * on disk; it need not be awaited, but `slot` must be before the next unit.
   */
  finish(cascade: Cascade, isCollector = false): Promise<void> {
    const { unit } = cascade;
    for (const node of this.#byRank) {
      if (node.built.kind !== "output") unit.state(node.state.takeChanges());
      else if (node.inbox.length > 0) node.inbox = [];
    }
    this.#onTheirWay.add(unit);
    const written = [...cascade.outputs].map(([node, events]) => this.#write(node, events, cascade));
    const previous = this.#posted;
    const { promise: posted, resolve: markPosted } = deferred();
    this.#posted = posted;
    const done = (async () => {
      let committed: Promise<void> = Promise.resolve();
      try {
        await Promise.all(written);
        await previous;
        if (this.#broken !== undefined) throw this.#broken.error;
        if (!unit.isEmpty) committed = this.#commit(unit);
      } finally {
        markPosted();
      }
      await committed;
      this.#onTheirWay.delete(unit);
      for (const queue of unit.queues) this.#arrivals.set(queue, this.arrivals(queue) + 1);
      for (const node of cascade.stopRequests) this.#options.onStopRequest(node);
      for (const effect of unit.afterCommit) {
        killPoint("collector.before-effect");
        await effect();
        killPoint("collector.after-effect");
      }
    })();
    if (this.#load.isHigh()) this.#options.onBusy?.();
    const tracked = done.catch((error: unknown) => this.break(error));
    const inFlight = isCollector ? this.#collectedInFlight : this.#inFlight;
    inFlight.add(tracked);
    void tracked.finally(() => inFlight.delete(tracked));
    return done;
  }

  /** How many units of this flow have put messages into the queue and are on disk. */
  arrivals(queue: string): number {
    return this.#arrivals.get(queue) ?? 0;
  }

  /**
   * Whether nothing that this flow has put into the queue can have escaped a look that was begun when there were so many
   * `arrivals` and found nothing. To be asked inside `exclusive`.
   */
  isDrained(queue: string, arrivals: number): boolean {
    if (this.arrivals(queue) !== arrivals) return false;
    for (const { queues } of this.#onTheirWay) for (const other of queues) if (other === queue) return false;
    return true;
  }

  #commit(unit: Unit): Promise<void> {
    return this.#handOver?.send(unit) ?? this.broker.commit(unit.build(), unit.before);
  }

  /** Ends all work: nothing is committed any more, and the worker has to be started anew. The first reason counts. */
  break(error: unknown): void {
    if (this.#broken !== undefined) return;
    this.#broken = { error };
    this.#options.onBroken(error);
  }

  /** Waits until every unit so far is on disk. */
  async settle(): Promise<void> {
    await Promise.all([...this.#inFlight, ...this.#collectedInFlight]);
    if (this.#broken !== undefined) throw this.#broken.error;
  }

  /** Has an output write its events; failing ones are isolated. Writes of one output never overlap. */
  #write(node: BotNode, events: readonly Message[], cascade: Cascade): Promise<void> {
    const write = node.lastWrite.then(async () => {
      if (node.built.kind !== "output") return;
      const { bot } = node.built;
      const { state } = node;
      const started = performance.now();
      const batch = events.map((event) => new OutgoingMessage(event));
      const failures =
        node.instances.length > 1
          ? await writeBeside(node, batch)
          : await isolateFailures(
              batch,
              (part) => {
                state.savepoint();
                return bot.write(part);
              },
              () => state.rollback(),
            );
      for (const { item, error } of failures) {
        item.event.savepoint();
        cascade.fail(node, item.event, error);
      }
      cascade.unit.state(state.takeChanges());
      node.busyMicroseconds += (performance.now() - started) * 1000;
    });
    node.lastWrite = write.then(ignore, ignore);
    return write;
  }

  /** Splits what was received into messages that can be processed and those that cannot: dead letters at once. */
  admit(node: BotNode, received: readonly ReceivedMessage[], unit: Unit): { messages: Message[]; attempts: Attempts } {
    const messages: Message[] = [];
    const attempts = new Map<Message, number>();
    const queue = node.spec.queue ?? "";
    for (const item of received) {
      if (item.envelope !== undefined) {
        const { message, id } = item.envelope;
        setOrigin(message, id, -1);
        message.savepoint();
        if (item.envelope.attempts !== undefined) attempts.set(message, item.envelope.attempts);
        messages.push(message);
      } else {
        this.unreadable(node, item, unit);
      }
      this.acknowledge(queue, item, unit);
    }
    return { messages, attempts };
  }

  acknowledge(queue: string, { position, parkedId }: ReceivedMessage, unit: Unit): void {
    if (parkedId === undefined) unit.acknowledge(queue, position);
    else unit.unpark(queue, parkedId);
  }

  /** Bytes that are no message are kept as they are and never tried again. */
  unreadable(node: BotNode, item: ReceivedMessage, unit: Unit): void {
    const queue = node.spec.queue ?? "";
    const error = messageUnreadable({ queue }, { cause: item.unreadable?.error });
    const counters = unit.counters(node.id);
    counters.received += 1;
    counters.failed += 1;
    logFailure(node, undefined, error, false);
    const now = node.context.clock.now();
    const bytes = item.unreadable?.bytes ?? new Uint8Array();
    if (node.spec.runtime.error_dump_message) {
      unit.deadLetter(deadLetterOf({ bot: node.id, queue, error, attempts: 1, now, bytes }));
    }
  }
}

/** Each instance of an output writes a part; what they keep as state is not rolled back. */
async function writeBeside(node: BotNode, batch: readonly Delivery[]): Promise<readonly Failure<Delivery>[]> {
  const length = Math.ceil(batch.length / node.instances.length);
  const parts = node.instances.map(({ bot, kind }, index) =>
    kind === "output"
      ? isolateFailures(batch.slice(index * length, (index + 1) * length), (part) => bot.write(part), ignore)
      : [],
  );
  return (await Promise.all(parts)).flat();
}

function ignore(): void {
  // The outcome reaches whoever awaits the promise itself; this chain only keeps the order.
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = ignore;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

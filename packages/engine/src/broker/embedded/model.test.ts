/** Random work against a simple model: whatever the order of receiving, committing, releasing and crashing, nothing is lost or doubled. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { defaultFields } from "../../testing/default-fields.ts";
import type { ReceivedMessage } from "../broker.ts";
import { envelope } from "../broker-suite.ts";
import { serveStore } from "./open-store.ts";
import { Store } from "./store.ts";
import { type AdministeredBroker, connectStore } from "./store-client.ts";

const root = mkdtempSync(join(tmpdir(), "weir-store-model-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const queues = ["first", "second"] as const;
type QueueName = (typeof queues)[number];

/** What the queue holds, oldest first; and how many of them the reader has. */
interface ModelQueue {
  waiting: number[];
  parked: number[];
  handedOut: number;
  parkedOut: number[];
}

interface Model {
  next: number;
  readonly queues: Record<QueueName, ModelQueue>;
}

interface Real {
  directory: string;
  store: Store;
  broker: AdministeredBroker;
  /** What was received and is not done, by queue. */
  readonly held: Record<QueueName, ReceivedMessage[]>;
}

function start(directory: string): Pick<Real, "store" | "broker"> {
  const store = new Store({ directory });
  return { store, broker: connectStore(serveStore({ store }).connect(), defaultFields()) };
}

type Command = fc.AsyncCommand<Model, Real>;

class Enqueue implements Command {
  readonly queue: QueueName;
  readonly count: number;
  constructor(queue: QueueName, count: number) {
    this.queue = queue;
    this.count = count;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const numbers = Array.from({ length: this.count }, () => model.next++);
    model.queues[this.queue].waiting.push(...numbers);
    await real.broker.commit({
      enqueue: [{ queue: this.queue, envelopes: numbers.map((number) => envelope(number)) }],
    });
  }
  toString = (): string => `enqueue ${this.count} into ${this.queue}`;
}

class Park implements Command {
  readonly queue: QueueName;
  constructor(queue: QueueName) {
    this.queue = queue;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const number = model.next++;
    model.queues[this.queue].parked.push(number);
    await real.broker.commit({ park: [{ queue: this.queue, envelope: envelope(number), dueAt: 1 }] });
  }
  toString = (): string => `park in ${this.queue}`;
}

class Receive implements Command {
  readonly queue: QueueName;
  readonly count: number;
  constructor(queue: QueueName, count: number) {
    this.queue = queue;
    this.count = count;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const queue = model.queues[this.queue];
    const received = await real.broker.receive(this.queue, { maxMessages: this.count, maxBytes: 1e6 });
    expect(received.length).toBeLessThanOrEqual(this.count);
    const left = queue.waiting.length - queue.handedOut + queue.parked.length - queue.parkedOut.length;
    if (left > 0) expect(received.length).toBeGreaterThan(0);
    for (const { parkedId, envelope: found } of received) {
      const number = Number(found?.message.get("extra.number"));
      if (parkedId === undefined) expect(number).toBe(queue.waiting[queue.handedOut++]);
      else {
        expect(queue.parked).toContain(number);
        expect(queue.parkedOut).not.toContain(number);
        queue.parkedOut.push(number);
      }
    }
    real.held[this.queue].push(...received);
  }
  toString = (): string => `receive ${this.count} of ${this.queue}`;
}

/** Acknowledges a part of what was received and sends each message on to the other queue, as a bot does. */
class Process implements Command {
  readonly queue: QueueName;
  readonly part: number;
  readonly waits: boolean;
  constructor(queue: QueueName, part: number, waits: boolean) {
    this.queue = queue;
    this.part = part;
    this.waits = waits;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const done = real.held[this.queue].splice(0, this.part);
    if (done.length === 0) return;
    const [from, to] = [model.queues[this.queue], model.queues[this.queue === "first" ? "second" : "first"]];
    const plain = done.filter(({ parkedId }) => parkedId === undefined);
    const numbers = done.map((item) => Number(item.envelope?.message.get("extra.number")));
    const lastPlain = plain.at(-1);
    from.waiting.splice(0, plain.length);
    from.handedOut -= plain.length;
    from.parked = from.parked.filter((number) => !numbers.includes(number));
    from.parkedOut = from.parkedOut.filter((number) => !numbers.includes(number));
    to.waiting.push(...numbers);
    const committed = real.broker.commit({
      ...(lastPlain === undefined ? {} : { acknowledge: [{ queue: this.queue, upTo: lastPlain.position }] }),
      unpark: done.flatMap(({ parkedId }) => (parkedId === undefined ? [] : [{ queue: this.queue, id: parkedId }])),
      enqueue: [
        { queue: this.queue === "first" ? "second" : "first", envelopes: done.flatMap((item) => item.envelope ?? []) },
      ],
    });
    if (this.waits) await committed;
    else committed.catch(() => undefined);
  }
  toString = (): string => `process ${this.part} of ${this.queue}${this.waits ? "" : " without waiting"}`;
}

class Release implements Command {
  readonly queue: QueueName;
  constructor(queue: QueueName) {
    this.queue = queue;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const queue = model.queues[this.queue];
    queue.handedOut = 0;
    queue.parkedOut = [];
    real.held[this.queue] = [];
    await real.broker.release(this.queue);
  }
  toString = (): string => `release ${this.queue}`;
}

/** Ends with or without tidying up, behind all units that were given, and opens the store again. */
class Reopen implements Command {
  readonly crashes: boolean;
  constructor(crashes: boolean) {
    this.crashes = crashes;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    await real.broker.release("first"); // behind every unit so far
    if (this.crashes) await real.store.abandon();
    else await real.broker.close();
    Object.assign(real, start(real.directory));
    for (const name of queues) {
      model.queues[name].handedOut = 0;
      model.queues[name].parkedOut = [];
      real.held[name] = [];
    }
  }
  toString = (): string => (this.crashes ? "crash" : "reopen");
}

class Look implements Command {
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    await real.broker.release("first").then(() => undefined); // so that the units that nobody waited for are counted
    model.queues.first.handedOut = 0;
    model.queues.first.parkedOut = [];
    real.held.first = [];
    const depths = await real.broker.depths();
    for (const name of queues) {
      const { waiting, parked } = model.queues[name];
      expect(depths.get(name)?.messages ?? 0).toBe(waiting.length);
      expect(depths.get(name)?.parked ?? 0).toBe(parked.length);
      const peeked = await real.broker.peek(name, { count: 3 });
      expect(peeked.map((item) => item.envelope?.message.get("extra.number"))).toEqual(waiting.slice(0, 3));
    }
  }
  toString = (): string => "look";
}

class Purge implements Command {
  readonly queue: QueueName;
  constructor(queue: QueueName) {
    this.queue = queue;
  }
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const queue = model.queues[this.queue];
    expect(await real.broker.purge(this.queue)).toBe(queue.waiting.length + queue.parked.length);
    Object.assign(queue, { waiting: [], parked: [], handedOut: 0, parkedOut: [] });
    real.held[this.queue] = [];
  }
  toString = (): string => `purge ${this.queue}`;
}

const queue = fc.constantFrom(...queues);
const commands = fc.commands(
  [
    fc.tuple(queue, fc.integer({ min: 1, max: 8 })).map(([name, count]) => new Enqueue(name, count)),
    fc.tuple(queue, fc.integer({ min: 1, max: 8 })).map(([name, count]) => new Enqueue(name, count)),
    queue.map((name) => new Park(name)),
    fc.tuple(queue, fc.integer({ min: 1, max: 6 })).map(([name, count]) => new Receive(name, count)),
    fc.tuple(queue, fc.integer({ min: 1, max: 6 })).map(([name, count]) => new Receive(name, count)),
    fc
      .tuple(queue, fc.integer({ min: 1, max: 6 }), fc.boolean())
      .map(([name, part, waits]) => new Process(name, part, waits)),
    fc
      .tuple(queue, fc.integer({ min: 1, max: 6 }), fc.boolean())
      .map(([name, part, waits]) => new Process(name, part, waits)),
    queue.map((name) => new Release(name)),
    fc.boolean().map((crashes) => new Reopen(crashes)),
    fc.constant(new Look()),
    queue.map((name) => new Purge(name)),
  ],
  { maxCommands: 60 },
);

it("behaves as its model: nothing is lost or doubled, in order, over crashes too", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (run) => {
      const directory = mkdtempSync(join(root, "m"));
      const real: Real = { directory, ...start(directory), held: { first: [], second: [] } };
      const empty = (): ModelQueue => ({ waiting: [], parked: [], handedOut: 0, parkedOut: [] });
      const model: Model = { next: 1, queues: { first: empty(), second: empty() } };
      try {
        await fc.asyncModelRun(() => ({ model, real }), run);
      } finally {
        await real.broker.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env.WEIR_MODEL_RUNS ?? 60) },
  );
});

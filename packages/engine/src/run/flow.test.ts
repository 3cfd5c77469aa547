import { beforeEach, describe, expect, it, vi } from "vitest";
import { defineCollector, defineExpert, defineOutput, type OutputDefinition } from "../definition/definition.ts";
import {
  described,
  gate,
  numbered,
  numberedAll,
  numberOf,
  numbersOf,
  once,
  openStoreFlow,
  type StoreFlow,
  until,
} from "../testing/store-flow.ts";
import { Unit } from "./unit.ts";

let flow: StoreFlow;
beforeEach(async () => {
  flow = await openStoreFlow();
});

/** Sends on what it gets. */
const pass = defineExpert({
  ...described,
  module: "test.pass.expert",
  create: () => ({ process: (event) => event }),
});

/** An output that does this with the numbers of a batch. */
function output(write: (numbers: readonly number[]) => void | Promise<void>): OutputDefinition {
  return defineOutput({
    ...described,
    module: "test.write.output",
    create: () => ({ write: (batch) => write(batch.map(({ event }) => numberOf(event))) }),
  });
}

/** Waits until messages are handed to the bot in memory. */
const direct = (id: string) => until(() => expect(flow.flow.nodes.get(id)?.acceptsDirect).toBe(true));
const depth = async (queue: string) => (await flow.waiting(queue)).length;

describe("messages between bots", () => {
  it("go by the queue of a bot that is stopped, and in memory when it runs with nothing waiting", async () => {
    const seen: number[] = [];
    const receiver = { id: "write", definition: output((numbers) => void seen.push(...numbers)) };
    const stopped = await flow.prepare({ ...receiver, rank: 2 });
    await flow.start({ id: "pass", definition: pass, to: ["write-queue"], rank: 1 });
    await flow.put("pass-queue", numbered(1));
    await flow.emptied("pass-queue");
    expect([seen, await depth("write-queue")]).toEqual([[], 1]);

    await stopped.start();
    await direct("write");
    expect(seen).toEqual([1]);
    const commit = vi.spyOn(flow.broker, "commit");
    await flow.put("pass-queue", numbered(2));
    await flow.emptied("pass-queue");
    expect(seen).toEqual([1, 2]);
    expect(commit.mock.calls.flatMap(([{ enqueue = [] }]) => enqueue)).toEqual([]);
  });

  it("keep their order when a bot comes back to a backlog while more messages come", async () => {
    const seen: number[] = [];
    const receiver = { id: "write", definition: output((numbers) => void seen.push(...numbers)), rank: 2 };
    const [, write] = await flow.start({ id: "pass", definition: pass, to: ["write-queue"], rank: 1 }, receiver);
    await direct("write");
    await write?.stop("A test stops it.");
    const all = Array.from({ length: 300 }, (_, index) => index);
    for (const number of all) {
      await flow.put("pass-queue", numbered(number));
      if (number === 150) await flow.start(receiver);
    }
    await until(() => expect(seen).toHaveLength(all.length));
    expect(seen).toEqual(all);
    expect(await depth("write-queue")).toBe(0);
  });

  it("go by the queue of a bot that has a cut before it", async () => {
    const commit = vi.spyOn(flow.broker, "commit");
    await flow.start(
      { id: "pass", definition: pass, to: ["cut-queue"] },
      { id: "cut", definition: pass, to: ["next"], cut: true },
    );
    await flow.put("pass-queue", numbered(1));
    await until(async () => expect(await depth("next")).toBe(1));
    const queues = commit.mock.calls.flatMap(([{ enqueue = [] }]) => enqueue.map(({ queue }) => queue));
    expect(queues).toEqual(["cut-queue", "next"]);
  });

  it("go by the queue where a bot sends to one before it, so that a loop ends in the queue", async () => {
    const turning = defineExpert({
      ...described,
      module: "test.turn.expert",
      create: () => ({
        process(event) {
          event.set("extra.number", numberOf(event) + 1);
          return event;
        },
      }),
    });
    const commit = vi.spyOn(flow.broker, "commit");
    const dropping = defineExpert({
      ...described,
      module: "test.drop.expert",
      create: () => ({ process: (event) => (numberOf(event) < 4 ? event : undefined) }),
    });
    await flow.start(
      { id: "turn", definition: turning, to: ["drop-queue"] },
      { id: "drop", definition: dropping, to: ["turn-queue"] },
    );
    await direct("drop");
    await flow.put("turn-queue", numbered(1));
    await until(async () => expect((await flow.broker.counters()).get("drop")).toMatchObject({ dropped: 1 }));
    const queues = commit.mock.calls.flatMap(([{ enqueue = [] }]) => enqueue.map(({ queue }) => queue));
    expect(queues).toEqual(["turn-queue", "turn-queue"]);
  });
});

describe("a full queue", () => {
  it("holds up every bot whose messages may reach it, until there is room", async () => {
    flow.broker.limit("next", { maxMessages: 3, maxBytes: 1e9 });
    const [first] = await flow.start(
      { id: "first", definition: pass, parameters: { rate_limit: 0.001 }, to: ["second-queue"] },
      { id: "second", definition: pass, to: ["next"] },
    );
    await direct("second");
    await flow.put("first-queue", ...numberedAll(1, 2, 3, 4, 5, 6));
    await until(() => expect(first?.node.status).toMatchObject({ state: "throttled" }));
    expect(first?.node.status.reason).toContain("next");
    await flow.flow.settle();
    const sent = await depth("next");
    expect(sent).toBeGreaterThanOrEqual(3);
    expect(sent + (await depth("first-queue"))).toBe(6);
    expect(await depth("first-queue")).toBeGreaterThan(0);

    const received = await flow.broker.receive("next", { maxMessages: 9, maxBytes: 1e9 });
    expect(numbersOf(received)).toEqual([1, 2, 3].slice(0, sent));
    const last = received.at(-1)?.position ?? { chunk: 0, index: 0 };
    await flow.broker.commit({ acknowledge: [{ queue: "next", upTo: last }] });
    await flow.emptied("first-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([4, 5, 6]);
    await until(() => expect(first?.node.status.state).toBe("throttled")); // it is full again
  });

  it("lets a bot that waits for it be stopped", async () => {
    flow.broker.limit("next", { maxMessages: 1, maxBytes: 1e9 });
    const [first] = await flow.start({ id: "first", definition: pass, to: ["next"] });
    await flow.put("first-queue", numbered(1));
    await until(() => expect(first?.node.status.state).toBe("throttled"));
    await flow.put("first-queue", numbered(2));
    await first?.stop("A test stops it.", 0);
    expect(first?.node.status).toMatchObject({ state: "stopped", reason: "A test stops it." });
    expect(numbersOf(await flow.waiting("first-queue"))).toEqual([2]);
  });

  it("is of no concern to a bot that reaches it by _on_error only", async () => {
    flow.broker.limit("errors", { maxMessages: 1, maxBytes: 1e9 });
    await flow.put("errors", numbered(0));
    await until(() => expect(flow.broker.isFull("errors")).toBe(true));
    const paths = { _on_error: ["errors"] };
    await flow.start({ id: "first", definition: pass, to: ["next"], paths });
    await flow.put("first-queue", numbered(1));
    await flow.emptied("first-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1]);
  });
});

describe("units on their way", () => {
  it("are at most four of a bot; then it takes nothing more from its queue", async () => {
    const { passed, open } = gate();
    const writes: number[][] = [];
    let taken = 0;
    const receive = flow.broker.receive.bind(flow.broker);
    vi.spyOn(flow.broker, "receive").mockImplementation(async (queue, options) => {
      const messages = await receive(queue, options);
      if (queue === "pass-queue") taken += messages.length;
      return messages;
    });
    const slow = output(async (numbers) => {
      writes.push([...numbers]);
      await passed;
    });
    const parameters = { rate_limit: 0.001 }; // one event a unit
    await flow.start(
      { id: "pass", definition: pass, parameters, to: ["write-queue"] },
      { id: "write", definition: slow },
    );
    await direct("write");
    const all = [1, 2, 3, 4, 5, 6, 7];
    await flow.put("pass-queue", ...numberedAll(...all));
    await until(() => expect(taken).toBe(4));
    await expect(until(() => expect(taken).toBe(5), 50)).rejects.toThrow();
    expect(writes).toEqual([[1]]); // writes of one output never overlap
    expect(await depth("pass-queue")).toBe(7);
    open();
    await flow.emptied("pass-queue");
    expect(writes).toEqual(all.map((number) => [number]));
  });

  it("of collectors have slots of their own", async () => {
    const { passed, open } = gate();
    let isWriting = false;
    const slow = output(async () => {
      isWriting = true;
      await passed;
    });
    const collector = defineCollector({
      ...described,
      module: "test.collect.collector",
      create: ({ newReport }) => ({
        async *collect() {
          for (let number = 0; number < 10; number++) {
            const report = newReport();
            report.set("extra.number", number);
            yield { report, body: "text" };
          }
        },
      }),
    });
    const parameters = { rate_limit: 0.001 };
    await flow.start(
      { id: "pass", definition: pass, parameters, to: ["write-queue"], rank: 2 },
      { id: "write", definition: slow, rank: 3 },
    );
    await direct("write");
    await flow.put("pass-queue", ...numberedAll(1, 2, 3, 4, 5, 6));
    await until(() => expect(isWriting).toBe(true));
    const commit = vi.spyOn(flow.broker, "commit");
    await flow.start({ id: "collect", definition: collector, to: ["reports"], rank: 1 });
    // Their units wait behind those before them, but they are made.
    await until(() => expect(flow.flow.nodes.get("collect")?.lastSent).toBeDefined());
    expect(commit).not.toHaveBeenCalled();
    open();
    await until(async () => expect(numbersOf(await flow.waiting("reports"))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });

  it("are committed in order, however long their outputs take", async () => {
    const { passed, open } = gate();
    const slow = output((numbers) => (numbers.includes(1) ? passed : undefined));
    const odd = defineExpert({
      ...described,
      module: "test.odd.expert",
      create: () => ({ process: (event) => (numberOf(event) % 2 === 1 ? event : undefined) }),
    });
    await flow.start(
      { id: "pass", definition: pass, parameters: { rate_limit: 0.001 }, to: ["odd-queue", "next"] },
      { id: "odd", definition: odd, to: ["write-queue"] },
      { id: "write", definition: slow },
    );
    await direct("write");
    await direct("odd");
    await flow.put("pass-queue", ...numberedAll(1, 2));
    await until(() => expect(flow.flow.nodes.get("pass")?.lastReceived).toBeDefined());
    expect(await depth("next")).toBe(0);
    open();
    await flow.emptied("pass-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2]);
  });

  it("are waited for by settle, those that come later are not", async () => {
    const gates = [gate(), gate()];
    let writes = 0;
    const slow = output(() => {
      writes += 1;
      return gates[writes - 1]?.passed;
    });
    const [runner] = await flow.start({ id: "write", definition: slow, parameters: { rate_limit: 0.001 } });
    const received = vi.fn();
    if (runner !== undefined) runner.node.tap = received;
    await flow.put("write-queue", numbered(1));
    await until(() => expect(writes).toBe(1));
    let settled = false;
    const settling = flow.flow.settle().then(() => {
      settled = true;
    });
    await flow.put("write-queue", numbered(2));
    await until(() => expect(received).toHaveBeenCalledTimes(2));
    expect(settled).toBe(false);
    gates[0]?.open();
    await until(() => expect(writes).toBe(2));
    await settling;
    gates[1]?.open();
    await flow.emptied("write-queue");
  });
});

describe("a commit that fails", () => {
  it("breaks the flow: nothing is committed any more, and everything is there for the next one", async () => {
    const commit = flow.broker.commit.bind(flow.broker);
    let isFailing = false;
    const committing = vi.spyOn(flow.broker, "commit").mockImplementation(async (unit, before) => {
      if (isFailing) throw new Error("the disk is gone");
      return commit(unit, before);
    });
    await flow.start({ id: "pass", definition: pass, parameters: { rate_limit: 0.001 }, to: ["next"] });
    await flow.put("pass-queue", numbered(1));
    await flow.emptied("pass-queue");
    isFailing = true;
    const before = committing.mock.calls.length;
    await flow.put("pass-queue", ...numberedAll(2, 3, 4));
    await until(() => expect(flow.broken()).toMatchObject({ message: "the disk is gone" }));
    isFailing = false;
    await expect(flow.flow.settle()).rejects.toThrow("the disk is gone");
    await expect(flow.flow.slot()).rejects.toThrow("the disk is gone");
    const unit = new Unit();
    unit.enqueue("next", numbered(9));
    await expect(flow.flow.finish(flow.flow.cascade(unit))).rejects.toThrow("the disk is gone");
    expect(committing.mock.calls.length - before).toBeLessThanOrEqual(2); // the failing one, and one that ran beside it
    expect(numbersOf(await flow.waiting("next"))).toEqual([1]);
    expect(numbersOf(await flow.waiting("pass-queue"))).toEqual([2, 3, 4]);

    const again = flow.again();
    await again.start({ id: "pass", definition: pass, to: ["next"] });
    await flow.emptied("pass-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2, 3, 4]);
    expect(again.broken()).toBeUndefined();
  });

  it("is told once, with the first reason", () => {
    flow.flow.break(new Error("first"));
    flow.flow.break(new Error("second"));
    expect(flow.broken()).toMatchObject({ message: "first" });
  });
});

describe("an output", () => {
  it("that fails on events leaves them to their dead letters and writes the others, each once", async () => {
    const written: number[] = [];
    const choosy = output((numbers) => {
      const refused = numbers.filter((number) => number % 5 === 3);
      if (refused.length > 0) throw new Error(`refused ${refused[0]}`);
      written.push(...numbers);
    });
    await flow.start({ id: "write", definition: choosy, parameters: once });
    await flow.put("write-queue", ...numberedAll(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    await flow.emptied("write-queue");
    expect(written).toEqual([0, 1, 2, 4, 5, 6, 7, 9]);
    const letters = await flow.letters();
    expect(letters.map(({ envelope, error }) => [envelope?.id, error.message])).toEqual([
      ["m3", "refused 3"],
      ["m8", "refused 8"],
    ]);
    expect((await flow.broker.counters()).get("write")).toMatchObject({ received: 10, failed: 2 });
  });

  it("keeps no state of a write that failed", async () => {
    const counting = defineOutput({
      ...described,
      module: "test.count.output",
      create: ({ state }) => ({
        write(batch) {
          state.increment("written", batch.length);
          if (batch.some(({ event }) => numberOf(event) === 2)) throw new Error("two");
        },
      }),
    });
    await flow.start({ id: "write", definition: counting, parameters: once });
    await flow.put("write-queue", ...numberedAll(1, 2, 3, 4));
    await flow.emptied("write-queue");
    expect((await flow.broker.loadState("write")).entries).toMatchObject([["written", { value: 3 }]]);
  });

  it("is tried again with the events that failed, when they are due", async () => {
    const written: number[] = [];
    let isDown = true;
    const flaky = output((numbers) => {
      if (isDown && numbers.includes(2)) throw new Error("down");
      written.push(...numbers);
    });
    await flow.start({ id: "write", definition: flaky, parameters: { error_retry_delay: 0.02 } });
    await flow.put("write-queue", ...numberedAll(1, 2, 3));
    await until(async () => expect(await flow.parked("write-queue")).toBe(1));
    isDown = false;
    await flow.emptied("write-queue");
    expect(written).toEqual([1, 3, 2]);
  });
});

describe("what cannot be read", () => {
  it("is a dead letter with its bytes; the messages around it go on", async () => {
    const receive = flow.broker.receive.bind(flow.broker);
    const bytes = new TextEncoder().encode("no message");
    vi.spyOn(flow.broker, "receive").mockImplementation(async (queue, options) =>
      (await receive(queue, options)).map(({ envelope, ...item }) =>
        envelope?.id === "m2"
          ? { ...item, unreadable: { bytes, error: new Error("no JSON") } }
          : { ...item, ...(envelope === undefined ? {} : { envelope }) },
      ),
    );
    await flow.start({ id: "pass", definition: pass, to: ["next"] });
    await flow.put("pass-queue", ...numberedAll(1, 2, 3));
    await flow.emptied("pass-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 3]);
    const [letter] = await flow.letters();
    expect(letter).toMatchObject({ bot: "pass", attempts: 1, error: { code: "WEIR_RUN_MESSAGE_UNREADABLE" } });
    expect(letter?.error.message).toContain("no JSON");
    expect(letter?.envelope).toBeUndefined();
    expect(new TextDecoder().decode(letter?.bytes)).toBe("no message");
    expect((await flow.broker.counters()).get("pass")).toMatchObject({ received: 3, failed: 1 });
  });
});

describe("reachableQueues", () => {
  it("names the queues behind bots that are handed messages, and stops at a cut", async () => {
    const first = await flow.prepare({ id: "first", definition: pass, to: ["second-queue", "other"] });
    await flow.prepare({ id: "second", definition: pass, to: ["cut-queue"], paths: { _on_error: ["errors"] } });
    await flow.prepare({ id: "cut", definition: pass, to: ["behind"], cut: true });
    expect([...flow.flow.reachableQueues(first.node)].sort()).toEqual(["cut-queue", "other", "second-queue"]);
    flow.flow.remove("second");
    expect([...flow.flow.reachableQueues(first.node)].sort()).toEqual(["other", "second-queue"]);
  });
});

import type { Message } from "@weir/format";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  type CollectedReport,
  type CollectorDefinition,
  defineCollector,
  defineExpert,
  defineOutput,
  type ExpertDefinition,
} from "../definition/definition.ts";
import { type FakeClock, fakeClock } from "../testing/fakes.ts";
import {
  described,
  gate,
  numbered,
  numberedAll,
  numberOf,
  numbersOf,
  openStoreFlow,
  reportOf,
  type StoreFlow,
  until,
} from "../testing/store-flow.ts";

let flow: StoreFlow;
beforeEach(async () => {
  flow = await openStoreFlow();
});

function expert(process: (event: Message) => Message | Promise<Message>): ExpertDefinition {
  return defineExpert({ ...described, module: "test.process.expert", create: () => ({ process }) });
}

const pass = expert((event) => event);

describe("a message that fails", () => {
  it("is tried error_max_retries times more, with its tries kept, then given up; the others go on", async () => {
    let tries = 0;
    const failing = expert((event) => {
      if (numberOf(event) !== 2) return event;
      tries += 1;
      throw new Error("two");
    });
    const parameters = { error_max_retries: 2, error_retry_delay: 0.01 };
    await flow.start({ id: "fail", definition: failing, parameters, to: ["next"] });
    await flow.put("fail-queue", ...numberedAll(1, 2, 3));
    await until(async () => expect(await flow.letters()).toHaveLength(1));
    expect(tries).toBe(3);
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 3]);
    expect(await flow.letters()).toMatchObject([{ attempts: 3, envelope: { id: "m2" } }]);
    await flow.emptied("fail-queue");
    expect((await flow.broker.counters()).get("fail")).toMatchObject({ failed: 3, sent: { _default: 2 } });
  });

  it("makes the others wait behind it with error_procedure: stop, in their order", async () => {
    let tries = 0;
    const failing = expert((event) => {
      if (numberOf(event) === 2 && ++tries < 3) throw new Error("two");
      return event;
    });
    const parameters = { error_max_retries: 3, error_retry_delay: 0.05, error_procedure: "stop" };
    const [, runner] = await flow.start(
      { id: "first", definition: pass, to: ["fail-queue"] },
      { id: "fail", definition: failing, parameters, to: ["next"] },
    );
    await until(() => expect(runner?.node.acceptsDirect).toBe(true));
    await flow.put("first-queue", ...numberedAll(1, 2, 3));
    await until(() => expect(runner?.node.status.state).toBe("retrying"));
    await flow.put("first-queue", ...numberedAll(4, 5));
    await until(async () => expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2, 3, 4, 5]));
    expect(tries).toBe(3);
    await flow.emptied("fail-queue");
    expect((await flow.broker.counters()).get("fail")).toMatchObject({ received: 7, failed: 2, sent: { _default: 5 } });
    expect(flow.stopRequests).toEqual([]);
  });

  it("is not tried again before its pause is over, not even after a restart", async () => {
    const failing = expert(() => {
      throw new Error("no");
    });
    const parameters = { error_retry_delay: 3600 };
    const [runner] = await flow.start({ id: "fail", definition: failing, parameters, to: ["next"] });
    await flow.put("fail-queue", numbered(1));
    await until(async () => expect(await flow.parked("fail-queue")).toBe(1));
    await runner?.stop("A test stops it.");
    const [again] = await flow.again().start({ id: "fail", definition: pass, to: ["next"] });
    await until(() => expect(again?.node.acceptsDirect).toBe(true));
    expect(await flow.parked("fail-queue")).toBe(1);
    expect(await flow.waiting("next")).toEqual([]);
  });

  it("is sent once when a later try succeeds", async () => {
    const failed = new Set<number>();
    const flaky = expert((event) => {
      const number = numberOf(event);
      if (failed.has(number)) return event;
      failed.add(number);
      throw new Error("not yet");
    });
    await flow.start({ id: "flaky", definition: flaky, parameters: { error_retry_delay: 0 }, to: ["next"] });
    await flow.put("flaky-queue", ...numberedAll(1, 2, 3));
    await flow.emptied("flaky-queue");
    expect([...numbersOf(await flow.waiting("next"))].sort()).toEqual([1, 2, 3]);
    expect(await flow.letters()).toEqual([]);
  });

  it("asks for the bot to be stopped when it is given up with error_procedure: stop", async () => {
    const failing = expert((event) => {
      if (numberOf(event) === 1) throw new Error("one");
      return event;
    });
    const parameters = { error_max_retries: 0, error_procedure: "stop" };
    await flow.start({ id: "fail", definition: failing, parameters, to: ["next"] });
    await flow.put("fail-queue", numbered(1));
    await until(() => expect(flow.stopRequests).toEqual(["fail"]));
    expect(await flow.letters()).toHaveLength(1); // it is on disk before the bot is stopped
  });

  it("is logged as its parameters ask", async () => {
    const failing = expert(() => {
      throw new Error("the reason", { cause: new Error("the cause") });
    });
    const parameters = { error_max_retries: 0, error_log_exception: false, error_log_message: true };
    await flow.start({ id: "fail", definition: failing, parameters, to: ["next"] });
    await flow.put("fail-queue", numbered(1));
    await flow.emptied("fail-queue");
    expect(flow.log.map(({ level, message, stack }) => [level, message, stack])).toEqual([
      ["ERROR", "A message failed and was given up: the reason: the cause.", undefined],
      ["INFO", expect.stringContaining("extra.number=1"), undefined],
    ]);
  });
});

describe("rate_limit", () => {
  it("takes one message at a time with a pause behind each, which can be cut short", async () => {
    const clock = fakeClock();
    flow = await openStoreFlow({ clock });
    const parameters = { rate_limit: 60 };
    const [runner] = await flow.start({ id: "slow", definition: pass, parameters, to: ["next"] });
    await flow.put("slow-queue", ...numberedAll(1, 2, 3));
    const sent = async () => numbersOf(await flow.waiting("next"));
    await until(async () => expect(await sent()).toEqual([1]));
    clock.advance(59_999);
    expect(await sent()).toEqual([1]);
    await advanceUntil(clock, 1, async () => expect(await sent()).toEqual([1, 2]));
    runner?.hurry();
    await until(async () => expect(await sent()).toEqual([1, 2, 3]));
  });
});

/** Moves the clock in steps until this holds: a pause may begin only after a step. */
async function advanceUntil(clock: FakeClock, step: number, assertion: () => void | Promise<void>): Promise<void> {
  await until(async () => {
    clock.advance(step);
    await assertion();
  });
}

describe("a bot that is stopped", () => {
  it("finishes the unit in work and gives back what it has not begun", async () => {
    const { passed, open } = gate();
    const begun: number[] = [];
    const slow = expert(async (event) => {
      begun.push(numberOf(event));
      await passed;
      return event;
    });
    const parameters = { rate_limit: 0.001 };
    const [runner] = await flow.start({ id: "slow", definition: slow, parameters, to: ["next"] });
    await flow.put("slow-queue", ...numberedAll(1, 2, 3));
    await until(() => expect(begun).toEqual([1]));
    const stopped = runner?.stop("A test stops it.");
    open();
    await stopped;
    expect(runner?.node.status).toMatchObject({ state: "stopped", reason: "A test stops it." });
    expect(numbersOf(await flow.waiting("next"))).toEqual([1]);
    expect(numbersOf(await flow.waiting("slow-queue"))).toEqual([2, 3]);
    await flow.start({ id: "slow", definition: pass, to: ["next"] });
    await flow.emptied("slow-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2, 3]);
  });

  it("is closed after the last write of what another bot had handed to it", async () => {
    const { passed, open } = gate();
    const done: (string | number)[] = [];
    const slow = expert(async (event) => {
      if (numberOf(event) === 2) {
        done.push("waiting");
        await passed;
      }
      return event;
    });
    const output = defineOutput({
      ...described,
      module: "test.write.output",
      create: () => ({
        write: (batch) => void done.push(...batch.map(({ event }) => numberOf(event))),
        close: () => void done.push("closed"),
      }),
    });
    const [, write] = await flow.start(
      { id: "slow", definition: slow, to: ["write-queue"] },
      { id: "write", definition: output },
    );
    await until(() => expect(write?.node.acceptsDirect).toBe(true));
    await flow.put("slow-queue", ...numberedAll(1, 2));
    await until(() => expect(done).toEqual(["waiting"]));
    const stopped = write?.stop("A test stops it.");
    await expect(until(() => expect(done).toContain("closed"), 50)).rejects.toThrow();
    open();
    await stopped;
    expect(done).toEqual(["waiting", 1, "closed"]);
    await flow.emptied("slow-queue");
    expect(numbersOf(await flow.waiting("write-queue"))).toEqual([2]);
  });

  it("does not wait longer than its deadline for what another bot is at", async () => {
    const { passed, open } = gate();
    let isWaiting = false;
    const hanging = expert(async (event) => {
      isWaiting = true;
      await passed;
      return event;
    });
    const [, other] = await flow.start(
      { id: "hang", definition: hanging, to: ["next"] },
      { id: "other", definition: pass, to: ["next"] },
    );
    await until(() => expect(other?.node.acceptsDirect).toBe(true));
    await flow.put("hang-queue", numbered(1));
    await until(() => expect(isWaiting).toBe(true));
    await other?.stop("A test stops it.", 10);
    expect(other?.node.status.state).toBe("stopped");
    open();
    await flow.emptied("hang-queue");
  });
});

describe("a bot that opens", () => {
  /** An expert whose `open` does this. */
  function opening(open: (signal: AbortSignal) => void | Promise<void>, close: () => void = () => undefined) {
    return defineExpert({
      ...described,
      module: "test.open.expert",
      create: ({ signal }) => ({ open: () => open(signal), close, process: (event) => event }),
    });
  }

  it("does not start when that fails", async () => {
    const failing = opening(() => {
      throw new Error("no such file");
    });
    const runner = await flow.prepare({ id: "open", definition: failing });
    await expect(runner.start()).rejects.toThrow("no such file");
    expect(runner.node.acceptsDirect).toBe(false);
  });

  it("has what it sets as state on disk before the first message", async () => {
    const setting = defineExpert({
      ...described,
      module: "test.open.expert",
      create: ({ state }) => ({ open: () => state.set("opened", true), process: (event) => event }),
    });
    await flow.start({ id: "open", definition: setting });
    expect((await flow.broker.loadState("open")).entries).toMatchObject([["opened", { value: true }]]);
  });

  it("and hangs can be stopped: its signal aborts", async () => {
    const hanging = opening(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        }),
    );
    const runner = await flow.prepare({ id: "open", definition: hanging });
    const started = runner.start();
    expect(runner.node.status.state).toBe("starting");
    await runner.stop("A test stops it.");
    await started;
    expect(runner.node.status).toMatchObject({ state: "stopped", reason: "A test stops it." });
  });

  it("after it was stopped is closed again and takes nothing", async () => {
    const { passed, open } = gate();
    let closed = 0;
    const runner = await flow.prepare({
      id: "open",
      definition: opening(
        () => passed,
        () => {
          closed += 1;
        },
      ),
    });
    const started = runner.start();
    await runner.stop("A test stops it.");
    const before = closed;
    await flow.put("open-queue", numbered(1));
    open();
    await started;
    expect(closed).toBe(before + 1);
    expect(runner.node.acceptsDirect).toBe(false);
    expect(runner.node.status.state).toBe("stopped");
    expect(numbersOf(await flow.waiting("open-queue"))).toEqual([1]);
  });
});

describe("a collector", () => {
  type Reports = AsyncGenerator<CollectedReport>;

  let clock: FakeClock;
  beforeEach(async () => {
    clock = fakeClock();
    flow = await openStoreFlow({ clock });
  });

  function collector(collect: (signal: AbortSignal) => Reports): CollectorDefinition {
    return defineCollector({
      ...described,
      module: "test.collect.collector",
      create: ({ signal }) => ({ collect: () => collect(signal) }),
    });
  }

  const collected = (number: number): CollectedReport => {
    const { message } = reportOf("", `text ${number}`);
    message.set("extra.number", number);
    return { report: message };
  };
  const sent = async () => numbersOf(await flow.waiting("reports"));

  it("runs again after its rate limit, and at once when it is told to hurry", async () => {
    let runs = 0;
    const counting = collector(async function* () {
      runs += 1;
      yield collected(runs);
    });
    const parameters = { rate_limit: 3600 };
    const [runner] = await flow.start({ id: "collect", definition: counting, parameters, to: ["reports"] });
    await until(() => expect(runner?.node.status.state).toBe("waiting"));
    expect(runner?.node.status.until).toBe(clock.now() + 3_600_000);
    expect(await sent()).toEqual([1]);
    clock.advance(3_600_000);
    await until(async () => expect(await sent()).toEqual([1, 2]));
    await until(() => expect(runner?.node.status.state).toBe("waiting"));
    runner?.hurry();
    await until(async () => expect(await sent()).toEqual([1, 2, 3]));
    await runner?.stop("A test stops it.");
  });

  it("ends by itself after one run when it is scheduled", async () => {
    const single = collector(async function* () {
      yield collected(1);
    });
    await flow.start({ id: "collect", definition: single, scheduled: true, to: ["reports"] });
    await until(() => expect(flow.ended).toEqual(["The scheduled run is done."]));
    expect(await sent()).toEqual([1]);
  });

  it("waits for its schedule before the first run, too", async () => {
    const single = collector(async function* () {
      yield collected(1);
    });
    const schedule = { next: (after: number) => after + 1000 };
    const [runner] = await flow.start({ id: "collect", definition: single, schedule, to: ["reports"] });
    await until(() => expect(runner?.node.status).toMatchObject({ state: "waiting", until: clock.now() + 1000 }));
    expect(await sent()).toEqual([]);
    clock.advance(1000);
    await until(async () => expect(await sent()).toEqual([1]));
    await runner?.stop("A test stops it.");
  });

  it("that fails is tried again with growing pauses; what it brought before stays", async () => {
    let runs = 0;
    const flaky = collector(async function* () {
      runs += 1;
      yield collected(runs);
      if (runs < 4) throw new Error("connection lost");
    });
    const parameters = { error_retry_delay: 100, error_max_retries: 5, rate_limit: 3600 };
    const [runner] = await flow.start({ id: "collect", definition: flaky, parameters, to: ["reports"] });
    for (const pause of [100_000, 200_000, 400_000]) {
      await until(() => expect(runner?.node.status.state).toBe("retrying"));
      const left = (runner?.node.status.until ?? 0) - clock.now();
      expect(left).toBeGreaterThanOrEqual(pause * 0.9);
      expect(left).toBeLessThanOrEqual(pause * 1.1);
      const before = runs;
      clock.advance(left);
      await until(() => expect(runs).toBe(before + 1));
    }
    await until(() => expect(runner?.node.status.state).toBe("waiting"));
    expect(await sent()).toEqual([1, 2, 3, 4]);
    expect(flow.log.map(({ message }) => message)).toContain(
      "Collecting failed and will be tried again: connection lost.",
    );
    await runner?.stop("A test stops it.");
  });

  it.each([
    ["its tries are over", () => new Error("no"), { error_max_retries: 0 }],
    [
      "trying again is no use",
      () => Object.assign(new Error("no"), { code: "WEIR_BOT_PARAMETERS" }),
      { error_max_retries: 3 },
    ],
  ])("shows that it failed when %s, and goes on at its next turn", async (_, error, parameters) => {
    let runs = 0;
    const flaky = collector(async function* () {
      runs += 1;
      if (runs === 1) throw error();
      yield collected(runs);
    });
    const [runner] = await flow.start({ id: "collect", definition: flaky, parameters, to: ["reports"] });
    await until(() => expect(runner?.node.status.state).toBe("failed"));
    expect(flow.log.filter(({ message }) => message.includes("will be tried again"))).toEqual([]);
    await advanceUntil(clock, 1000, async () => expect(await sent()).toContain(2));
    await runner?.stop("A test stops it.");
  });

  it("ends when its tries are over with error_procedure: stop", async () => {
    // biome-ignore lint/correctness/useYield: it fails before it has anything
    const failing = collector(async function* () {
      throw new Error("no");
    });
    const parameters = { error_max_retries: 0, error_procedure: "stop" };
    await flow.start({ id: "collect", definition: failing, parameters, to: ["reports"] });
    await until(() => expect(flow.ended).toEqual(["Collecting failed and error_procedure is stop: no"]));
  });

  it("is told that a report was kept when it is on disk, not before", async () => {
    const commit = flow.broker.commit.bind(flow.broker);
    const { passed, open } = gate();
    vi.spyOn(flow.broker, "commit").mockImplementation(async (...unit) => {
      await passed;
      return commit(...unit);
    });
    const told: number[] = [];
    const removing = collector(async function* () {
      for (const number of [1, 2]) yield { ...collected(number), onCommitted: () => void told.push(number) };
    });
    await flow.start({ id: "collect", definition: removing, scheduled: true, to: ["reports"] });
    await until(() => expect(flow.flow.nodes.get("collect")?.lastSent).toBeDefined());
    expect(told).toEqual([]);
    open();
    await until(() => expect(flow.ended).toHaveLength(1));
    expect(told).toEqual([1, 2]);
    expect(await sent()).toEqual([1, 2]);
  });

  it("goes on when its source cannot be told; the report is kept", async () => {
    const removing = collector(async function* () {
      for (const number of [1, 2]) {
        const onCommitted = () => {
          if (number === 1) throw new Error("the file is held");
        };
        yield { ...collected(number), onCommitted };
      }
    });
    await flow.start({ id: "collect", definition: removing, scheduled: true, to: ["reports"] });
    await until(() => expect(flow.ended).toHaveLength(1));
    expect(await sent()).toEqual([1, 2]);
    const message = expect.stringContaining("its source could not be told and may give it again: the file is held.");
    expect(flow.log).toContainEqual(expect.objectContaining({ level: "ERROR", message }));
    expect(flow.broken()).toBeUndefined();
  });

  it("that waits for its source ends by its signal when it is stopped", async () => {
    const pushing = collector(async function* (signal) {
      yield collected(1);
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    });
    const [runner] = await flow.start({ id: "collect", definition: pushing, to: ["reports"] });
    await until(async () => expect(await sent()).toEqual([1]));
    await runner?.stop("A test stops it.");
    expect(runner?.node.status.state).toBe("stopped");
  });
});

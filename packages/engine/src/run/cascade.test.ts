import type { Message } from "@weir/format";
import { beforeEach, describe, expect, it } from "vitest";
import { defineExpert, defineOutput, type ExpertDefinition, type ExpertResult, to } from "../definition/definition.ts";
import type { BotState } from "../state/state.ts";
import {
  described,
  numbered,
  numberedAll,
  numberOf,
  numbersOf,
  once,
  openStoreFlow,
  type StoreFlow,
  until,
} from "../testing/store-flow.ts";

let flow: StoreFlow;
beforeEach(async () => {
  flow = await openStoreFlow();
});

/** An expert that does this with each event. */
function expert(
  process: (event: Message, state: BotState) => ExpertResult | Promise<ExpertResult>,
  more: Partial<Pick<ExpertDefinition, "concurrency">> = {},
): ExpertDefinition {
  return defineExpert({
    ...described,
    ...more,
    module: "test.process.expert",
    create: ({ state }) => ({ process: (event) => process(event, state) }),
  });
}

/** Notes a name in `comment` and sends the event on. */
function noting(name: string): ExpertDefinition {
  return expert((event) => {
    const before = event.get("comment") ?? "";
    event.remove("comment");
    event.set("comment", `${before}${name}`);
    return event;
  });
}

const commentsOf = (received: Awaited<ReturnType<StoreFlow["waiting"]>>) =>
  received.map(({ envelope }) => envelope?.message.get("comment"));
const idsOf = (received: Awaited<ReturnType<StoreFlow["waiting"]>>) => received.map(({ envelope }) => envelope?.id);

describe("a batch on its way through bots", () => {
  it("keeps its order through plain bots and bots that wait", async () => {
    const slow = expert(async (event) => {
      if (numberOf(event) % 2 === 0) await Promise.resolve();
      return event;
    });
    await flow.start(
      { id: "first", definition: noting("a"), to: ["second-queue"] },
      { id: "second", definition: slow, to: ["third-queue"] },
      { id: "third", definition: noting("b"), to: ["next"] },
    );
    await flow.put("first-queue", ...numberedAll(1, 2, 3, 4, 5));
    await flow.emptied("first-queue");
    const sent = await flow.waiting("next");
    expect(numbersOf(sent)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(commentsOf(sent))).toEqual(new Set(["ab"]));
    expect(idsOf(sent)).toEqual(["m1", "m2", "m3", "m4", "m5"]);
  });

  it("leaves the message and the state of a failing bot as they were; its neighbours go on", async () => {
    const counting = expert((event, state) => {
      event.set("comment", "changed");
      event.set("extra.count", state.increment("count", 1));
      state.set(`seen-${numberOf(event)}`, true);
      if (numberOf(event) === 2) throw new Error("two");
      return event;
    });
    const first = expert((event) => {
      event.set("extra.first", "yes");
      return event;
    });
    await flow.start(
      { id: "first", definition: first, to: ["count-queue"] },
      { id: "count", definition: counting, parameters: once, to: ["next"] },
    );
    await flow.put("first-queue", ...numberedAll(1, 2, 3));
    await flow.emptied("first-queue");
    const sent = await flow.waiting("next");
    expect(sent.map(({ envelope }) => envelope?.message.get("extra.count"))).toEqual([1, 2]);
    expect(numbersOf(sent)).toEqual([1, 3]);

    const [letter, ...others] = await flow.letters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ bot: "count", queue: "count-queue", attempts: 1, error: { message: "two" } });
    expect(letter?.envelope?.id).toBe("m2");
    expect(letter?.envelope?.message.has("comment")).toBe(false);
    expect(letter?.envelope?.message.get("extra.first")).toBe("yes"); // as this bot got it, not as the first one did

    const { entries } = await flow.broker.loadState("count");
    expect(Object.fromEntries([...entries].map(([key, { value }]) => [key, value]))).toEqual({
      count: 2,
      "seen-1": true,
      "seen-3": true,
    });
    const counters = await flow.broker.counters();
    expect(counters.get("count")).toMatchObject({ received: 3, failed: 1, sent: { _default: 2 } });
  });

  it("does the same for a bot that fails after it has waited", async () => {
    const waiting = expert(async (event, state) => {
      state.increment("count", 1);
      event.set("comment", "changed");
      await Promise.resolve();
      if (numberOf(event) === 1) throw new Error("one");
      return event;
    });
    await flow.start({ id: "wait", definition: waiting, parameters: once, to: ["next"] });
    await flow.put("wait-queue", ...numberedAll(1, 2));
    await flow.emptied("wait-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([2]);
    expect((await flow.letters())[0]?.envelope?.message.has("comment")).toBe(false);
    expect((await flow.broker.loadState("wait")).entries).toMatchObject([["count", { value: 1 }]]);
  });

  it("gives each of several receivers a message of its own", async () => {
    await flow.start(
      { id: "split", definition: noting("s"), to: ["left-queue", "right-queue", "next"] },
      { id: "left", definition: noting("l"), to: ["left-next"] },
      { id: "right", definition: noting("r"), to: ["right-next"] },
    );
    await flow.put("split-queue", ...numberedAll(1, 2));
    await flow.emptied("split-queue");
    expect(commentsOf(await flow.waiting("next"))).toEqual(["s", "s"]);
    expect(commentsOf(await flow.waiting("left-next"))).toEqual(["sl", "sl"]);
    expect(commentsOf(await flow.waiting("right-next"))).toEqual(["sr", "sr"]);
    for (const queue of ["next", "left-next", "right-next"])
      expect(idsOf(await flow.waiting(queue))).toEqual(["m1", "m2"]);
  });

  it("does not send an event that has lost its last field", async () => {
    const emptying = expert((event) => {
      if (numberOf(event) === 1) for (const key of [...event.keys()]) event.remove(key);
      return event;
    });
    await flow.start({ id: "empty", definition: emptying, to: ["next"] });
    await flow.put("empty-queue", ...numberedAll(1, 2));
    await flow.emptied("empty-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([2]);
    expect(await flow.letters()).toEqual([]);
    expect(flow.log).toMatchObject([{ level: "WARNING", message: expect.stringContaining("empty message") }]);
  });

  it("counts what is dropped", async () => {
    const dropping = expert((event) => [undefined, [], event][numberOf(event) % 3]);
    await flow.start({ id: "drop", definition: dropping, to: ["next"] });
    await flow.put("drop-queue", ...numberedAll(0, 1, 2));
    await flow.emptied("drop-queue");
    expect(numbersOf(await flow.waiting("next"))).toEqual([2]);
    expect((await flow.broker.counters()).get("drop")).toMatchObject({
      received: 3,
      dropped: 2,
      sent: { _default: 1 },
    });
  });

  it("shows a watcher what goes in and out", async () => {
    const [runner] = await flow.start({
      id: "watched",
      definition: expert((event) => (numberOf(event) === 1 ? to("other", event) : event)),
      to: ["next"],
      paths: { other: ["other-next"] },
    });
    const seen: (string | number)[][] = [];
    if (runner !== undefined) {
      runner.node.tap = (direction, path, message) => void seen.push([direction, path, numberOf(message)]);
    }
    await flow.put("watched-queue", ...numberedAll(1, 2));
    await flow.emptied("watched-queue");
    expect(seen).toEqual([
      ["in", "", 1],
      ["in", "", 2],
      ["out", "other", 1],
      ["out", "_default", 2],
    ]);
  });
});

describe("what a bot returns", () => {
  it("goes by named paths; optional ones need not be there", async () => {
    const routing = expert((event) => [
      to("odd", event.clone(), { optional: true }),
      to("nowhere", event.clone(), { optional: true }),
      event,
    ]);
    await flow.start({ id: "route", definition: routing, to: ["next"], paths: { odd: ["odd-next"] } });
    await flow.put("route-queue", ...numberedAll(1, 2));
    await flow.emptied("route-queue");
    expect(numbersOf(await flow.waiting("odd-next"))).toEqual([1, 2]);
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2]);
    expect(await flow.letters()).toEqual([]);
    expect((await flow.broker.counters()).get("route")?.sent).toEqual({ odd: 2, _default: 2 });
  });

  it("is given up at once when a path is missing, and nothing of it is sent", async () => {
    const routing = expert((event) => {
      event.set("comment", "changed");
      return [event.clone(), to("nowhere", event)];
    });
    await flow.start({ id: "route", definition: routing, to: ["next"] });
    await flow.put("route-queue", numbered(1));
    await flow.emptied("route-queue");
    expect(await flow.waiting("next")).toEqual([]);
    const letters = await flow.letters();
    expect(letters).toMatchObject([{ attempts: 1, error: { code: "WEIR_RUN_PATH_MISSING" } }]);
    expect(letters[0]?.error.message).toContain("_default"); // which paths there are
    expect(letters[0]?.envelope?.message.has("comment")).toBe(false);
  });

  it("is refused when it is no message", async () => {
    const wrong = expert(() => "an event" as unknown as Message);
    await flow.start({ id: "wrong", definition: wrong, to: ["next"] });
    await flow.put("wrong-queue", numbered(1));
    await flow.emptied("wrong-queue");
    expect(await flow.letters()).toMatchObject([{ attempts: 1, error: { code: "WEIR_RUN_WRONG_MESSAGE_TYPE" } }]);
  });

  it("gets ids of its place in the list, under that of the message it was made from", async () => {
    const multiplying = expert((event) => [event, event, event.clone()]);
    await flow.start(
      { id: "first", definition: multiplying, to: ["second-queue", "next"] },
      { id: "second", definition: expert((event) => [event.clone(), event]), to: ["last"] },
    );
    await flow.put("first-queue", numbered(1));
    await flow.emptied("first-queue");
    expect(idsOf(await flow.waiting("next"))).toEqual(["m1/0", "m1/1", "m1/2"]);
    expect(idsOf(await flow.waiting("last"))).toEqual(["m1/0/0", "m1/0/1", "m1/1/0", "m1/1/1", "m1/2/0", "m1/2/1"]);
  });

  it("keeps the message's id when it is the message alone", async () => {
    await flow.start({ id: "same", definition: expert((event) => [event]), to: ["next"] });
    await flow.put("same-queue", numbered(7));
    await flow.emptied("same-queue");
    expect(idsOf(await flow.waiting("next"))).toEqual(["m7"]);
  });

  it("goes to one queue of the path in turn with load_balance, errors to all", async () => {
    const failing = expert((event) => {
      if (numberOf(event) === 3) throw new Error("three");
      return event;
    });
    const parameters = { ...once, load_balance: true };
    const paths = { _on_error: ["errors", "more-errors"] };
    await flow.start({ id: "turn", definition: failing, parameters, to: ["one", "two"], paths });
    await flow.put("turn-queue", ...numberedAll(1, 2, 3, 4, 5, 6));
    await flow.emptied("turn-queue");
    expect(numbersOf(await flow.waiting("one"))).toEqual([1, 4, 6]);
    expect(numbersOf(await flow.waiting("two"))).toEqual([2, 5]);
    expect(numbersOf(await flow.waiting("errors"))).toEqual([3]);
    expect(numbersOf(await flow.waiting("more-errors"))).toEqual([3]);
  });
});

describe("a message that was given up", () => {
  it("goes to _on_error as the bot got it, besides its dead letter", async () => {
    const failing = expert((event) => {
      event.set("comment", "changed");
      throw new Error("no");
    });
    const paths = { _on_error: ["mended-queue"] };
    await flow.start(
      { id: "fail", definition: failing, parameters: once, to: ["next"], paths },
      { id: "mended", definition: noting("mended"), to: ["next"] },
    );
    await flow.put("fail-queue", ...numberedAll(1, 2));
    await until(async () => expect(await flow.waiting("next")).toHaveLength(2));
    expect(commentsOf(await flow.waiting("next"))).toEqual(["mended", "mended"]);
    expect(await flow.letters()).toHaveLength(2);
    expect((await flow.broker.counters()).get("fail")).toMatchObject({ failed: 2, sent: { _on_error: 2 } });
  });

  it("leaves no dead letter with error_dump_message off", async () => {
    const failing = expert(() => {
      throw new Error("no");
    });
    const parameters = { ...once, error_dump_message: false };
    await flow.start({ id: "fail", definition: failing, parameters, to: ["next"] });
    await flow.put("fail-queue", numbered(1));
    await flow.emptied("fail-queue");
    expect(await flow.letters()).toEqual([]);
    expect((await flow.broker.counters()).get("fail")).toMatchObject({ failed: 1 });
  });

  it("has had its own number of tries at each bot, whatever it took at the one before", async () => {
    let tries = 0;
    let failed = 0;
    const flaky = expert((event) => {
      tries += 1;
      if (tries < 3) throw new Error("not yet");
      return event;
    });
    const failing = expert(() => {
      failed += 1;
      throw new Error("never");
    });
    const paths = { _on_error: ["given-up"] };
    const short = { error_retry_delay: 0.01 };
    await flow.start(
      { id: "flaky", definition: flaky, parameters: { ...short, error_max_retries: 2 }, to: ["fail-queue"] },
      { id: "fail", definition: failing, parameters: { ...short, error_max_retries: 1 }, paths },
    );
    await flow.put("flaky-queue", numbered(1));
    await until(async () => expect(await flow.waiting("given-up")).toHaveLength(1));
    expect(await flow.letters()).toMatchObject([{ bot: "fail", attempts: 2 }]);
    expect([tries, failed]).toEqual([3, 2]);
  });
});

describe("a bot that looks several events up at once", () => {
  it("has as many in work as it says, sends in order, and leaves the failing one alone", async () => {
    let working = 0;
    let most = 0;
    const looking = expert(
      async (event) => {
        working += 1;
        most = Math.max(most, working);
        for (let turn = numberOf(event) % 4; turn > 0; turn--) await Promise.resolve();
        working -= 1;
        event.set("comment", "found");
        if (numberOf(event) === 4) throw new Error("four");
        return numberOf(event) === 5 ? to("nowhere", event) : event;
      },
      { concurrency: 3 },
    );
    await flow.start({ id: "look", definition: looking, parameters: once, to: ["next"] });
    await flow.put("look-queue", ...numberedAll(1, 2, 3, 4, 5, 6, 7));
    await flow.emptied("look-queue");
    expect(most).toBe(3);
    expect(numbersOf(await flow.waiting("next"))).toEqual([1, 2, 3, 6, 7]);
    const letters = await flow.letters();
    expect(letters.map(({ envelope }) => numberOf(envelope?.message)).sort()).toEqual([4, 5]);
    expect(letters.some(({ envelope }) => envelope?.message.has("comment"))).toBe(false);
  });
});

describe("events for an output", () => {
  it("are written once per unit, all together, with their ids", async () => {
    const writes: string[][] = [];
    const output = defineOutput({
      ...described,
      module: "test.write.output",
      create: () => ({
        write(batch) {
          writes.push(batch.map(({ id }) => id));
        },
      }),
    });
    await flow.start(
      { id: "split", definition: noting("s"), to: ["left-queue", "write-queue"] },
      { id: "left", definition: expert((event) => [event, event.clone()]), to: ["write-queue"] },
      { id: "write", definition: output },
    );
    await flow.put("split-queue", ...numberedAll(1, 2));
    await flow.emptied("split-queue");
    expect(writes.map((ids) => ids.sort())).toEqual([["m1", "m1/0", "m1/1", "m2", "m2/0", "m2/1"]]);
  });
});

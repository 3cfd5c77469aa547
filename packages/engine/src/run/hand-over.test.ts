import { MessageChannel } from "node:worker_threads";
import { createEvent, type Message } from "@weir/format";
import { beforeEach, describe, expect, it } from "vitest";
import { defineExpert, defineOutput } from "../definition/definition.ts";
import { type OpenedFlow, testFields } from "../testing/open-flow.ts";
import { described, once, openStoreFlow, type StoreFlow, until } from "../testing/store-flow.ts";
import { HandOver, TakeOver } from "./hand-over.ts";

/** Drops what it has seen, and numbers the others. */
const unique = defineExpert({
  ...described,
  module: "test.unique.expert",
  stateful: true,
  create: ({ state }) => ({
    process(event) {
      if (!state.seen.add(String(event.get("source.ip")).padEnd(16), 0)) return;
      event.set("extra.number", state.increment("number", 1));
      return event;
    },
  }),
});

const label = defineExpert({
  ...described,
  module: "test.label.expert",
  create: () => ({
    process(event) {
      if (event.get("source.ip") === "192.0.2.13") throw new Error("thirteen");
      event.set("comment", "seen");
      return event;
    },
  }),
});

let store: StoreFlow;
let first: OpenedFlow;
let second: OpenedFlow;
let takeOver: TakeOver;
let written: { readonly event: Message; readonly id: string }[];

const collect = defineOutput({
  ...described,
  module: "test.collect.output",
  pace: "local",
  create: () => ({ write: (batch) => void written.push(...batch.map(({ event, id }) => ({ event, id }))) }),
});

async function link(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  takeOver = new TakeOver(port2, second.flow, testFields);
  await first.flow.handOverBy(new HandOver(port1, first.flow.broker));
  first.flow.setHandedQueues([{ queue: "label-queue", reaches: ["collect-queue"] }]);
}

beforeEach(async () => {
  written = [];
  store = await openStoreFlow();
  first = store;
  second = store.again();
  await link();
});

function put(...numbers: readonly number[]): Promise<void> {
  const envelopes = numbers.map((number) => {
    const message = createEvent(testFields.event, [["source.ip", `192.0.2.${number}`]]);
    return { id: `m${number}`, message };
  });
  return store.put("unique-queue", ...envelopes);
}

async function start(): Promise<void> {
  await second.start(
    { id: "label", definition: label, parameters: once, to: ["collect-queue"], rank: 2 },
    { id: "collect", definition: collect, parameters: once, rank: 3 },
  );
  await until(() => expect([...second.flow.nodes.values()].some(({ backlog }) => backlog)).toBe(false));
  await first.start({ id: "unique", definition: unique, to: ["label-queue"], rank: 1 });
}

const idle = () => store.emptied("unique-queue");

describe("two workers on one stage", () => {
  it("carry events from one to the other in order, with their ids, and commit once", async () => {
    await start();
    await put(1, 2, 3, 2, 4);
    await idle();
    expect(written.map(({ event, id }) => [id, event.get("extra.number"), event.get("comment")])).toEqual([
      ["m1", 1, "seen"],
      ["m2", 2, "seen"],
      ["m3", 3, "seen"],
      ["m4", 4, "seen"],
    ]);
    const counters = await store.broker.counters();
    expect(counters.get("unique")).toMatchObject({ received: 5, dropped: 1, sent: { _default: 4 } });
    expect(counters.get("label")).toMatchObject({ received: 4, sent: { _default: 4 } });
    expect(counters.get("collect")).toMatchObject({ received: 4 });
  });

  it("keep what fails in the second one as its dead letter, and the others go on", async () => {
    await start();
    await put(12, 13, 14);
    await idle();
    expect(written.map(({ id }) => id)).toEqual(["m12", "m14"]);
    expect(await store.letters()).toMatchObject([{ bot: "label", queue: "label-queue" }]);
  });

  it("put events into the queue of a bot that is not there", async () => {
    await first.start({ id: "unique", definition: unique, to: ["label-queue"], rank: 1 });
    await put(1, 2);
    await idle();
    expect((await store.waiting("label-queue")).length).toBe(2);
    expect(written).toEqual([]);
    await start2();
    await until(() => expect(written.map(({ id }) => id)).toEqual(["m1", "m2"]));

    async function start2(): Promise<void> {
      await second.start(
        { id: "label", definition: label, to: ["collect-queue"], rank: 2 },
        { id: "collect", definition: collect, rank: 3 },
      );
    }
  });

  it("commit nothing of a unit that was not begun when the first one ended, and everything when it is done again", async () => {
    await start();
    await put(1, 2);
    await idle();
    await takeOver.end();
    await put(3, 4);
    await until(() => expect(first.broken()).toMatchObject({ code: "WEIR_RUN_HAND_OVER_ENDED" }));
    expect(written.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect((await store.waiting("unique-queue")).length).toBe(2);

    first = store.again();
    await link();
    await first.start({ id: "unique", definition: unique, to: ["label-queue"], rank: 1 });
    await until(() => expect(written).toHaveLength(4));
    expect(written.slice(2).map(({ id, event }) => [id, event.get("extra.number")])).toEqual([
      ["m3", 3],
      ["m4", 4],
    ]);
  });
});

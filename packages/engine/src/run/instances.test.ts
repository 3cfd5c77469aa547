import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent } from "@weir/format";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type OpenedStore, openStore } from "../broker/embedded/open-store.ts";
import { connectStore } from "../broker/embedded/store-client.ts";
import { type AnyDefinition, defineExpert, defineOutput } from "../definition/definition.ts";
import { openFlow, testFields } from "../testing/open-flow.ts";

let directory: string;
let store: OpenedStore;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "instances-"));
  store = await openStore({ directory, fields: testFields, thread: false });
});
afterEach(async () => {
  await store.broker.close();
  rmSync(directory, { recursive: true });
});

const described = { name: "Test", summary: "For a test.", params: z.object({}) };
const parameters = { error_max_retries: 0 };

/** Runs three instances of a bot over twelve events. */
async function run(definition: AnyDefinition): Promise<void> {
  const flow = openFlow(connectStore(store.connect(), testFields), directory);
  const envelopes = Array.from({ length: 12 }, (_, number) => ({
    id: `m${number}`,
    message: createEvent(testFields.event, [["source.ip", `192.0.2.${number + 1}`]]),
  }));
  await store.broker.commit({ enqueue: [{ queue: "bot-queue", envelopes }] });
  await flow.start({ id: "bot", definition, parameters, to: ["next"], instances: 3 });
  await vi.waitFor(async () => expect((await store.broker.depths()).get("bot-queue")?.messages ?? 0).toBe(0));
}

const addresses = (numbers: readonly number[]) => numbers.map((number) => `192.0.2.${number + 1}`);
const all = Array.from({ length: 12 }, (_, number) => number);

describe("a bot of several instances", () => {
  it("looks several events up at once, each instance one at a time, and keeps their order", async () => {
    let made = 0;
    let working = 0;
    let most = 0;
    const expert = defineExpert({
      ...described,
      module: "test.slow.expert",
      create() {
        made += 1;
        let isWorking = false;
        return {
          async process(event) {
            if (isWorking) throw new Error("one instance was given two events at once");
            isWorking = true;
            working += 1;
            most = Math.max(most, working);
            await new Promise((resolve) => setTimeout(resolve, Number(String(event.get("source.ip")).slice(8)) % 3));
            working -= 1;
            isWorking = false;
            return event;
          },
        };
      },
    });
    await run(expert);
    const sent = await store.broker.peek("next", { count: 20 });
    expect(sent.map(({ envelope }) => envelope?.message.get("source.ip"))).toEqual(addresses(all));
    expect([made, most]).toEqual([3, 3]);
  });

  it("delivers parts of a batch side by side; what fails is isolated", async () => {
    const parts: string[][] = [];
    const output = defineOutput({
      ...described,
      module: "test.slow.output",
      create: () => ({
        async write(batch) {
          const given = batch.map(({ event }) => String(event.get("source.ip")));
          if (given.includes("192.0.2.6")) throw new Error("six");
          parts.push(given);
        },
      }),
    });
    await run(output);
    expect(parts).toHaveLength(4); // two whole parts, and two pieces of the one with the failing event
    expect(parts.flat().sort()).toEqual(addresses(all.filter((number) => number !== 5)).sort());
    const { letters } = await store.broker.deadLetters.list({});
    expect(letters).toHaveLength(1);
  });
});

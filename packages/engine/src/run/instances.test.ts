import { describe, expect, it } from "vitest";
import { type AnyDefinition, defineExpert, defineOutput } from "../definition/definition.ts";
import {
  described,
  numberedAll,
  numberOf,
  numbersOf,
  once,
  openStoreFlow,
  type StoreFlow,
} from "../testing/store-flow.ts";

const all = Array.from({ length: 12 }, (_, number) => number);

/** Runs three instances of a bot over twelve events. */
async function run(definition: AnyDefinition): Promise<StoreFlow> {
  const flow = await openStoreFlow();
  await flow.put("bot-queue", ...numberedAll(...all));
  await flow.start({ id: "bot", definition, parameters: once, to: ["next"], instances: 3 });
  await flow.emptied("bot-queue");
  return flow;
}

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
            await new Promise((resolve) => setTimeout(resolve, numberOf(event) % 3));
            working -= 1;
            isWorking = false;
            return event;
          },
        };
      },
    });
    const flow = await run(expert);
    expect(numbersOf(await flow.waiting("next"))).toEqual(all);
    expect([made, most]).toEqual([3, 3]);
  });

  it("delivers parts of a batch side by side; what fails is isolated", async () => {
    const parts: number[][] = [];
    const output = defineOutput({
      ...described,
      module: "test.slow.output",
      create: () => ({
        async write(batch) {
          const given = batch.map(({ event }) => numberOf(event));
          if (given.includes(5)) throw new Error("five");
          parts.push(given);
        },
      }),
    });
    const flow = await run(output);
    expect(parts).toHaveLength(4); // two whole parts, and two pieces of the one with the failing event
    expect(parts.flat().sort((a, b) => a - b)).toEqual(all.filter((number) => number !== 5));
    expect(await flow.letters()).toHaveLength(1);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlannableBot, planBotnet } from "./plan.ts";

function bot(id: string, kind: PlannableBot["kind"], to: string[], more: Partial<PlannableBot> = {}): PlannableBot {
  return {
    id,
    kind,
    ...(kind === "collector" ? {} : { queue: `${id}-queue` }),
    sendsTo: to.map((name) => `${name}-queue`),
    concurrency: 1,
    pace: "local",
    rateLimit: 0,
    ownQueue: false,
    ...more,
  };
}

describe("planBotnet", () => {
  it("joins a parser with what follows it and leaves the collector alone", () => {
    const plan = planBotnet(
      [bot("c", "collector", ["p"]), bot("p", "parser", ["d"]), bot("d", "expert", ["o"]), bot("o", "output", [])],
      4,
    );
    expect(plan.stages).toEqual([["c"], ["p", "d", "o"]]);
    expect(plan.bots.get("d")?.cut).toBeUndefined();
    expect(plan.bots.get("p")?.cut).toBe("reports wait in its queue and are read in pieces");
  });

  it("makes no worker for collectors alone", () => {
    const chain = (n: number) => [
      bot(`c${n}`, "collector", [`p${n}`]),
      bot(`p${n}`, "parser", [`o${n}`]),
      bot(`o${n}`, "output", []),
    ];
    const workersOf = (bots: PlannableBot[], ids: RegExp) =>
      new Set([...planBotnet(bots, 8).bots.values()].filter(({ id }) => ids.test(id)).map(({ worker }) => worker));
    for (const bots of [chain(1), [...chain(1), ...chain(2)], [...chain(1), ...chain(2), ...chain(3)]]) {
      expect(workersOf(bots, /^[po]/)).toEqual(workersOf(bots, /./));
    }
    expect(planBotnet([bot("c", "collector", [])], 8).workers).toBe(1);
  });

  it("joins several parsers that feed one expert, so that its state has one owner", () => {
    const plan = planBotnet([bot("a", "parser", ["d"]), bot("b", "parser", ["d"]), bot("d", "expert", [])], 4);
    expect(plan.stages).toHaveLength(1);
  });

  it.each([
    ["looks things up", { concurrency: 32 }, "it looks things up, several at once"],
    ["is asked for a queue", { ownQueue: true }, "its configuration asks for a queue"],
    ["has a rate limit", { rateLimit: 5 }, "it has a rate limit"],
  ])("cuts before an expert that %s", (_, more, reason) => {
    const plan = planBotnet([bot("p", "parser", ["e"]), bot("e", "expert", ["o"], more), bot("o", "output", [])], 4);
    expect(plan.bots.get("e")?.cut).toBe(reason);
    expect(plan.stages).toEqual([["p"], ["e", "o"]]);
  });

  it("cuts before an output that delivers over the network", () => {
    const plan = planBotnet([bot("p", "parser", ["o"]), bot("o", "output", [], { pace: "network" })], 2);
    expect(plan.bots.get("o")?.cut).toBe("it delivers over the network");
  });

  it("ranks senders before receivers in any botnet without loops, and gives every bot a worker that exists", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 5 }),
        (n, dice, limit) => {
          const bots = Array.from({ length: n }, (_, i) => {
            const later = n - i - 1;
            const to =
              later === 0 ? [] : Array.from({ length: 2 }, () => `b${i + 1 + (Number(dice.next().value) % later)}`);
            return bot(`b${i}`, "expert", to);
          });
          const plan = planBotnet(bots, limit);
          for (const { id, sendsTo } of bots) {
            const own = plan.bots.get(id);
            expect(own?.worker).toBeLessThan(plan.workers);
            for (const queue of sendsTo) {
              expect(own?.rank).toBeLessThan(plan.bots.get(queue.replace("-queue", ""))?.rank ?? -1);
            }
          }
        },
      ),
    );
  });

  const chain = [
    bot("c", "collector", ["p"]),
    bot("p", "parser", ["d"]),
    bot("d", "expert", ["t"]),
    bot("t", "expert", ["o"]),
    bot("o", "output", []),
  ];
  it("knows how a stage would be shared by two workers when one has nothing to do", () => {
    const plan = planBotnet(chain, 2);
    expect(plan).toMatchObject({ workers: 1, split: { worker: 0, bots: ["t", "o"] } });
    expect(plan.handed.get("t")).toEqual({ queue: "t-queue", reaches: ["o-queue"] });
    expect(plan.handed.has("p")).toBe(false);
  });

  it("shares none when all workers have something to do, or there is little to gain", () => {
    expect(planBotnet(chain, 1).split).toBeUndefined();
    expect(planBotnet([...chain, bot("p2", "parser", [])], 2).split).toBeUndefined();
    expect(planBotnet([bot("p", "parser", ["e"]), bot("e", "expert", [])], 4).split).toBeUndefined();
  });

  it("plans a botnet with a loop all the same", () => {
    const plan = planBotnet([bot("a", "expert", ["b"]), bot("b", "expert", ["a"])], 2);
    expect([...plan.bots.keys()].sort()).toEqual(["a", "b"]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BotSettings } from "../config/settings.ts";
import { buildGraph } from "./graph.ts";
import { describeLoop, findLoops } from "./loops.ts";

/** Bots named by number; `edges` lead from one to another over the path `_default`, or `again` when they lead back. */
function graphOf(count: number, edges: readonly (readonly [number, number])[]) {
  const bots = Array.from({ length: count }, (_, i): BotSettings => {
    const to = (back: boolean) =>
      edges.filter(([from, into]) => from === i && into <= i === back).map(([, into]) => `b${into}-queue`);
    return {
      id: `b${i}`,
      module: "m",
      enabled: true,
      runMode: "continuous",
      parameters: new Map(),
      destinations: new Map([
        ["_default", to(false)],
        ["again", to(true)],
      ]),
      sourceQueue: `b${i}-queue`,
      weir: { labels: [] },
      at: { file: "f", line: 1, column: 1 },
    };
  });
  return buildGraph(bots, new Map(bots.map(({ id }) => [id, "expert"])));
}
const walks = (count: number, edges: readonly (readonly [number, number])[]) =>
  findLoops(graphOf(count, edges)).map((loop) => describeLoop(loop, (_, next) => next.from));

describe("findLoops", () => {
  it("finds none where there is none", () => {
    expect(
      walks(4, [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 3],
      ]),
    ).toEqual([]);
  });

  it("tells a loop as a walk with its paths", () => {
    expect(
      walks(4, [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 1],
      ]),
    ).toEqual(["b1 → b2 → b3 → [again] b1"]);
  });

  it("tells the shortest of several, and a bot that sends to itself apart", () => {
    expect(
      walks(4, [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 0],
        [1, 0],
        [2, 2],
      ]),
    ).toEqual(["b2 → [again] b2", "b0 → b1 → [again] b0"]);
  });

  it("copes with a chain of thousands of bots", () => {
    const chain = Array.from({ length: 2999 }, (_, i) => [i, i + 1] as const);
    expect(walks(3000, chain)).toEqual([]);
    expect(walks(3000, [...chain, [2999, 0]])).toHaveLength(1);
  });

  it("finds a loop exactly when some bot reaches itself", () => {
    const anyEdges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
    fc.assert(
      fc.property(anyEdges, (edges) => {
        const reach = Array.from(
          { length: 8 },
          (_, i) => new Set(edges.filter(([from]) => from === i).map(([, to]) => to)),
        );
        for (let round = 0; round < 8; round++)
          for (const set of reach) for (const to of [...set]) for (const next of reach[to] ?? []) set.add(next);
        const cyclic = reach.some((set, i) => set.has(i));
        const loops = findLoops(graphOf(8, edges));
        expect(loops.length > 0).toBe(cyclic);
        for (const loop of loops) {
          for (const [index, edge] of loop.entries()) expect(edge.to).toContain(loop[(index + 1) % loop.length]?.from);
        }
      }),
      { numRuns: 500 },
    );
  });
});

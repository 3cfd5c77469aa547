import { hash } from "node:crypto";
import { Float, float } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryState } from "./memory-state.ts";
import { openState, type StoredState } from "./open-state.ts";
import type { StateChange, TransactionalState } from "./state.ts";

const nothing: StoredState = { entries: [], digests: 0, seen: [] };
const start = Date.parse("2031-01-01T00:00:00Z");

function clockAt(time: number): { time: number; now(): number } {
  return {
    time,
    now: function now() {
      return this.time;
    },
  };
}

function digest(text: string | number): string {
  return hash("sha256", String(text), "binary");
}

/** What the store would give at the next start. */
function stored(changes: readonly StateChange[]): StoredState {
  const entries = new Map<string, { value: Extract<StateChange, { kind: "set" }>["value"]; expires: number }>();
  const seen: Uint8Array[] = [];
  for (const change of changes) {
    if (change.kind === "set") entries.set(change.key, { value: change.value, expires: change.expires });
    else if (change.kind === "delete") entries.delete(change.key);
    else seen.push(change.packed);
  }
  return { entries, digests: seen.reduce((sum, { length }) => sum + length / 16, 0), seen };
}

const makers: readonly (readonly [string, (clock: { now(): number }) => Promise<TransactionalState>])[] = [
  ["openState", (clock) => openState("dedup", nothing, clock)],
  ["MemoryState", async (clock) => new MemoryState("dedup", clock)],
];

describe.each(makers)("the state of a bot, by %s", (name, open) => {
  it("reads what was written before the commit", async () => {
    const state = await open(clockAt(start));
    state.set("a", new Map([["x", float(1)]]));
    expect(state.get("a")).toEqual(new Map([["x", new Float(1)]]));
    state.delete("a");
    expect(state.get("a")).toBeUndefined();
  });

  it("forgets an entry when its time is over, to the second", async () => {
    const clock = clockAt(start);
    const state = await open(clock);
    state.set("a", 1, { ttl: 10 });
    expect(state.seen.add(digest("a"), 10)).toBe(true);
    clock.time += 9_999;
    expect(state.get("a")).toBe(1);
    expect(state.seen.add(digest("a"), 10)).toBe(false);
    clock.time += 1;
    expect(state.get("a")).toBeUndefined();
    expect([...state.entries()]).toEqual([]);
    expect(state.seen.add(digest("a"), 10)).toBe(true);
  });

  it("counts the time of a counter from its first increment", async () => {
    const clock = clockAt(start);
    const state = await open(clock);
    expect(state.increment("n", 2, { ttl: 10 })).toBe(2);
    clock.time += 9_000;
    expect(state.increment("n", 1, { ttl: 10 })).toBe(3);
    clock.time += 1_000;
    expect(state.increment("n", 1, { ttl: 10 })).toBe(1);
  });

  it("does not add to what is no integer", async () => {
    const state = await open(clockAt(start));
    state.set("n", "7");
    expect(() => state.increment("n", 1)).toThrow('the state "n" of dedup is no integer');
    expect(state.get("n")).toBe("7");
  });

  it("keeps the expiry of a digest that is seen again, and one without end for ever", async () => {
    const clock = clockAt(start);
    const state = await open(clock);
    state.seen.add(digest("a"), 10);
    state.seen.add(digest("b"), 0);
    clock.time += 6_000;
    expect(state.seen.add(digest("a"), 10)).toBe(false);
    clock.time += 4_000;
    expect(state.seen.add(digest("a"), 10)).toBe(true);
    clock.time += 50 * 365 * 86_400_000;
    expect(state.seen.add(digest("b"), 0)).toBe(false);
  });

  it("undoes the writes of one message and keeps those of the messages before it", async () => {
    const state = await open(clockAt(start));
    state.savepoint();
    state.set("a", 1);
    state.seen.add(digest("x"), 60);
    state.savepoint();
    state.set("a", 2);
    state.set("b", 1);
    state.delete("a");
    state.increment("n", 1);
    state.seen.add(digest("y"), 60);
    state.rollback();
    expect([...state.entries()]).toEqual([["a", 1]]);
    expect(state.seen.add(digest("x"), 60)).toBe(false);
    expect(state.seen.add(digest("y"), 60)).toBe(true);
  });

  it("does not undo what was handed to the commit", async () => {
    const state = await open(clockAt(start));
    state.savepoint();
    state.set("a", 1);
    state.takeChanges();
    state.rollback();
    expect(state.get("a")).toBe(1);
    expect(state.takeChanges()).toEqual([]);
  });

  it.runIf(name === "openState")("hands over one change per key, and none that was undone", async () => {
    const state = await open(clockAt(start));
    for (let round = 0; round < 5; round++) state.increment("n", 1);
    state.savepoint();
    state.set("gone", 1);
    state.rollback();
    state.set("a", 1, { ttl: 1 });
    expect(state.takeChanges()).toEqual([
      { kind: "set", bot: "dedup", key: "n", value: 5, expires: 0 },
      { kind: "set", bot: "dedup", key: "a", value: 1, expires: start + 1000 },
    ]);
  });
});

describe("openState", () => {
  it("goes on from what was committed", async () => {
    const clock = clockAt(start);
    const first = await openState("dedup", nothing, clock);
    for (let number = 0; number < 5000; number++) first.seen.add(digest(number), number % 2 === 0 ? 0 : 3600);
    first.set("a", [1n << 70n, float(1)], { ttl: 60 });
    first.set("b", null);
    const kept = stored(first.takeChanges());
    const second = await openState("dedup", kept, clock);
    expect([...second.entries()]).toEqual([
      ["a", [1n << 70n, new Float(1)]],
      ["b", null],
    ]);
    for (let number = 0; number < 5000; number++) expect(second.seen.add(digest(number), 60)).toBe(false);
    const later = await openState("dedup", kept, clockAt(start + 3_600_000));
    for (let number = 0; number < 5000; number++) expect(later.seen.add(digest(number), 60)).toBe(number % 2 === 1);
    expect(later.get("a")).toBeUndefined();
  });

  it("removes expired entries from memory and store when there are many", async () => {
    const clock = clockAt(start);
    const state = await openState("dedup", nothing, clock);
    for (let number = 0; number < 1500; number++) state.set(`k${number}`, number, { ttl: number < 1400 ? 1 : 1000 });
    expect(state.takeChanges()).toHaveLength(1500);
    clock.time += 2_000;
    state.set("new", 1);
    for (let number = 0; number < 1600; number++) state.set(`m${number}`, 1);
    const changes = state.takeChanges();
    const deleted = changes.filter(({ kind }) => kind === "delete");
    expect(deleted).toHaveLength(1400);
    expect([...state.entries()]).toHaveLength(100 + 1601);
  });

  it("is, over any writes, savepoints, rollbacks and restarts, what a plain map would be", async () => {
    const key = fc.constantFrom("a", "b", "c");
    const action = fc.oneof(
      fc.record({ do: fc.constant("set" as const), key, value: fc.integer() }),
      fc.record({ do: fc.constant("delete" as const), key }),
      fc.record({ do: fc.constant("increment" as const), key }),
      fc.record({ do: fc.constant("see" as const), number: fc.integer({ min: 0, max: 30 }) }),
      fc.record({
        do: fc.constantFrom("savepoint" as const, "rollback" as const, "commit" as const, "restart" as const),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
        const clock = clockAt(start);
        let state = await openState("dedup", nothing, clock);
        let committed: StateChange[] = [];
        let model = { map: new Map<string, number>(), seen: new Set<number>() };
        const copy = (of: typeof model): typeof model => ({ map: new Map(of.map), seen: new Set(of.seen) });
        let [saved, kept] = [copy(model), copy(model)];
        for (const step of actions) {
          if (step.do === "set") {
            state.set(step.key, step.value);
            model.map.set(step.key, step.value);
          } else if (step.do === "delete") {
            state.delete(step.key);
            model.map.delete(step.key);
          } else if (step.do === "increment") {
            const sum = (model.map.get(step.key) ?? 0) + 1;
            expect(state.increment(step.key, 1)).toBe(sum);
            model.map.set(step.key, sum);
          } else if (step.do === "see") {
            expect(state.seen.add(digest(step.number), 60)).toBe(!model.seen.has(step.number));
            model.seen.add(step.number);
          } else if (step.do === "savepoint") {
            state.savepoint();
            saved = copy(model);
          } else if (step.do === "rollback") {
            state.rollback();
            model = copy(saved);
          } else if (step.do === "commit") {
            committed.push(...state.takeChanges());
            kept = copy(model);
            saved = copy(model);
          } else {
            state = await openState("dedup", stored(committed), clock);
            model = copy(kept);
            saved = copy(kept);
          }
          expect(new Map(state.entries())).toEqual(model.map);
          if (step.do === "rollback") saved = copy(model);
        }
        committed = [];
      }),
      { numRuns: 300 },
    );
  });
});

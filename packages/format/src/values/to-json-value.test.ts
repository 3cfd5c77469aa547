import { describe, expect, it } from "vitest";
import { Float, float } from "./json-value.ts";
import { toJsonValue } from "./to-json-value.ts";

describe("toJsonValue", () => {
  it.each<[unknown, unknown]>([
    [null, null],
    ["a", "a"],
    [true, true],
    [1, 1],
    [2 ** 60, 2n ** 60n],
    [5n, 5],
    [1n << 70n, 1n << 70n],
    [-0, -0],
    [0.5, 0.5],
    [float(100), new Float(100)],
    [
      [1, [2]],
      [1, [2]],
    ],
    [
      { b: 1, a: { c: null } },
      new Map<string, unknown>([
        ["b", 1],
        ["a", new Map([["c", null]])],
      ]),
    ],
    [Object.assign(Object.create(null), { a: 1 }), new Map([["a", 1]])],
    [JSON.parse('{"__proto__": 1}'), new Map([["__proto__", 1]])],
    [
      new Map<string, unknown>([
        ["10", 1],
        ["2", 2n],
      ]),
      new Map([
        ["10", 1],
        ["2", 2],
      ]),
    ],
  ])("takes %o for %o", (input, value) => {
    expect(toJsonValue(input)).toEqual(value);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle, cycle, cycle);

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a date", new Date()],
    ["bytes", new Uint8Array(1)],
    ["a set", new Set([1])],
    ["a map of other keys than texts", new Map([[1, 1]])],
    ["a member without form", { a: [undefined] }],
    ["a cycle", cycle],
  ])("knows no form of %s", (_, input) => {
    expect(toJsonValue(input)).toBeUndefined();
  });
});

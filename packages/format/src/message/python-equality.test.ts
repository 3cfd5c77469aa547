import { describe, expect, it } from "vitest";
import { float, type JsonValue } from "../values/json-value.ts";
import { pythonEquals } from "./python-equality.ts";

const big = 2n ** 70n;
const map = (entries: Readonly<Record<string, JsonValue>>) => new Map(Object.entries(entries));

describe("pythonEquals", () => {
  it.each<[JsonValue, JsonValue]>([
    [1, float(1)],
    [1, true],
    [false, 0],
    [float(0), -0],
    [big, float(2 ** 70)],
    [null, null],
    ["a", "a"],
    [
      [1, [float(2)]],
      [true, [2]],
    ],
    [map({ a: 1, b: null }), map({ b: null, a: float(1) })],
  ])("takes %s and %s for equal", (a, b) => {
    expect(pythonEquals(a, b)).toBe(true);
    expect(pythonEquals(b, a)).toBe(true);
  });

  it.each<[JsonValue, JsonValue]>([
    [1, "1"],
    [0, null],
    ["", null],
    [Number.NaN, Number.NaN],
    [big, big + 1n],
    [[], new Map()],
    [[1], [1, 2]],
    [
      [1, 2],
      [2, 1],
    ],
    [[null], []],
    [map({ a: 1 }), map({ b: 1 })],
    [map({ a: null }), map({ b: null })],
    [map({ a: 1 }), map({ a: 1, b: 1 })],
  ])("tells %s from %s", (a, b) => {
    expect(pythonEquals(a, b)).toBe(false);
    expect(pythonEquals(b, a)).toBe(false);
  });
});

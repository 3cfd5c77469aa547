import { describe, expect, it } from "vitest";
import { Float } from "../values/json-value.ts";
import { lazyInteger } from "./lazy-int.ts";

describe("lazyInteger", () => {
  it.each([
    ["1_0", 10],
    ["+3", 3],
    [" -3\n", -3],
    ["9007199254740993", 9007199254740993n],
    [5, 5],
    [2.9, 2],
    [-2.9, -2],
    [-0.5, 0],
    [new Float(5), 5],
    [1e300, BigInt(1e300)],
    [true, 1],
    [12n, 12n],
  ])("takes %s as an integer", (value, expected) => {
    expect(lazyInteger(value)).toBe(expected);
  });

  it.each(["5.0", "x", "0x5", ""])("leaves the text %j as it is", (text) => {
    expect(lazyInteger(text)).toBe(text);
  });

  it("leaves NaN as it is", () => {
    expect(lazyInteger(Number.NaN)).toBeNaN();
  });

  it("refuses infinity", () => {
    expect(() => lazyInteger(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});

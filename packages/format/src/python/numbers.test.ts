import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floatText, MAXIMUM_INTEGER_DIGITS, parseFloating, parseInteger } from "./numbers.ts";

describe("parseInteger", () => {
  it.each([
    ["0", 0],
    ["-0", 0],
    ["+1", 1],
    [" 1337\r\n", 1337],
    ["\x855\u3000", 5],
    ["007", 7],
    ["1_000", 1000],
    ["٣٤", 34],
    ["-１२", -12],
    ["𝟘𝟡", 9],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740993", -9007199254740993n],
  ])("reads %j as %s", (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });

  it.each(["", " ", "-", "+-1", "- 1", "1 2", "1.0", "1e3", "0x10", "_1", "1_", "1__0", "\x1c5", "½", "²", "1\0"])(
    "refuses %j",
    (text) => {
      expect(parseInteger(text)).toBeUndefined();
    },
  );

  it("takes as many digits as Python does and not one more", () => {
    expect(parseInteger(`-${"1".repeat(MAXIMUM_INTEGER_DIGITS)}`)).toBeTypeOf("bigint");
    expect(parseInteger("1".repeat(MAXIMUM_INTEGER_DIGITS + 1))).toBeUndefined();
  });

  it("reads what an integer prints", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(parseInteger(String(value))).toBe(value);
      }),
    );
  });
});

describe("parseFloating", () => {
  it.each([
    ["+137.23", 137.23],
    [" 1337.2", 1337.2],
    ["3.31e+3", 3310],
    ["-31.e-2", -0.31],
    ["1_0.5", 10.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e5_0", 1e50],
    ["-0", -0],
    ["nan", Number.NaN],
    ["-NaN", Number.NaN],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["1e400", Number.POSITIVE_INFINITY],
    ["1e-400", 0],
    ["٣.٥", 3.5],
  ])("reads %j as %s", (text, value) => {
    expect(parseFloating(text)).toBe(value);
  });

  it.each(["", ".", "-", "e5", ".e5", "1,5", "0x1p3", "1_.5", "1._5", "1e_5", "1e", "infinit", "in f", "\x1c5"])(
    "refuses %j",
    (text) => {
      expect(parseFloating(text)).toBeUndefined();
    },
  );
});

describe("floatText", () => {
  it.each([
    [100, "100.0"],
    [0.1, "0.1"],
    [0, "0.0"],
    [-0, "-0.0"],
    [1e16, "1e+16"],
    [9999999999999998, "9999999999999998.0"],
    [1e-4, "0.0001"],
    [1e-5, "1e-05"],
    [1.5e-7, "1.5e-07"],
    [1e21, "1e+21"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [5e-324, "5e-324"],
    [Number.NaN, "nan"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("writes %d as %s", (value, text) => {
    expect(floatText(value)).toBe(text);
  });

  it("writes what reads back as the same double", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(parseFloating(floatText(value))).toBe(value);
      }),
    );
  });
});

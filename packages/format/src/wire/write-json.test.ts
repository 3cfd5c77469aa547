import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Float } from "../values/json-value.ts";
import { parseJson } from "./parse-json.ts";
import { compareCodePoints, quote, quoteAscii, writeJson, writeNumber } from "./write-json.ts";

describe("writeJson", () => {
  const value = parseJson('{"b": [1, 1.0, "ö\\n"], "\\ue000": null, "\\ud83d\\ude00": true, "10": {}, "2": []}');

  it("escapes all but ASCII, and keeps the order", () => {
    expect(writeJson(value)).toBe(
      '{"b": [1, 1.0, "\\u00f6\\n"], "\\ue000": null, "\\ud83d\\ude00": true, "10": {}, "2": []}',
    );
  });

  it("writes UTF-8, names sorted by code point, when asked to", () => {
    expect(writeJson(value, { ascii: false, sorted: true })).toBe(
      '{"10": {}, "2": [], "b": [1, 1.0, "ö\\n"], "\ue000": null, "😀": true}',
    );
  });

  it("takes other separators", () => {
    expect(writeJson(parseJson('{"a": [1, 2]}'), { itemSeparator: ",", nameSeparator: ":" })).toBe('{"a":[1,2]}');
  });
});

describe("writeNumber", () => {
  it.each([
    [0, "0"],
    [-12, "-12"],
    [9007199254740991, "9007199254740991"],
    [2n ** 70n, "1180591620717411303424"],
    [new Float(100), "100.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [1e-5, "1e-05"],
    [0.0001, "0.0001"],
    [new Float(1e15), "1000000000000000.0"],
    [new Float(1e16), "1e+16"],
    [1.2345e-7, "1.2345e-07"],
    [new Float(1e100), "1e+100"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
  ])("writes %s as %s", (value, text) => {
    expect(writeNumber(value)).toBe(text);
  });
});

describe("quoteAscii", () => {
  it.each([
    ["plain ~", '"plain ~"'],
    ['"\\/', '"\\"\\\\/"'],
    ["\b\f\n\r\t\0\x1f", '"\\b\\f\\n\\r\\t\\u0000\\u001f"'],
    ["\x7f\x80ö€😀", '"\\u007f\\u0080\\u00f6\\u20ac\\ud83d\\ude00"'],
    ["\ud800", '"\\ud800"'],
  ])("escapes %j", (text, expected) => {
    expect(quoteAscii(text)).toBe(expected);
  });
});

describe("quote", () => {
  it("escapes what JSON demands, and half characters, which UTF-8 cannot hold", () => {
    expect(quote('ö😀\x7f\n"\ud800\u2028')).toBe('"ö😀\x7f\\n\\"\\ud800\u2028"');
  });
});

describe("compareCodePoints", () => {
  it("orders as UTF-8 bytes are ordered", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareCodePoints(a, b))).toBe(bytes);
      }),
    );
    expect(compareCodePoints("\uffff", "😀")).toBeLessThan(0);
    expect(compareCodePoints("a", "aa")).toBeLessThan(0);
  });
});

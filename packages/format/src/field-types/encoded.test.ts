import { describe, expect, it } from "vitest";
import { Base64Value } from "../values/base64-value.ts";
import { Float } from "../values/json-value.ts";
import { base64Type, jsonDictType, jsonType } from "./encoded.ts";

describe("base64Type", () => {
  it("encodes what is given when it cleans, and nothing twice", () => {
    const once = base64Type.sanitize("foo");
    expect(once).toBeInstanceOf(Base64Value);
    expect(once instanceof Base64Value && once.base64).toBe("Zm9v");
    expect(base64Type.sanitize(once)).toBe(once);
    expect(base64Type.sanitize(5)).toBeUndefined();
  });

  it.each([
    ["Zm9v", true],
    ["dGV4\ndA==", true],
    ["=", true],
    ["eA", false],
    ["", false],
    [Base64Value.ofText(""), false],
    [Base64Value.ofBytes(new Uint8Array([255])), true],
  ])("judges %o", (value, expected) => {
    expect(base64Type.isValid(value)).toBe(expected);
  });
});

describe("jsonType", () => {
  it.each([
    [' {"a": 1} ', '{"a": 1}'],
    ["text", '"text"'],
    [" ", '" "'],
    ["NaN", "NaN"],
    [
      new Map<string, unknown>([
        ["b", new Float(1)],
        ["a", "ö"],
      ]),
      '{"a": "\\u00f6", "b": 1.0}',
    ],
    [{ b: [1, null], a: true }, '{"a": true, "b": [1, null]}'],
    [new TextEncoder().encode("[1]"), "[1]"],
    [false, "false"],
  ])("cleans %o", (value, expected) => {
    expect(jsonType.sanitize(value)).toBe(expected);
  });

  it.each([null, undefined, new TextEncoder().encode("[1"), new Uint8Array(), () => 1, Symbol("x")])(
    "makes nothing of %o",
    (value) => {
      expect(jsonType.sanitize(value)).toBeUndefined();
    },
  );
});

describe("jsonDictType", () => {
  it("takes objects that are not empty", () => {
    expect(['{"a": 1}', "{}", "[]", '"x"', "x"].map(jsonDictType.isValid)).toEqual([true, false, false, false, false]);
  });

  it.each([{}, new Map(), [], "", 0, false, null])("makes nothing of %o", (value) => {
    expect(jsonDictType.sanitize(value)).toBeUndefined();
  });

  it("writes what is no object all the same, and that is invalid", () => {
    expect(jsonDictType.sanitize(["a"])).toBe('["a"]');
    expect(jsonDictType.sanitize("{}")).toBe('"{}"');
  });
});

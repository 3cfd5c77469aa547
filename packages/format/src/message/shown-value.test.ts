import { describe, expect, it } from "vitest";
import { float } from "../values/json-value.ts";
import { shownValue } from "./shown-value.ts";

describe("shownValue", () => {
  it.each([
    ["a\n", '"a\\n"'],
    [80, "80"],
    [float(80), "80.0"],
    [1n << 70n, "1180591620717411303424"],
    [Number.NaN, "NaN"],
    [false, "false"],
    [new Map([["a", [1, null]]]), '{"a": [1, null]}'],
    [{ a: "ö" }, '{"a": "ö"}'],
    [Object.create(null), "{}"],
    [new Uint8Array(3), "3 bytes"],
    [() => 1, "something of the type function"],
    [Symbol("x"), "something of the type symbol"],
    [new Date(0), "something of the type object"],
  ])("shows %s as %s", (value, text) => {
    expect(shownValue(value)).toBe(text);
  });

  it.each([["x".repeat(1000)], ["\n".repeat(119)], [["x".repeat(1000)]]])("cuts what is long", (value) => {
    expect(shownValue(value)).toHaveLength(120);
    expect(shownValue(value)).toMatch(/…$/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../values/json-value.ts";
import { parseJson } from "../wire/parse-json.ts";
import { writeJson } from "../wire/write-json.ts";
import { nest } from "./nesting.ts";

function nested(flat: string): string {
  const entries = parseJson(flat);
  return writeJson(nest(entries instanceof Map ? entries : []));
}

describe("nest", () => {
  it.each([
    ["{}", "{}"],
    ['{"a": 1}', '{"a": 1}'],
    ['{"a.b": 1, "c": 2, "a.d.e": 3}', '{"a": {"b": 1, "d": {"e": 3}}, "c": 2}'],
    ['{"10.a": 1, "9.b": 2}', '{"10": {"a": 1}, "9": {"b": 2}}'],
    ['{"__proto__.x": 1}', '{"__proto__": {"x": 1}}'],
  ])("splits the names of %s at their dots", (flat, expected) => {
    expect(nested(flat)).toBe(expected);
  });

  it.each([
    ['{"a": 1, "a.b": 2}', '{"a": 1, "a.b": 2}'],
    ['{"a.b": 2, "a": 1}', '{"a": 1, "a.b": 2}'],
    ['{"a": 1, "a.b": {"x.y": 2}}', '{"a": 1, "a.b": {"x.y": 2}}'],
    ['{"a.b": 2, "a": {"b": {"x": 1}}}', '{"a": {"b": 2, "b.x": 1}}'],
    ['{"a": {"b": {"x": 1}}, "a.b": 2}', '{"a": {"b": 2, "b.x": 1}}'],
    ['{"a.b.c": 1, "a.b": 2}', '{"a": {"b": 2, "b.c": 1}}'],
    ['{"a": [], "a.b.c": 2}', '{"a": [], "a.b.c": 2}'],
    ['{"a": {"b": 1}, "a.b.c": 2}', '{"a": {"b": 1, "b.c": 2}}'],
    ['{"a.b.c": 2, "a": {"b": 1}}', '{"a": {"b": 1, "b.c": 2}}'],
  ])("loses nothing of %s, where names meet values", (flat, expected) => {
    expect(nested(flat)).toBe(expected);
  });

  it.each([
    ['{"a": {"x": 1}, "a.b": 2}', '{"a": {"x": 1, "b": 2}}'],
    ['{"a.b": 2, "a": {"x": 1}}', '{"a": {"b": 2, "x": 1}}'],
    ['{"a": {"b": {"x": 1}}, "a.b.c": 2}', '{"a": {"b": {"x": 1, "c": 2}}}'],
    ['{"a.b.c": 2, "a": {"b": {"x": 1}}}', '{"a": {"b": {"c": 2, "x": 1}}}'],
    ['{"a": {"b": 1}, "a.b": 2}', '{"a": {"b": 2}}'],
    ['{"a.b": 2, "a": {"b": 1}}', '{"a": {"b": 1}}'],
  ])("merges objects in %s, the later value of a path wins", (flat, expected) => {
    expect(nested(flat)).toBe(expected);
  });

  it("changes no object that it is given", () => {
    const stored = new Map<string, JsonValue>([["b", new Map([["x", 1]])]]);
    nest([
      ["a", stored],
      ["a.b.c", 2],
    ]);
    expect(writeJson(stored)).toBe('{"b": {"x": 1}}');
  });

  it("keeps every value of different names that hold no objects", () => {
    const name = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("."));
    const leaves = (value: JsonValue, path: string): [string, JsonValue][] =>
      value instanceof Map
        ? [...value].flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`))
        : [[path, value]];
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, fc.integer()), { selector: ([key]) => key }), (entries) => {
        expect(leaves(nest(entries), "").sort()).toEqual([...entries].sort());
      }),
    );
  });
});

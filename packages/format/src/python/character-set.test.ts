import { describe, expect, it } from "vitest";
import { caseVariants, clipped, complement, hasCode, overlap, type Ranges, rangesOf } from "./character-set.ts";
import type { Category, SetItem } from "./regex-tree.ts";

const category = (name: Category, negated = false): SetItem => ({
  kind: "category",
  category: name,
  negated,
  ascii: false,
});
const range = (from: string, to: string): SetItem => ({
  kind: "range",
  from: from.codePointAt(0) ?? 0,
  to: to.codePointAt(0) ?? 0,
});

function size(ranges: Ranges): number {
  return ranges.reduce((sum, edge, index) => (index % 2 === 0 ? sum - edge : sum + edge + 1), 0);
}

describe("rangesOf", () => {
  it.each<[Category, number]>([
    ["digit", 660],
    ["space", 29],
    ["word", 133548],
  ])("has as many characters of the category %s as Python 3.11", (name, count) => {
    const set = rangesOf({ items: [category(name)], negated: false, fold: "none" });
    const outside = rangesOf({ items: [category(name, true)], negated: false, fold: "none" });
    expect(size(set)).toBe(count);
    expect(size(outside)).toBe(0x110000 - count);
    expect(overlap(set, outside)).toBe(false);
  });

  it("joins what overlaps or touches", () => {
    const items = [range("d", "f"), range("a", "c"), range("b", "e"), range("x", "x")];
    expect(rangesOf({ items, negated: false, fold: "none" })).toEqual([0x61, 0x66, 0x78, 0x78]);
  });

  it("adds the other case before it negates", () => {
    const ranges = rangesOf({ items: [range("k", "k")], negated: true, fold: "unicode" });
    expect([..."kK\u212a"].some((character) => hasCode(ranges, character.codePointAt(0) ?? 0))).toBe(false);
    expect(hasCode(ranges, 0x6c)).toBe(true);
  });
});

describe("the cases of ASCII characters", () => {
  it("are those of the full table", () => {
    for (let code = 0; code < 0x80; code++) {
      const ranges = rangesOf({ items: [{ kind: "range", from: code, to: code }], negated: false, fold: "unicode" });
      const variants = caseVariants(code, "unicode");
      expect(size(ranges)).toBe(variants.length);
      expect(variants.every((variant) => hasCode(ranges, variant))).toBe(true);
    }
  });
});

describe("caseVariants", () => {
  it.each([
    ["s", "sSſ"],
    ["K", "kK\u212a"],
    ["i", "iIİı"],
    ["µ", "µΜμ"],
    ["ﬅ", "ﬅﬆ"],
    ["ß", "ßẞ"],
    ["1", "1"],
  ])("knows those of %s", (character, variants) => {
    const found = caseVariants(character.codePointAt(0) ?? 0, "unicode").map((code) => String.fromCodePoint(code));
    expect(found.sort()).toEqual([...variants].sort());
  });

  it("keeps to ASCII where told to", () => {
    expect(caseVariants(0x6b, "ascii")).toEqual([0x4b, 0x6b]);
    expect(caseVariants(0x6b, "none")).toEqual([0x6b]);
    expect(caseVariants(0xe9, "ascii")).toEqual([0xe9]);
  });
});

describe("complement and clipped", () => {
  it("turn ranges inside out and cut them", () => {
    expect(complement([])).toEqual([0, 0x10ffff]);
    expect(complement([0, 9, 20, 0x10ffff])).toEqual([10, 19]);
    expect(clipped([0, 9, 20, 30], 5, 25)).toEqual([5, 9, 20, 25]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLines } from "./split-lines.ts";

describe("splitLines", () => {
  it("splits at every terminator that Python knows", () => {
    expect(splitLines("a\nb\r\nc\rd\ve\ff\x1cg\x1dh\x1ei\x85j\u2028k\u2029l")).toEqual([..."abcdefghijkl"]);
  });

  it("does not split at U+001F, tab or no-break space", () => {
    expect(splitLines("a\x1fb\tc\xa0d")).toEqual(["a\x1fb\tc\xa0d"]);
  });

  it("gives no empty last line after a final terminator, but keeps empty lines between", () => {
    expect(splitLines("a\n\nb\n")).toEqual(["a", "", "b"]);
    expect(splitLines("\n")).toEqual([""]);
    expect(splitLines("")).toEqual([]);
    expect(splitLines("a\n\r\nb")).toEqual(["a", "", "b"]);
  });

  it("loses nothing when the terminators are kept", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "\x1c", "\u2028", "😀") }), (text) => {
        expect(splitLines(text, true).join("")).toBe(text);
      }),
    );
  });
});

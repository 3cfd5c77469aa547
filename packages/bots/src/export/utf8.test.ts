import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8, encodingErrorModes } from "./utf8.ts";

const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("encodeUtf8", () => {
  it("encodes text without lone surrogates in every mode alike", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom(...encodingErrorModes), (text, mode) => {
        expect(Buffer.from(encodeUtf8(text, mode))).toEqual(Buffer.from(text));
      }),
    );
  });

  it.each([
    ["ignore", "ab"],
    ["replace", "a?b"],
    ["backslashreplace", "a\\ud83db"],
    ["namereplace", "a\\ud83db"],
    ["xmlcharrefreplace", "a&#55357;b"],
    ["surrogatepass", "a\xed\xa0\xbdb"],
  ] as const)("writes half a character as %s says", (mode, text) => {
    expect(decode(encodeUtf8("a\ud83db", mode))).toBe(text);
  });

  it("gives bytes that were no text back with surrogateescape", () => {
    expect(decode(encodeUtf8("a\udcffb\udc80", "surrogateescape"))).toBe("a\xffb\x80");
  });

  it("refuses what the mode has no place for, and says what", () => {
    expect(() => encodeUtf8("a\ud83d", "strict")).toThrow("\\ud83d, half of a character");
    expect(() => encodeUtf8("a\ud83d", "surrogateescape")).toThrow("\\ud83d");
  });

  it("keeps pairs that stand beside lone halves", () => {
    expect(decode(encodeUtf8("\ud83d😀", "replace"))).toBe("?\xf0\x9f\x98\x80");
  });
});

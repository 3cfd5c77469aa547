import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText, streamDecoder } from "./text-encoding.ts";

const hex = (digits: string) => Buffer.from(digits, "hex");

describe("decodeText", () => {
  it.each([
    ["67 c3b6", ["utf-8"], "gö"],
    ["efbbbf61", ["utf-8"], "\ufeffa"],
    ["67f6", ["ascii", "latin-1"], "gö"],
    ["80", ["iso-8859-1"], "\u0080"],
    ["80", ["cp1252"], "€"],
    ["fffe6100", ["utf-16-le", "utf-8"], "\ufeffa"],
    ["efbbbf626f6d", ["utf_16_le"], "\ubbef\u62bf\u6d6f"],
  ])("decodes %s by the first of %s that fits", (bytes, encodings, text) => {
    expect(decodeText(hex(bytes.replaceAll(" ", "")), encodings)).toBe(text);
  });

  it("refuses what none of them fits, and drops it when forced", () => {
    expect(() => decodeText(hex("67f6"))).toThrow("the text cannot be decoded as utf-8");
    expect(decodeText(hex("67f672"), ["ascii"], true)).toBe("gr");
    expect(decodeText(hex("67f672"), ["ascii", "utf-8"], true)).toBe("gr");
    expect(decodeText(hex("eda080f4908080"), ["utf-8"], true)).toBe("");
  });

  it("keeps replacement characters that were in the data when it drops what is malformed", () => {
    expect(decodeText(hex("61ffefbfbdff62"), ["utf-8"], true)).toBe("a\ufffdb");
  });

  it("says that it does not know an encoding", () => {
    expect(() => decodeText(hex("61"), ["klingon"])).toThrow('there is no encoding "klingon"');
  });
});

describe("encodeText", () => {
  it.each([
    ["größer", ["latin-1", "utf-8"], "6772f6df6572"],
    ["€", ["latin-1", "utf-8"], "e282ac"],
    ["a€", ["utf-16-le"], "6100ac20"],
    ["a", ["utf-16be"], "0061"],
  ])("encodes %j by the first of %s that has all of it", (text, encodings, bytes) => {
    expect(Buffer.from(encodeText(text, encodings)).toString("hex")).toBe(bytes);
  });

  it("refuses what none of them has, and leaves it out when forced", () => {
    expect(() => encodeText("größer", ["ascii"])).toThrow("the text cannot be encoded as ascii");
    expect(Buffer.from(encodeText("größ\u{1F600}er", ["ascii"], true)).toString()).toBe("grer");
    expect(() => encodeText("a\ud800")).toThrow("the text cannot be encoded as utf-8");
    expect(Buffer.from(encodeText("a\ud800b", ["utf-8"], true)).toString()).toBe("ab");
    expect(Buffer.from(encodeText("a\ud800\u{1F600}", ["utf-8"], true)).toString()).toBe("a\u{1F600}");
  });

  it("is undone by decodeText", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.constantFrom("utf-8", "utf-16-le", "utf-16-be"),
        (text, encoding) => {
          fc.pre(!/\p{Surrogate}/u.test(text));
          expect(decodeText(encodeText(text, [encoding]), [encoding])).toBe(text);
        },
      ),
    );
  });
});

describe("streamDecoder", () => {
  it("gives the same text whatever the parts", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.nat(5),
        fc.constantFrom("utf-8", "ascii", "latin-1", "utf-16le"),
        (bytes, size, encoding) => {
          const whole = streamDecoder(encoding, "replace");
          const expected = whole.decode(bytes) + whole.decode();
          const decoder = streamDecoder(encoding, "replace");
          let text = "";
          for (let at = 0; at < bytes.length; at += size + 1) text += decoder.decode(bytes.subarray(at, at + size + 1));
          expect(text + decoder.decode()).toBe(expected);
        },
      ),
    );
  });
});

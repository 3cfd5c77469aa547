import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Utf8Buffer } from "./utf8-buffer.ts";

describe("Utf8Buffer", () => {
  it("holds the UTF-8 of all texts in order, however small it was at first", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
        const buffer = new Utf8Buffer("strict", 1);
        for (const text of texts) buffer.append(text);
        expect(Buffer.from(buffer.bytes).toString()).toBe(texts.join(""));
      }),
    );
  });

  it("is as before when a text has no UTF-8 form", () => {
    const buffer = new Utf8Buffer("strict");
    buffer.append("ü");
    expect(() => buffer.append("a\ud800")).toThrow("\\ud800");
    buffer.append("b");
    expect(Buffer.from(buffer.bytes).toString()).toBe("üb");
  });

  it("writes what the mode says for half a character", () => {
    const buffer = new Utf8Buffer("backslashreplace", 1);
    buffer.append("\ud800".repeat(3));
    expect(Buffer.from(buffer.bytes).toString()).toBe("\\ud800\\ud800\\ud800");
  });

  it("begins anew after clear", () => {
    const buffer = new Utf8Buffer("strict");
    buffer.append("a");
    buffer.clear();
    buffer.append("b");
    expect(Buffer.from(buffer.bytes).toString()).toBe("b");
  });
});

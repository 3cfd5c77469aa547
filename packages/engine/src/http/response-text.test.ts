import { describe, expect, it } from "vitest";
import { asUtf8, declaredCharset, responseText } from "./response-text.ts";

describe("responseText", () => {
  it.each([
    ["text/plain; charset=windows-1252", "93809d0a", "\u201c\u20ac\u009d\n"],
    ["text/plain; charset=iso-8859-1", "809f", "\u0080\u009f"],
    ["text/csv; charset=utf-8", "61ff62", "a\ufffdb"],
    ['text/csv; charset="UTF-8"', "efbbbf61", "\ufeffa"],
    ["text/plain; charset=klingon", "c3bc", "ü"],
    ["text/plain", "c3bc", "ü"],
    ["text/plain", "fc", "ü"],
    ["application/json", "fffe6100", "\ufeffa"],
    [undefined, "", ""],
  ])("reads %s by its charset, else by the bytes", (type, hex, text) => {
    expect(responseText(Buffer.from(hex, "hex"), type)).toBe(text);
  });
});

describe("declaredCharset", () => {
  it("takes the charset only from its own parameter", () => {
    expect(declaredCharset("text/plain; xcharset=latin1")).toBeUndefined();
    expect(declaredCharset("text/plain;Charset=latin1")).toBe("latin1");
  });
});

describe("asUtf8", () => {
  it("joins characters that are split between parts", async () => {
    async function* parts() {
      for (const byte of Buffer.from("aü€\u{1F600}")) yield Uint8Array.of(byte);
      yield Uint8Array.of(0xe2);
    }
    const out: Uint8Array[] = [];
    for await (const part of asUtf8(parts(), "utf-8")) out.push(part);
    expect(Buffer.concat(out).toString()).toBe("aü€\u{1F600}\ufffd");
  });
});

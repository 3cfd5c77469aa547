import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toAscii } from "./idna.ts";

describe("toAscii", () => {
  // Sample strings of RFC 3492 7.1.
  it.each([
    ["ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn"],
    ["他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"],
    ["Pročprostěnemluvíčesky".toLowerCase(), "xn--proprostnemluvesky-uyb24dma41a"],
    ["למההםפשוטלאמדבריםעברית", "xn--4dbcagdahymbxekheh6e0a7fei0b"],
    ["почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"],
    ["3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"],
  ])("encodes %s", (name, ascii) => {
    expect(toAscii(name)).toBe(ascii);
  });

  it.each([
    ["a\u00adb", "ab"],
    ["πς", "xn--1xag"],
    ["ΑΘΗΝΑΣ", "xn--mxaard0a1b"],
    ["ı", "xn--cfa"],
    ["İ", "xn--i-9bb"],
    ["e\u0301", "xn--9ca"],
    ["ⅷ", "viii"],
    ["😀", "xn--e28h"],
    ["ä.Ö.ü", "xn--4ca.xn--nda.xn--tda"],
  ])("prepares %j", (name, ascii) => {
    expect(toAscii(name)).toBe(ascii);
  });

  it.each(["a..ü", "\u00ad", "a\u200eb\u0621", "ü\ue000", "ü\ud800", "ü\ufffd", "אa", "א1", "xn--ü", "ü".repeat(60)])(
    "refuses %j",
    (name) => {
      expect(toAscii(name)).toBeUndefined();
    },
  );

  it("agrees with the platform's names where both have one", () => {
    const letters = fc.constantFrom(..."abcxyz019äöüéñçøåžčабвгδεζ中文日本語한국어");
    const label = fc.array(letters, { minLength: 1, maxLength: 20 }).map((list) => list.join(""));
    fc.assert(
      fc.property(label, (text) => {
        const name = `${text}.example`;
        expect(toAscii(name)).toBe(new URL(`http://${name}/`).hostname);
      }),
    );
  });

  it("keeps a final dot", () => {
    expect(toAscii("ü.example.")).toBe("xn--tda.example.");
  });
});

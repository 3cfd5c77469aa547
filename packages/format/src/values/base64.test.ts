import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64, isBase64 } from "./base64.ts";
import { Base64Value, decodeUtf8 } from "./base64-value.ts";

const latin = (bytes: Uint8Array | undefined): string | undefined => bytes && String.fromCharCode(...bytes);

describe("encodeBase64 and decodeBase64", () => {
  it("are inverse, and encode as the platform does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it("skip characters outside of the alphabet wherever they stand", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(60)), (bytes, places) => {
        let text = encodeBase64(bytes).replaceAll("=", "");
        const padding = "=".repeat((4 - (text.length % 4)) % 4);
        for (const place of places) text = `${text.slice(0, place)}\n${text.slice(place)}`;
        expect(decodeBase64(text + padding)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ["eA==", "x"],
    ["eA==eA==", "x"],
    ["eA=\n=", "x"],
    ["ab==cd", "i"],
    ["eHg=", "xx"],
    ["=", ""],
    ["====", ""],
    ["!!!!", ""],
    ["ö", ""],
    ["_-_-", ""],
    ["=eA==", "x"],
    ["", ""],
  ])("decode %j", (text, expected) => {
    expect(latin(decodeBase64(text))).toBe(expected);
  });

  it.each(["eA", "eA=", "x", "ab=c", "YWJjZA", "a\u0000b", "a=b", "dGV4dA="])(
    "refuse %j, which leaves a group open",
    (text) => {
      expect(decodeBase64(text)).toBeUndefined();
    },
  );
});

describe("isBase64", () => {
  it("says whether a text decodes", () => {
    const text = fc.array(fc.constantFrom("a", "Z", "9", "+", "/", "=", "\n", "ü", "-"), { maxLength: 12 });
    fc.assert(
      fc.property(text, (list) => {
        expect(isBase64(list.join(""))).toBe(decodeBase64(list.join("")) !== undefined);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Base64Value", () => {
  it("keeps what came from the wire to the character", () => {
    expect(Base64Value.ofBase64("eA==\n").base64).toBe("eA==\n");
    expect(Base64Value.ofBase64("eA==\n").text).toBe("x");
  });

  it("has the same content in all forms", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const value = Base64Value.ofText(text);
        expect(value.text).toBe(text);
        expect(Base64Value.ofBase64(value.base64).text).toBe(text);
        expect(Base64Value.ofBytes(value.bytes).base64).toBe(value.base64);
      }),
    );
  });

  it("has the same text before and after the wire when that has no UTF-8 form", () => {
    const value = Base64Value.ofText("a\ud800b");
    expect(value.text).toBe("a\ufffdb");
    expect(Base64Value.ofBase64(value.base64).text).toBe(value.text);
  });
});

describe("decodeUtf8", () => {
  it.each([
    [[0x61, 0xff, 0x62], "ab"],
    [[0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
    [[0xef, 0xbf, 0xbd, 0xff, 0xef, 0xbf, 0xbd], "\ufffd\ufffd"],
    [[0xe2, 0x82], ""],
    [[0xed, 0xa0, 0x80, 0x61], "a"],
  ])("drops what is no UTF-8 in %o", (bytes, text) => {
    expect(decodeUtf8(new Uint8Array(bytes))).toBe(text);
  });
});

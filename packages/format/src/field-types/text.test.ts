import { describe, expect, it } from "vitest";
import { Float } from "../values/json-value.ts";
import { classificationTaxonomyType, classificationTypeType, registryType, tlpType } from "./named.ts";
import { lowercaseStringType, stringType, uppercaseStringType } from "./text.ts";

describe("stringType", () => {
  it.each([
    [" text\u0085", "text"],
    [1, "1"],
    [new Float(1), "1.0"],
    [true, "True"],
    [[1, null], "[1, None]"],
    [new Map([["a", "b"]]), "{'a': 'b'}"],
    [new Uint8Array([0xff, 0x20, 0x78]), "x"],
    [" ", ""],
  ])("cleans %o", (value, expected) => {
    expect(stringType.sanitize(value)).toBe(expected);
  });

  it.each([null, undefined, "", 0, -0, new Float(0), false, [], {}, new Map(), new Uint8Array()])(
    "makes nothing of %o",
    (value) => {
      expect(stringType.sanitize(value)).toBeUndefined();
    },
  );

  it("accepts white space as it is, and no empty text", () => {
    expect([" ", "", 1, null].map(stringType.isValid)).toEqual([true, false, false, false]);
  });
});

describe("lowercaseStringType and uppercaseStringType", () => {
  it("change letters as all of Unicode has them", () => {
    expect(lowercaseStringType.sanitize(" ΑΣ ")).toBe("ας");
    expect(uppercaseStringType.sanitize("straße")).toBe("STRASSE");
  });

  it("take text and bytes only", () => {
    expect(lowercaseStringType.sanitize(5)).toBeUndefined();
    expect(uppercaseStringType.sanitize(["a"])).toBeUndefined();
    expect(lowercaseStringType.sanitize(new TextEncoder().encode("AB"))).toBe("ab");
  });

  it("accept text in their case", () => {
    expect(["a1", "A1", "1"].map(lowercaseStringType.isValid)).toEqual([true, false, true]);
    expect(["a1", "A1", "1"].map(uppercaseStringType.isValid)).toEqual([false, true, true]);
  });
});

describe("types with a fixed list of values", () => {
  it.each([
    [registryType, "ripe-ncc ", "RIPE"],
    [registryType, "RIPE NCC", "RIPE NCC"],
    [tlpType, " tlp:amber", "AMBER"],
    [tlpType, "TLP", ""],
    [tlpType, "yellow", "AMBER"],
    [tlpType, "CLEAR", "CLEAR"],
    [classificationTaxonomyType, "Abusive Content", "abusive-content"],
    [classificationTypeType, "C&C", "c2-server"],
    [classificationTypeType, "Botnet Drone", "infected-system"],
    [classificationTypeType, "botnet-drone", "botnet-drone"],
  ])("clean: %o %j", (type, value, expected) => {
    expect(type.sanitize(value)).toBe(expected);
  });

  it("accept their values only", () => {
    expect(["RIPE", "ripe", "RIPE NCC", ""].map(registryType.isValid)).toEqual([true, false, false, false]);
    expect(["RED", "CLEAR"].map(tlpType.isValid)).toEqual([true, false]);
  });
});

import { describe, expect, it } from "vitest";
import { Float } from "../values/json-value.ts";
import { accuracyType, asnType, booleanType, checkAsn, floatType, integerType } from "./number.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("booleanType", () => {
  it.each([
    [" TRUE\n", true],
    ["False", false],
    [1, true],
    [0, false],
  ])("cleans %o", (value, expected) => {
    expect(booleanType.sanitize(value)).toBe(expected);
  });

  it.each([2, new Float(1), new Float(0), -0, "1", "yes", "", bytes("true"), null, [true]])(
    "makes nothing of %o",
    (value) => {
      expect(booleanType.sanitize(value)).toBeUndefined();
    },
  );
});

describe("integerType", () => {
  it.each([
    [" +1_000 ", 1000],
    [bytes("-12"), -12],
    [new Float(3), 3],
    [-1.9, -1],
    [-0, 0],
    [true, 1],
    [1e30, 1_000_000_000_000_000_019_884_624_838_656n],
    ["9007199254740993", 9_007_199_254_740_993n],
  ])("cleans %o", (value, expected) => {
    expect(integerType.sanitize(value)).toBe(expected);
  });

  it.each(["1.0", "0x10", "", "²", new Uint8Array([0x34, 0xff]), Number.NaN, Number.POSITIVE_INFINITY, null, [1]])(
    "makes nothing of %o",
    (value) => {
      expect(integerType.sanitize(value)).toBeUndefined();
    },
  );

  it("takes no boolean and no float as it is", () => {
    expect([true, new Float(1), 1.5, 1, 10n ** 20n].map(integerType.isValid)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});

describe("floatType", () => {
  it.each([
    ["1e400", Number.POSITIVE_INFINITY],
    ["-31.e-2", -0.31],
    [bytes(" 1.5"), 1.5],
    [-0, -0],
  ])("cleans %o", (value, expected) => {
    expect(floatType.sanitize(value)).toBe(expected);
  });

  it("makes a float of a whole number", () => {
    expect(floatType.sanitize(3)).toEqual(new Float(3));
    expect(floatType.sanitize(false)).toEqual(new Float(0));
  });

  it.each(["1,5", "", "0x1p3", null, {}, 10n ** 400n])("makes nothing of %o", (value) => {
    expect(floatType.sanitize(value)).toBeUndefined();
  });
});

describe("accuracyType", () => {
  it("takes percentages and booleans", () => {
    expect([0, 100, 99.5, true, 101, -1, Number.NaN, "50"].map(accuracyType.isValid)).toEqual([
      ...[true, true, true, true],
      ...[false, false, false, false],
    ]);
    expect(accuracyType.sanitize("5_0")).toEqual(new Float(50));
    expect(accuracyType.sanitize(true)).toEqual(new Float(100));
    expect(accuracyType.sanitize("50%")).toBeUndefined();
    expect(accuracyType.sanitize("100.01")).toBeUndefined();
  });
});

describe("asnType and checkAsn", () => {
  it.each([
    ["AS64500", 64500],
    ["as 64500", 64500],
    [" 64500 ", 64500],
    [64500.9, 64500],
    [true, 1],
  ])("clean %o", (value, expected) => {
    expect(asnType.sanitize(value)).toBe(expected);
  });

  it.each(["ASN1", " AS1", "AS1.5", "AS", "0", "4294967296", 0, 2 ** 32, null, ""])("make nothing of %o", (value) => {
    expect(asnType.sanitize(value)).toBeUndefined();
    expect(checkAsn(value)).toBe(false);
  });
});

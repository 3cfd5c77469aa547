import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invalidTime } from "../errors/kinds.ts";
import { Float } from "../values/json-value.ts";
import {
  fromEpochMillis,
  fromFormat,
  fromFormatMidnight,
  fromFuzzy,
  fromTimestamp,
  fromUtcIso,
  fromWindowsNt,
} from "./conversions.ts";

function refusal(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return invalidTime.is(error);
  }
}

describe("fromTimestamp", () => {
  it.each([
    [1_441_008_970, "2015-08-31T08:16:10+00:00"],
    ["1441008970", "2015-08-31T08:16:10+00:00"],
    [" 1e9 ", "2001-09-09T01:46:40+00:00"],
    [new Float(60), "1970-01-01T00:01:00+00:00"],
    [true, "1970-01-01T00:00:01+00:00"],
    ["-0.5", "1969-12-31T23:59:59.500000+00:00"],
    [-0.0000001, "1970-01-01T00:00:00+00:00"],
    [59.9999996, "1970-01-01T00:01:00+00:00"],
    [0.0000005, "1970-01-01T00:00:00+00:00"],
    [0.0000015, "1970-01-01T00:00:00.000002+00:00"],
  ])("converts %o", (value, expected) => {
    expect(fromTimestamp(value)).toBe(expected);
  });

  it("gives whole seconds as the platform does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (seconds) => {
        expect(fromTimestamp(String(seconds))).toBe(new Date(seconds * 1000).toISOString().replace(".000Z", "+00:00"));
      }),
    );
  });

  it.each([null, undefined, "", "x", "nan", "inf", Number.NaN, [60], new Map(), 253_402_300_800, -62_135_596_801])(
    "refuses %o",
    (value) => {
      expect(refusal(() => fromTimestamp(value))).toBe(true);
    },
  );
});

describe("fromEpochMillis", () => {
  it.each([
    ["1935910089", "2031-05-07T08:48:09+00:00"],
    [193_591_008_912, "2031-05-07T08:48:09+00:00"],
    ["1935910089123", "2031-05-07T08:48:09+00:00"],
    [" 193591008912", "1976-02-19T15:16:48+00:00"],
    ["-193591008", "1963-11-13T08:43:12+00:00"],
    ["-19359100891", "1963-11-13T08:43:11+00:00"],
    [new Float(1_935_910_089), "1970-08-13T01:31:40+00:00"],
  ])("tells the unit of %o by its length", (value, expected) => {
    expect(fromEpochMillis(value)).toBe(expected);
  });

  it.each([0, "12", "19359100891", true, 10 ** 14])("says nothing for %o", (value) => {
    expect(fromEpochMillis(value)).toBeUndefined();
  });

  it.each(["", "abc", null, "1935910089.5", Number.POSITIVE_INFINITY])("refuses %o", (value) => {
    expect(refusal(() => fromEpochMillis(value))).toBe(true);
  });
});

describe("fromWindowsNt", () => {
  it.each([
    ["116444736000000000", "1970-01-01T00:00:00+00:00"],
    [129_410_017_915_727_600n, "2011-02-01T02:43:11.572760+00:00"],
    [0, "1601-01-01T00:00:00+00:00"],
    [9, "1601-01-01T00:00:00.000001+00:00"],
    ["2650467743990000000", "9999-12-31T23:59:59+00:00"],
  ])("converts %o", (value, expected) => {
    expect(fromWindowsNt(value)).toBe(expected);
  });

  it("rounds as double precision does, which IntelMQ's events show", () => {
    expect(fromWindowsNt("132348340630510000")).toBe("2020-05-24T22:47:43.050999+00:00");
    expect(fromWindowsNt("132651352622420000")).toBe("2021-05-10T15:47:42.241999+00:00");
  });

  it.each(["2650467743999999999", 10n ** 30n, "x", null])("refuses %o", (value) => {
    expect(refusal(() => fromWindowsNt(value))).toBe(true);
  });
});

describe("fromFormat and fromFormatMidnight", () => {
  it("convert to UTC where the text has a zone", () => {
    expect(fromFormat("06.05.2031 07:08 +0200", "%d.%m.%Y %H:%M %z")).toBe("2031-05-06T05:08:00+00:00");
  });

  it("take the day as it is written for midnight", () => {
    expect(fromFormatMidnight("06.05.2031 23:08 -0500", "%d.%m.%Y %H:%M %z")).toBe("2031-05-06T00:00:00+00:00");
  });

  it.each([2031, null, "2031-05", "2031-05-06x"])("refuse %o", (value) => {
    expect(refusal(() => fromFormat(value, "%Y-%m-%d"))).toBe(true);
    expect(refusal(() => fromFormatMidnight(value, "%Y-%m-%d"))).toBe(true);
  });
});

describe("fromFuzzy and fromUtcIso", () => {
  it("write the fraction anew, or leave all as it is", () => {
    expect(fromFuzzy("2031-05-06T07:08:09.1234+00:00")).toBe("2031-05-06T07:08:09.123400+00:00");
    expect(fromUtcIso("2031-05-06T07:08:09.1234+00:00")).toBe("2031-05-06T07:08:09.1234+00:00");
  });

  it.each([1_935_910_089, null, "", "x"])("refuse %o", (value) => {
    expect(refusal(() => fromFuzzy(value))).toBe(true);
    expect(refusal(() => fromUtcIso(value))).toBe(true);
  });

  it("tell the value and the form", () => {
    expect(() => fromUtcIso("2031-05-06")).toThrow('"2031-05-06" is no time in the form utc_isoformat');
  });
});

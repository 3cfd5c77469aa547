import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  formatInstant,
  instantOf,
  wallTimeOf,
  weekdayOf,
} from "./calendar.ts";

const anySecond = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });

describe("daysFromCivil and civilFromDays", () => {
  it("agree with the platform's calendar on every day of years 1 to 9999", () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (days) => {
        const date = new Date(days * 86_400_000);
        const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        expect(civilFromDays(days)).toEqual(expected);
        expect(daysFromCivil(expected.year, expected.month, expected.day)).toBe(days);
        expect(weekdayOf(days)).toBe((date.getUTCDay() + 6) % 7);
      }),
    );
  });
});

describe("daysInMonth", () => {
  it.each([
    [2000, 29],
    [1900, 28],
    [2024, 29],
    [2026, 28],
  ])("gives February of %i %i days", (year, days) => {
    expect(daysInMonth(year, 2)).toBe(days);
  });
});

describe("formatInstant", () => {
  it("writes the same as the platform, with UTC as an offset", () => {
    fc.assert(
      fc.property(anySecond, (seconds) => {
        const expected = new Date(seconds * 1000).toISOString().replace(".000Z", "+00:00");
        expect(formatInstant({ seconds, microseconds: 0 })).toBe(expected);
      }),
    );
  });

  it("writes a fraction with six digits", () => {
    expect(formatInstant({ seconds: -1, microseconds: 50 })).toBe("1969-12-31T23:59:59.000050+00:00");
  });
});

describe("instantOf", () => {
  it("is the inverse of wallTimeOf", () => {
    fc.assert(
      fc.property(anySecond, fc.integer({ min: 0, max: 999_999 }), (seconds, microseconds) => {
        expect(instantOf(wallTimeOf({ seconds, microseconds }))).toEqual({ seconds, microseconds });
      }),
    );
  });

  const noon = { year: 2026, month: 2, day: 28, hour: 12, minute: 0, second: 0, microsecond: 0 };

  it.each([
    { day: 29 },
    { day: 0 },
    { month: 0 },
    { month: 13 },
    { hour: 24 },
    { minute: 60 },
    { second: 60 },
    { year: 0 },
    { year: 10_000 },
    { offset: 86_400 },
    { year: 1, month: 1, day: 1, hour: 0, offset: 60 },
    { year: 9999, month: 12, day: 31, hour: 23, offset: -3600 },
  ])("has none for %o", (change) => {
    expect(instantOf({ ...noon, ...change })).toBeUndefined();
  });
});

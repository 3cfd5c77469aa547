import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, instantOf } from "./calendar.ts";
import { parseFuzzy } from "./fuzzy.ts";
import { isUtcIsoTime, parseIsoTime } from "./iso-time.ts";

const pair = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, "0"));
const zone = fc.oneof(
  fc.constantFrom("", "Z", " Z", " UTC", " GMT", "UTC", "+00:00", "-00:00"),
  fc
    .tuple(fc.constantFrom("", " "), fc.constantFrom("+", "-"), pair, fc.constantFrom("", ":"), fc.option(pair))
    .map(([blank, sign, hours, colon, minutes]) => blank + sign + hours + (minutes === null ? "" : colon + minutes)),
);
const isoLike = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, "0")),
    pair,
    pair,
    fc.constantFrom("T", " "),
    pair,
    pair,
    pair,
    fc.option(fc.stringMatching(/^[0-9]{1,8}$/)),
    zone,
  )
  .map(([year, month, day, separator, hour, minute, second, fraction, offset]) => {
    const time = `${year}-${month}-${day}${separator}${hour}:${minute}:${second}`;
    return `${time}${fraction === null ? "" : `.${fraction}`}${offset}`;
  });

describe("parseIsoTime", () => {
  it("reads nothing otherwise than the general grammar does", () => {
    const today = { year: 2026, month: 11, day: 24 };
    fc.assert(
      fc.property(isoLike, (text) => {
        const instant = parseIsoTime(text);
        if (instant === undefined) return;
        const general = parseFuzzy(text, today);
        expect(general === undefined ? undefined : instantOf(general)).toEqual(instant);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["2031-05-06T07:08:09+02:00", "2031-05-06T05:08:09+00:00"],
    ["2031-05-06 07:08:09", "2031-05-06T07:08:09+00:00"],
    ["2031-05-06T07:08:09.1234567Z", "2031-05-06T07:08:09.123456+00:00"],
    ["2031-05-06 07:08:09 UTC", "2031-05-06T07:08:09+00:00"],
    ["2031-05-06 07:08:09 -0530", "2031-05-06T12:38:09+00:00"],
    ["2031-01-01T00:00:00+01", "2030-12-31T23:00:00+00:00"],
  ])("reads %s", (text, expected) => {
    const instant = parseIsoTime(text);
    expect(instant && formatInstant(instant)).toBe(expected);
  });

  it.each(["2031-05-06", "2031-02-29T00:00:00", "2031-05-06T24:00:00", "2031-05-06T07:08:09.", "2031-05-06T07:08:09 "])(
    "leaves %j to the general grammar",
    (text) => {
      expect(parseIsoTime(text)).toBeUndefined();
    },
  );
});

describe("isUtcIsoTime", () => {
  it.each([
    "2031-05-06T07:08:09+00:00",
    "2031-05-06T07:08:09.1+00:00",
    "2031-05-06T07:08:09.123456+00:00",
    "2031-05-06t07:08:09+00:00",
    "2031-5-6T7:8:9+00:00",
    "2031-5-6T7:8:9.5+00:00",
    "2031-05- 6T07:08:09+00:00",
    "0001-01-01T00:00:00+00:00",
  ])("accepts %s", (text) => {
    expect(isUtcIsoTime(text)).toBe(true);
  });

  it.each([
    "",
    "+00:00",
    "2031-05-06T07:08:09Z",
    "2031-05-06T07:08:09-00:00",
    "2031-05-06 07:08:09+00:00",
    "2031-05-06T07:08:09.+00:00",
    "2031-05-06T07:08:09.1234567+00:00",
    "2031-05-06T07:08:60+00:00",
    "2031-02-29T07:08:09+00:00",
    "0000-01-01T00:00:00+00:00",
    "31-05-06T07:08:09+00:00",
    "2031-05-06T07:08:09+00:00\n",
    "２０３１-05-06T07:08:09+00:00",
  ])("refuses %j", (text) => {
    expect(isUtcIsoTime(text)).toBe(false);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, instantOf } from "./calendar.ts";
import { parseFuzzy } from "./fuzzy.ts";

const today = { year: 2026, month: 11, day: 24 }; // a Tuesday

function read(text: string, strict = false): string | undefined {
  const time = parseFuzzy(text, today, { strict });
  const instant = time === undefined ? undefined : instantOf(time);
  return instant === undefined ? undefined : formatInstant(instant).replace("+00:00", "");
}

describe("parseFuzzy", () => {
  it.each([
    ["2031-05-04", "2031-05-04T00:00:00"],
    ["2031/05/04", "2031-05-04T00:00:00"],
    ["2031.05.04", "2031-05-04T00:00:00"],
    ["2031 05 04", "2031-05-04T00:00:00"],
    ["20310504", "2031-05-04T00:00:00"],
    ["20310504T0302", "2031-05-04T03:02:00"],
    ["20310504T030201Z", "2031-05-04T03:02:01"],
    ["203105040302", "2031-05-04T03:02:00"],
    ["20310504030201", "2031-05-04T03:02:01"],
    ["310504", "2004-05-31T00:00:00"],
    ["4 May 2031", "2031-05-04T00:00:00"],
    ["May 4, 2031", "2031-05-04T00:00:00"],
    ["4th of May 2031", "2031-05-04T00:00:00"],
    ["4-May-2031", "2031-05-04T00:00:00"],
    ["04-May-31", "2031-05-04T00:00:00"],
    ["May-04-2031", "2031-05-04T00:00:00"],
    ["Sept 3 2031", "2031-09-03T00:00:00"],
    ["Sun, 04 May 2031 14:36:19 +0000", "2031-05-04T14:36:19"],
    ["Sun May  4 03:02:01 2031", "2031-05-04T03:02:01"],
    ["Sun May 04 03:02:01 UTC 2031", "2031-05-04T03:02:01"],
    ["01/Aug/2031:09:49:41 +0200", "2031-08-01T07:49:41"],
    ["last seen 2031-05-04 at 03:02", "2031-05-04T03:02:00"],
    ["２０３１-05-04", "2031-05-04T00:00:00"],
  ])("reads %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ["04/05/2031", "2031-04-05T00:00:00"],
    ["04-05-2031", "2031-04-05T00:00:00"],
    ["04.05.2031", "2031-04-05T00:00:00"],
    ["24-05-2031", "2031-05-24T00:00:00"],
    ["31/12/19", "2019-12-31T00:00:00"],
    ["12/31/19", "2019-12-31T00:00:00"],
    ["19-12-31", "2031-12-19T00:00:00"],
    ["1/2/3", "2003-01-02T00:00:00"],
    ["13 14 15", undefined],
  ])("takes the month first where it can be one: %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ["75-01-02", "2075-01-02T00:00:00"],
    ["1 Jan 75", "2075-01-01T00:00:00"],
    ["1 Jan 76", "1976-01-01T00:00:00"],
  ])("takes a year of two digits within fifty years of today: %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ["2031-05-04T03:02:01.5", "2031-05-04T03:02:01.500000"],
    ["2031-05-04T03:02:01,5", "2031-05-04T03:02:01.500000"],
    ["2031-05-04T03:02:01.123456789", "2031-05-04T03:02:01.123456"],
    ["2031-05-04T03", "2031-05-04T03:00:00"],
    ["2031-05-04 3pm", "2031-05-04T15:00:00"],
    ["2031-05-04 3:04 PM", "2031-05-04T15:04:00"],
    ["2031-05-04 12am", "2031-05-04T00:00:00"],
    ["2031-05-04 12:30 p", "2031-05-04T12:30:00"],
    ["2031-05-04 07h08m09s", "2031-05-04T07:08:09"],
    ["2031-05-04 7 hours 8 minutes", "2031-05-04T07:08:00"],
    ["2031-05-04 10h30", "2031-05-04T10:30:00"],
    ["2031-05-04 10.5h", "2031-05-04T10:30:00"],
    ["2031-05-04 03:02:01 00:00", "2031-05-04T00:00:00"],
  ])("reads the time of day of %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ["2031-05-04 03:02:01 +01", "2031-05-04T02:02:01"],
    ["2031-05-04 03:02:01+0130", "2031-05-04T01:32:01"],
    ["2031-05-04 03:02:01-01:30", "2031-05-04T04:32:01"],
    ["2031-05-04T03:02:01+02:00 UTC", "2031-05-04T01:02:01"],
    ["2031-05-04T03:02:01+02:00+00:00", "2031-05-04T03:02:01"],
    ["2031-05-04 03:02:01 UTC-8", "2031-05-03T19:02:01"],
    ["2031-05-04 03:02:01 GMT+3", "2031-05-04T06:02:01"],
    ["2031-05-04 03:02:01 -0500 (CDT)", "2031-05-04T08:02:01"],
    ["2031-05-04 03:02:01 -0500 (GMT)", "2031-05-04T03:02:01"],
    ["2031-05-04 03:02:01 CEST", "2031-05-04T03:02:01"],
    ["2031-05-04 03:02:01 Europe/Vienna", "2031-05-04T03:02:01"],
    ["2031-05-04+02:00", "2031-05-04T02:00:00"],
  ])("applies the zone of %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ["03:02", "2026-11-24T03:02:00"],
    ["12", "2026-11-12T00:00:00"],
    ["05-24", "2026-05-24T00:00:00"],
    ["May 2031", "2031-05-24T00:00:00"],
    ["January of 30", "2030-01-24T00:00:00"],
    ["2031-02", "2031-02-24T00:00:00"],
    ["Thursday", "2026-11-26T00:00:00"],
    ["Tue", "2026-11-24T00:00:00"],
    ["never+00:00", "2026-11-24T00:00:00"],
  ])("takes from today what %j leaves out", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("takes the last day of a month that is shorter than today's day", () => {
    expect(parseFuzzy("Feb 2031", { year: 2026, month: 1, day: 31 })).toMatchObject({ month: 2, day: 28 });
  });

  it.each([
    "",
    " ",
    "foo",
    "now",
    "nan",
    "infinity 2031-05-04",
    "1700000000",
    "1577934245.5",
    "0018005550199",
    "2031-13-01",
    "2031-02-30",
    "2031-00-10",
    "0000-00-00 00:00:00",
    "10000-01-01",
    "2031-W01-4",
    "2031-126",
    "2031-05-04+0",
    "2031-05-04,03:02:01",
    "2031-05-04 25:00",
    "2031-05-04 03:02:60",
    "2031-05-04T03:02:01+24:00",
    "2031-05-04 03:02:01 +",
    "2031-05-04 03:",
    "seen on 2031-05-04 at 03:02 by host 12",
    "May 4 2031 and June",
    "2031-05-",
  ])("finds no time in %j", (text) => {
    expect(read(text)).toBeUndefined();
  });

  it("does not look at texts longer than any date", () => {
    expect(read(`2031-05-04${" ".repeat(1000)}`)).toBeUndefined();
  });

  it.each([
    ["2031-05-04 UTC", undefined],
    ["2031-05-04T03:02:01+00 UTC", undefined],
    ["2031-05-04+00:00", undefined],
    ["01/Aug/2031:09:49:41 +0200", undefined],
    ["last seen 2031-05-04", undefined],
    ["2031-05-04 13:00 am", undefined],
    ["2031-05-04 03:02 UTC", "2031-05-04T03:02:00"],
    ["Tue May 06 03:02:01 2031 UTC", "2031-05-06T03:02:01"],
    ["2031-05-04T03:02:01+02:00+00:00", "2031-05-04T03:02:01"],
  ])("refuses unknown words when it is strict: %s", (text, expected) => {
    expect(read(text, true)).toBe(expected);
  });

  it("never throws and is done quickly, whatever the text", () => {
    const words = fc.constantFrom(
      "2031",
      "05",
      "4",
      "-",
      ":",
      "/",
      ".",
      ",",
      " ",
      "+",
      "T",
      "Z",
      "UTC",
      "May",
      "pm",
      "h",
      "(",
      "of",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 30 }).map((list) => list.join("")),
        ),
        (text) => {
          parseFuzzy(text, today);
          parseFuzzy(text, today, { strict: true });
        },
      ),
      { numRuns: 3000 },
    );
  });
});

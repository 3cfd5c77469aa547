import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRelativeTime } from "./relative-time.ts";

describe("parseRelativeTime", () => {
  it.each([
    ["1 hour", 60],
    ["3 hour", 180],
    ["2\tyears", 1_051_200],
    ["5 minutes", 5],
    ["1 day", 1440],
    ["2 weeks", 20_160],
    ["3 months", 129_600],
    ["0 days", 0],
    ["007 days", 10_080],
    [" 5 days \n", 7200],
    ["５ days", 7200],
  ])("reads %j as %d minutes", (text, minutes) => {
    expect(parseRelativeTime(text)?.minutes).toBe(minutes);
  });

  it("gives fractions of a minute for seconds", () => {
    expect(parseRelativeTime("10 seconds")).toEqual({ count: 10, unit: "second", seconds: 10, minutes: 1 / 6 });
  });

  it.each([
    ...["", "day", "5days", "5 Days", "5 d", "1.5 days", "1_0 days", "-5 days"],
    ...["5 days 3 hours", "5 days ago", "in 5 days", "5 dayss", "5 years.", "1 µs", "1 hou"],
  ])("does not read %j", (text) => {
    expect(parseRelativeTime(text)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseRelativeTime(text)));
  });
});

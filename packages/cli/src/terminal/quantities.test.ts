import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatDuration, formatRate } from "./quantities.ts";

describe("quantities", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [2 ** 30, "1.0 GiB"],
  ])("writes %d bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0, "0s"],
    [65_000, "1m 5s"],
    [3_600_000, "1h"],
    [90_061_000, "1d 1h"],
  ])("writes %d milliseconds as %s", (time, text) => expect(formatDuration(time)).toBe(text));

  it("writes counts in groups and rates by the second", () => {
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect([formatRate(0), formatRate(3.25), formatRate(1234)]).toEqual(["-", "3.3/s", "1,234/s"]);
  });
});

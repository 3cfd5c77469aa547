import { describe, expect, it } from "vitest";
import { durationText } from "./duration-text.ts";

describe("durationText", () => {
  it.each([
    [0, ""],
    [1, "1s"],
    [60, "1m"],
    [3661, "1h 1m 1s"],
    [86_401, "1d 1s"],
    [31_536_000, "365d"],
    [64.2, "1m 4s"],
    [3600.25, "1h 0s"],
  ])("writes %d seconds as %j", (seconds, expected) => {
    expect(durationText(seconds)).toBe(expected);
  });

  it.each([
    [64.2, "1.0m 4.2s"],
    [90_061, "1.0d 1.0h 1.0m 1.0s"],
    [3600.25, "1.0h 0.2s"],
    [0.15, "0.1s"],
  ])("writes %d seconds with one decimal as %j", (seconds, expected) => {
    expect(durationText(seconds, 1)).toBe(expected);
  });

  it.each([
    [0.5, "0s"],
    [1.5, "2s"],
    [2.5, "2s"],
  ])("rounds %d to the even second: %j", (seconds, expected) => {
    expect(durationText(seconds)).toBe(expected);
  });

  it("gives every part of a negative duration its sign", () => {
    expect(durationText(-3661)).toBe("-1h -1m -1s");
  });
});

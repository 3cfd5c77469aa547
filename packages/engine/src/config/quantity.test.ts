import { describe, expect, it } from "vitest";
import { parseDuration, parseSize } from "./quantity.ts";

describe("parseDuration", () => {
  it.each<[number | string, number | undefined]>([
    [90, 90],
    ["90", 90],
    ["1.5h", 5400],
    ["15m", 900],
    ["1h 30m", 5400],
    ["1h30m", 5400],
    ["2 days", 172_800],
    ["250ms", 0.25],
    ["", undefined],
    ["h", undefined],
    ["-5m", undefined],
    ["5 moons", undefined],
    [-1, undefined],
    [Number.NaN, undefined],
  ])("reads %j as %j seconds", (text, seconds) => expect(parseDuration(text)).toBe(seconds));
});

describe("parseSize", () => {
  it.each<[number | string, number | undefined]>([
    [100, 100],
    ["1GiB", 2 ** 30],
    ["1 GB", 1e9],
    ["512k", 524_288],
    ["1.5 MiB", 1_572_864],
    ["10", 10],
    [1.5, undefined],
    ["1 GiX", undefined],
    ["99999999999TB", undefined],
  ])("reads %j as %j bytes", (text, bytes) => expect(parseSize(text)).toBe(bytes));
});

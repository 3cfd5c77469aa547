import { describe, expect, it } from "vitest";
import { closest } from "./closest.ts";

describe("closest", () => {
  it.each([
    ["http_ulr", ["http_url", "http_proxy"], "http_url"],
    ["intelmq.bots.parsers.genric.csv", ["intelmq.bots.parsers.generic.csv", "x"], "intelmq.bots.parsers.generic.csv"],
    ["Module", ["module"], "module"],
    ["abc", ["xyz"], undefined],
    ["same", ["same"], undefined],
    ["a".repeat(10_000), ["a"], undefined],
  ])("finds for %.20s what was meant", (name, known, expected) => expect(closest(name, known)).toBe(expected));
});

import { describe, expect, it } from "vitest";
import { matchesPattern } from "./name-pattern.ts";

describe("matchesPattern", () => {
  it.each([
    ["*.csv", "a.csv", true],
    ["*.csv", ".csv", true],
    ["*.csv", "a.CSV", false],
    ["*-[0-9].t?t", "a-1.tat", true],
    ["*-[0-9].t?t", "a-x.txt", false],
    ["[!a]*", "bc", true],
    ["[!a]*", "ab", false],
    ["[]-]", "]", true],
    ["[a-]", "-", true],
    ["[", "[", true],
    ["a*b*c", "a1b2b3c", true],
    ["a*b*c", "a1b2b3", false],
    ["?", "\u{1F600}", true],
    ["*", "", true],
  ])("%s on %j: %s", (pattern, name, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });

  it("takes time that is polynomial in a hostile pattern", () => {
    const started = performance.now();
    expect(matchesPattern(`${"a".repeat(2000)}b`, `${"a*".repeat(200)}c`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

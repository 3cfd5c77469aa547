import { describe, expect, it } from "vitest";
import { isEarlierVersion } from "./version.ts";

describe("isEarlierVersion", () => {
  it.each([
    [[1, 0, 0], [1, 1, 0], true],
    [[1, 1, 0], [1, 0, 9], false],
    [[1, 0, 0], [1, 0, 1, "alpha"], true],
    [[1, 0, 0], [1, 0, 0, "beta"], false],
    [[3, 0, 0, "beta", 1], [3, 0, 0, "rc", 1], true],
    [[1, 0, 0, "dev", 7], [1, 0, 0, "dev", 6], false],
    [[1, 0, 0, "alpha"], [1, 0, 0, "alpha", 1], true],
  ])("compares %j with %j", (first, second, expected) => {
    expect(isEarlierVersion(first, second)).toBe(expected);
  });

  it.each([
    [
      [1, 0, 0],
      [1, 0, 0],
    ],
    [
      [3, 3, 1],
      [3, 3, 1, "stable", 0],
    ],
    [
      [1, 0, 0, "alpha"],
      [1, 0, 0, "alpha"],
    ],
  ])("takes %j and %j as equal", (first, second) => {
    expect(isEarlierVersion(first, second)).toBeUndefined();
  });

  it("refuses to compare a number with a name", () => {
    expect(() => isEarlierVersion([1, 0, "x"], [1, 0, 0])).toThrow('"x" and 0');
  });
});

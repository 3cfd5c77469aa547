import { describe, expect, it } from "vitest";
import { extractFiles } from "./extract-files.ts";

describe("extractFiles", () => {
  it.each([
    [undefined, "none"],
    [null, "none"],
    [false, "none"],
    ["false", "none"],
    ["", "none"],
    [[], "none"],
    [true, "all"],
    ["True", "all"],
    [1, "all"],
    ["a.csv, b.csv", ["a.csv", " b.csv"]],
    [["a,b.csv"], ["a,b.csv"]],
  ])("takes %j as %j", (value, wanted) => {
    expect(extractFiles().parse(value)).toEqual(wanted);
  });
});

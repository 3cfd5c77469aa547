import { describe, expect, it } from "vitest";
import { regexHazard } from "./regex-safety.ts";

describe("regexHazard", () => {
  it.each([
    "(a+)+$",
    "(a*)*",
    "(a|a)*",
    "(a?b?)*",
    "(foo|fo+)+",
    "(x+x+)+y",
    "(?:a{1,100})+$",
    "(.*,){11}P",
    "^([a-z0-9.-]+\\.)+[a-z]{2,}$",
    "(?=(a+)+b)",
    "(\\w|\\d)*!",
  ])("calls %s exponential", (pattern) => {
    expect(regexHazard(pattern)?.kind).toBe("exponential");
  });

  it.each(["a*a*a*x", ".*foo.*bar=.*$", "\\s*,?\\s*,?\\s*x"])("calls %s polynomial", (pattern) => {
    expect(regexHazard(pattern)?.kind).toBe("polynomial");
  });

  it.each([
    "abc",
    "(\\w+\\.)+\\w+",
    "(?:[a-z]+[0-9]+)*",
    "(a|ab)*",
    "\\d{1,3}(\\.\\d{1,3}){3}",
    "^(10(\\.0)?|([0-9])(\\..*)?)$",
    "(?:(?:a|b)+c)*",
    "(\\d+)(\\d+)x",
    "^vendor-(?P<fam>[a-z]+)$",
  ])("has nothing against %s", (pattern) => {
    expect(regexHazard(pattern)).toBeUndefined();
  });

  it("says where and with what", () => {
    expect(regexHazard("^x(a+)+$")).toEqual({ kind: "exponential", at: 4, example: "a" });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesText, wildcard } from "./wildcard.ts";

describe("matchesText", () => {
  it("takes every text for a lone wildcard", () => {
    expect(matchesText("<any>", "")).toBe(true);
    expect(matchesText("<any>", "text")).toBe(true);
  });

  it("takes any text, also none, in place of each wildcard", () => {
    expect(matchesText("a<any>c", "ac")).toBe(true);
    expect(matchesText("a<any>c<any>", "abcd")).toBe(true);
    expect(matchesText("a<any>b<any>b", "a-b-b")).toBe(true);
  });

  it("needs every fixed part in its place", () => {
    expect(matchesText("a<any>b", "xab")).toBe(false);
    expect(matchesText("a<any>b", "abx")).toBe(false);
    expect(matchesText("ab<any>ba", "aba")).toBe(false);
    expect(matchesText("a<any>c<any>b<any>d", "abcd")).toBe(false);
  });

  it("agrees with how texts are made from patterns", () => {
    const parts = fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(parts, fc.array(fc.string({ maxLength: 4 }), { minLength: 5, maxLength: 5 }), (fixed, fillings) => {
        fc.pre(!fixed.join("").includes("<any>"));
        const text = fixed.map((part, index) => (index === 0 ? part : `${fillings[index - 1]}${part}`)).join("");
        expect(matchesText(fixed.join(wildcard), text)).toBe(true);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFieldName } from "./field-name.ts";

describe("isFieldName", () => {
  it.each(["ab", "_a", "a1", "source.ip", "extra.a", "extra.1foo", "extra._", "a_b.c.d"])("accepts %j", (name) => {
    expect(isFieldName(name)).toBe(true);
  });

  it.each([
    ["", "an empty name"],
    ["a", "one character in the first part"],
    ["a.b", "one character in the first part, others behind"],
    ["1a", "a digit in front"],
    ["Extra", "upper case"],
    ["extra.Foo", "upper case behind a dot"],
    ["extra.foo-bar", "a hyphen"],
    ["extra.", "an empty last part"],
    ["extra..a", "an empty part"],
    [".extra", "an empty first part"],
    ["extra.x\n", "a line feed at the end, which Python's $ would let pass"],
    ["extra.ü", "a letter outside ASCII"],
    ["__proto__ ", "a blank"],
  ])("refuses %j: %s", (name) => {
    expect(isFieldName(name)).toBe(false);
  });

  it("agrees with the regular expression of the data format", () => {
    const anyName = fc.string({ unit: fc.constantFrom("a", "b", "_", ".", "1", "A", "-"), maxLength: 12 });
    fc.assert(
      fc.property(anyName, (name) => {
        expect(isFieldName(name)).toBe(/^[a-z_][a-z_0-9]+(\.[a-z_0-9]+)*$/.test(name));
      }),
      { numRuns: 2000 },
    );
  });
});

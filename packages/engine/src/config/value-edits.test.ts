import { Float, type JsonValue } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { isSame } from "./edit.ts";
import { loadConfiguration } from "./load-configuration.ts";
import { updateConfiguration } from "./value-edits.ts";

describe("updateConfiguration", () => {
  it("changes only what differs", () => {
    const text =
      "# all\na:   # the first\n  module: m\n  parameters:\n    x: 1   # one\n    y: [1, 2]\nb: {module: m}   # goes\n";
    const value = loadConfiguration("a: {module: m, parameters: {x: 2, y: [1, 2], z: new}}\nc: {module: n}\n", "f");
    expect(updateConfiguration(text, value)).toBe(
      "# all\na:   # the first\n  module: m\n  parameters:\n    x: 2   # one\n    y: [1, 2]\n    z: new\nc:\n  module: n\n",
    );
  });

  it("leaves a text alone that has the value already", () => {
    const text = "{a: 0b11,   b: 'x'} # odd\n";
    expect(updateConfiguration(text, loadConfiguration("a: 3\nb: x\n", "f"))).toBe(text);
  });

  it("makes any mapping into any other", () => {
    const scalar = fc.oneof(
      fc.constantFrom("a", "yes", "two\nlines", "", "x: y"),
      fc.integer(),
      fc.constant(null),
      fc.constant(new Float(2)),
    );
    const key = fc.constantFrom("a", "b", "c", "d e");
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        scalar,
        fc.array(tie("value"), { maxLength: 2 }),
        fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
      ),
    }));
    const mapping = fc
      .array(fc.tuple(key, value), { minLength: 1, maxLength: 3 })
      .map((entries): JsonValue => new Map(entries));
    fc.assert(
      fc.property(
        mapping,
        mapping,
        fc.constantFrom("any" as const, "flow" as const),
        (before, after, collectionStyle) => {
          const text = stringify(before, (_, inner: unknown) => (inner instanceof Float ? inner.value : inner), {
            collectionStyle,
          });
          expect(isSame(loadConfiguration(updateConfiguration(text, after), "f"), after)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

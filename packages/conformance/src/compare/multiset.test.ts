import type { JsonValue } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareAsMultiset } from "./multiset.ts";
import { compareValue } from "./value.ts";

const compare = (expected: readonly JsonValue[], observed: readonly JsonValue[]) =>
  compareAsMultiset(expected, observed, "x", compareValue);

describe("compareAsMultiset", () => {
  it("does not mind the order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), (items) => {
        expect(compare(items, items.toReversed())).toBeUndefined();
      }),
    );
  });

  it("counts equal items", () => {
    expect(compare(["a", "a"], ["a"])).toBeDefined();
    expect(compare(["a"], ["a", "a"])).toBeDefined();
  });

  it("gives a wildcard the item that nothing else can take", () => {
    expect(compare(["<any>", "a"], ["a", "b"])).toBeUndefined();
    expect(compare(["a<any>", "<any>b", "ab"], ["ab", "ax", "xb"])).toBeUndefined();
  });

  it("explains a missing item by the one that is left over", () => {
    expect(compare(["a", "b"], ["c", "a"])).toEqual({ at: "x[1]", expected: '"b"', observed: '"c"' });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePythonRegex } from "../python/regex.ts";
import { defaultHarmonization } from "./default-harmonization.ts";
import { fastPattern } from "./fast-pattern.ts";

const sources = [...new Set([...defaultHarmonization.event.values()].flatMap(({ regex }) => regex ?? []))];
const scanned = sources.filter((source) => fastPattern(source) !== undefined);

describe("fastPattern", () => {
  it("knows every pattern of the default harmonization", () => {
    expect(scanned).toEqual(sources);
  });

  it("knows no other pattern", () => {
    expect(fastPattern("^[ -~]*$")).toBeUndefined();
  });

  const character = fc.constantFrom("a", "Z", "0", "9", ".", "-", " ", "~", "\x7f", "\n", "ü", "/", "F", "😀");
  const uuid = fc.uuid().chain((id) => fc.constantFrom(id, `${id}\n`, id.toUpperCase(), id.slice(1), `${id}0`));
  const anyText = fc.oneof(fc.string({ unit: character, maxLength: 6 }), fc.string(), uuid);

  it.each(scanned)("judges every text as the regular expression %s does", (source) => {
    const regex = compilePythonRegex(source);
    const scan = fastPattern(source);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(scan?.(text)).toBe(regex.test(text));
      }),
      { numRuns: 1000 },
    );
  });
});

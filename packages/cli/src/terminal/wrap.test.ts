import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wrap } from "./wrap.ts";

describe("wrap", () => {
  it("breaks at blanks and keeps line ends", () => {
    expect(wrap("a long sentence of words\nand another", 20)).toBe("a long sentence of\nwords\nand another\n");
    expect(wrap("one", 40, "    ")).toBe("    one\n");
  });

  it("loses no word, and only a single word may be longer than the width", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1 }),
        fc.integer({ min: 20, max: 60 }),
        (words, width) => {
          const lines = wrap(words.join(" "), width).trimEnd().split("\n");
          expect(lines.join(" ")).toBe(words.join(" "));
          for (const line of lines) expect(line.length <= width || !line.includes(" ")).toBe(true);
        },
      ),
    );
  });
});

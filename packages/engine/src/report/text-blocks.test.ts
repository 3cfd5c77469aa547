import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyInParts } from "./test-reading.ts";
import { type LineEnds, textBlocks } from "./text-blocks.ts";

async function blocksOf(bytes: Uint8Array, ends: LineEnds, size?: number, offset = 0) {
  const blocks: { text: string; end: number; isLast: boolean }[] = [];
  for await (const { text, end, isLast } of textBlocks(bodyInParts(bytes, size), offset, ends)) {
    blocks.push({ text, end, isLast });
  }
  return blocks;
}

describe("textBlocks", () => {
  it("cuts the same blocks whatever the parts, and goes on from any of their ends", async () => {
    const piece = fc.constantFrom(
      "a",
      "ü",
      "\u2028",
      "\x85",
      "\v",
      "\r",
      "\n",
      "\r\n",
      "x".repeat(1000),
      "€".repeat(50_000),
    );
    const anyText = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 400 }))
      .map(([pieces, count]) => pieces.join("").repeat(Math.min(count, Math.ceil(500_000 / pieces.join("").length))));
    const ends = fc.constantFrom<LineEnds>("file", "text");
    await fc.assert(
      fc.asyncProperty(anyText, ends, fc.integer({ min: 500, max: 200_000 }), async (text, ends, size) => {
        const bytes = Buffer.from(text);
        const blocks = await blocksOf(bytes, ends);
        expect(blocks.map((block) => block.text).join("") === text).toBe(true);
        expect(blocks.map(({ isLast }) => isLast)).toEqual(blocks.map(({ end }) => end === bytes.length));
        for (const block of blocks.slice(0, -1)) {
          expect(block.text).toMatch(ends === "file" ? /[\r\n]$/ : /[\r\n\v\x85\u2028]$/);
          if (block.text.endsWith("\r")) expect(bytes[block.end]).not.toBe(10);
        }
        expect(await blocksOf(bytes, ends, size)).toEqual(blocks);
        const [first] = blocks;
        expect(await blocksOf(bytes, ends, size, first?.end)).toEqual(blocks.slice(1));
      }),
      { numRuns: 40 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineEndOf } from "./line-end.ts";
import { bodyInParts } from "./test-reading.ts";

const lineEnd = (text: string, size?: number) => lineEndOf(bodyInParts(Buffer.from(text), size));

describe("lineEndOf", () => {
  it.each([
    ["a\nb\n", "\n"],
    ["a\r\nb", "\r\n"],
    ["a\rb\r", "\r"],
    ["a\rb\n", "\r\n"],
    ["a\r\nb\n", "\r\n"],
    ["a\r", "\r"],
    ["a", "\r\n"],
    ["", "\r\n"],
  ])("of %j is %j", async (text, expected) => {
    expect(await lineEnd(text)).toBe(expected);
  });

  it("is the same whatever the parts", async () => {
    const anyText = fc.array(fc.constantFrom("a", "\n", "\r", "\r\n")).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 4 }), async (text, size) => {
        expect(await lineEnd(text, size)).toBe(await lineEnd(text));
      }),
    );
  });
});

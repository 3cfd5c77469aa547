import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backwardLines } from "./backward-lines.ts";

const file = join(mkdtempSync(join(tmpdir(), "weir-lines-")), "log");
const linesOf = (text: string): string[] => {
  writeFileSync(file, text);
  return [...backwardLines(file)];
};

describe("backwardLines", () => {
  it("gives nothing for a file that is not there", () => {
    expect([...backwardLines(join(tmpdir(), "no-such-log"))]).toEqual([]);
  });

  it("gives nothing for an empty file, and the empty line of one line end", () => {
    expect(linesOf("")).toEqual([]);
    expect(linesOf("\n")).toEqual([""]);
    expect(linesOf("a\n\n")).toEqual(["", "a"]);
  });

  it("gives the lines of any text, last first", () => {
    const line = fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll(/[\n\ud800-\udfff]/g, ""));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.boolean(), (lines, ended) => {
        fc.pre(ended || lines.at(-1) !== "");
        expect(linesOf(lines.join("\n") + (ended ? "\n" : ""))).toEqual(lines.toReversed());
      }),
      { numRuns: 200 },
    );
  });

  it("joins lines over the borders of blocks, characters of several bytes included", () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `Zeile ${index} größer € 😀`);
    lines[1000] = "ü".repeat(200_000);
    expect(linesOf(`${lines.join("\n")}\n`)).toEqual(lines.toReversed());
  });

  it("reads no more than it is asked for", () => {
    writeFileSync(file, `${"x".repeat(50)}\n`.repeat(100_000));
    const lines = backwardLines(file);
    expect(lines.next().value).toBe("x".repeat(50));
    lines.return(undefined);
  });
});

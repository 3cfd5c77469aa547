import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "./line-diff.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`);

describe("unifiedDiff", () => {
  it("is empty for equal texts", () => {
    expect(unifiedDiff("a\n", "a\n")).toBe("");
  });

  it("shows what changes with three lines around it", () => {
    const before = numbered(30);
    const after = [...before];
    after[4] = "five\n";
    after.splice(20, 1);
    expect(unifiedDiff(before.join(""), after.join(""), ["old", "new"])).toBe(
      "--- old\n+++ new\n@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+five\n line 6\n line 7\n line 8\n@@ -18,7 +18,6 @@\n line 18\n line 19\n line 20\n-line 21\n line 22\n line 23\n line 24\n",
    );
  });

  it("joins changes that are near each other", () => {
    const after = numbered(10);
    after[2] = "three\n";
    after[7] = "eight\n";
    expect(unifiedDiff(numbered(10).join(""), after.join("")).match(/^@@/gm)).toHaveLength(1);
  });

  it("shows a missing line end, a new file and an emptied one", () => {
    expect(unifiedDiff("a\n", "a")).toBe("--- before\n+++ after\n@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n");
    expect(unifiedDiff("", "a\nb\n")).toBe("--- before\n+++ after\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    expect(unifiedDiff("a\n", "")).toBe("--- before\n+++ after\n@@ -1 +0,0 @@\n-a\n");
  });

  it("tells the way from any text to any other", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const text = (list: readonly string[]) => list.map((line) => `${line}\n`).join("");
        expect(apply(text(a), unifiedDiff(text(a), text(b)))).toBe(text(b));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Applies a unified difference as `patch` does. */
function apply(before: string, diff: string): string {
  const source = before.split("\n").slice(0, -1);
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2, -1)) {
    const header = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (header !== null) {
      const start = Number(header[1]) - (header[2] === "0" ? 0 : 1);
      while (at < start) result.push(source[at++] ?? "");
    } else if (line.startsWith("+")) result.push(line.slice(1));
    else {
      expect(source[at]).toBe(line.slice(1));
      if (line.startsWith(" ")) result.push(line.slice(1));
      at++;
    }
  }
  return [...result, ...source.slice(at)].map((line) => `${line}\n`).join("");
}

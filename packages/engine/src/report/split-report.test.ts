import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitChunks, splitReport } from "./split-report.ts";

async function* partsOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(text: string, size: number, header: boolean, read = 7): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of splitReport(partsOf(Buffer.from(text), read), { size, header })) {
    parts.push(Buffer.from(part).toString());
  }
  return parts;
}

const table = "h1,h2\n0,x\n1,x\n2,x\n3,x\n4,x\n5,x\n";

describe("splitReport", () => {
  it("cuts behind the last line end within the size", async () => {
    expect(await split(table, 10, false)).toEqual(["h1,h2\n0,x\n", "1,x\n2,x\n", "3,x\n4,x\n", "5,x\n"]);
  });

  it("repeats the header before every part and does not count it", async () => {
    expect(await split(table, 10, true)).toEqual(
      ["0,x\n1,x\n", "2,x\n3,x\n", "4,x\n5,x\n"].map((rows) => `h1,h2\n${rows}`),
    );
    expect(await split(table, 1, true)).toHaveLength(6);
  });

  it("keeps a line that is longer than the size in one piece", async () => {
    expect(await split("aaaaaaaaaaaaaaaaaaaa\nb\nc", 5, false)).toEqual(["aaaaaaaaaaaaaaaaaaaa\n", "b\nc"]);
  });

  it.each([
    ["", true],
    ["", false],
    ["header only", true],
    ["header only\n", true],
  ])("gives nothing for %j (header: %s)", async (text, header) => {
    expect(await split(text, 5, header)).toEqual([]);
  });

  it("gives the same parts whatever the pieces that are read, and these joined are the data", async () => {
    const anyText = fc.array(fc.constantFrom("a", "bb", "\n", "ccccccc", "\n\n")).map((words) => words.join(""));
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (text, size, read) => {
          const parts = await split(text, size, false, read);
          expect(parts.join("")).toBe(text);
          expect(parts).toEqual(splitChunks(Buffer.from(text), size).map((part) => Buffer.from(part).toString()));
          for (const part of parts.slice(0, -1)) {
            expect(part.endsWith("\n")).toBe(true);
            expect(part.length <= size || part.indexOf("\n") === part.length - 1).toBe(true);
          }
          const [head, ...rows] = text.split(/(?<=\n)/);
          const withHeader = await split(text, size, true, read);
          expect(withHeader.map((part) => part.slice((head ?? "").length)).join("")).toBe(rows.join(""));
        },
      ),
    );
  });

  it("reads a long line in time that is linear in its length", async () => {
    const line = "x".repeat(8 << 20);
    const started = performance.now();
    expect((await split(line, 1000, false, 1 << 14)).map((part) => part.length)).toEqual([8 << 20]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spool, sweepSpools } from "./spool.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "weir-spool-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function* partsOf(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part, "latin1");
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("latin1");
}

describe("spool", () => {
  it.each([
    ["in memory", 100, 0],
    ["in a file", 4, 1],
  ])("keeps a stream %s, any range of which can be read again", async (_, memoryBytes, files) => {
    const spooled = await spool(partsOf("ab", "cdef", "gh"), { directory, memoryBytes });
    expect(await readdir(directory)).toHaveLength(files);
    expect(spooled.size).toBe(8);
    expect([
      await textOf(spooled.stream(0)),
      await textOf(spooled.stream(2, 5)),
      await textOf(spooled.stream(8)),
    ]).toEqual(["abcdefgh", "cde", ""]);
    await spooled.remove();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    [["a\xc3", "\xbc"], true],
    [["a\xff"], false],
    [["a\xc3"], false],
    [[], true],
  ])("notices whether %j is UTF-8", async (parts, isUtf8) => {
    expect((await spool(partsOf(...parts), { directory, memoryBytes: 1 })).isUtf8).toBe(isUtf8);
  });

  it("leaves nothing when the stream fails", async () => {
    async function* failing() {
      yield Buffer.from("abcdef");
      throw new Error("cut off");
    }
    await expect(spool(failing(), { directory, memoryBytes: 1 })).rejects.toThrow("cut off");
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("sweepSpools", () => {
  it("removes what other processes left, and nothing else", async () => {
    const spooled = await spool(partsOf("abc"), { directory, memoryBytes: 1 });
    const [own = ""] = await readdir(directory);
    await writeFile(join(directory, ".spool-0-left"), "x");
    await writeFile(join(directory, "data.csv"), "x");
    await sweepSpools(directory);
    expect((await readdir(directory)).sort()).toEqual([own, "data.csv"].sort());
    await spooled.remove();
    await sweepSpools(join(directory, "missing"));
  });
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryCollector } from "@weir/engine/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import collector from "./file.ts";
import { openLocked } from "./locked-file.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "weir-file-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
}

const collect = async (params: object = {}) => {
  const reports = await tryCollector(collector, { path: directory, ...params })();
  return reports.map(({ raw, "extra.file_name": name }) => `${name}: ${Buffer.from(String(raw), "base64").toString()}`);
};

describe("file collector", () => {
  it("reports a file with its address and name", async () => {
    write({ "a b.csv": "1\n" });
    const [report] = await tryCollector(collector, { path: directory, name: "Feed" })();
    expect(report).toMatchObject({
      "feed.url": `file://localhost${directory}/a b.csv`,
      "extra.file_name": "a b.csv",
      "feed.name": "Feed",
      "feed.accuracy": 100,
    });
  });

  it("reads regular files, also by links, whose names end with the postfix", async () => {
    write({ "b.csv": "b", "a.csv": "a", "c.CSV": "no", "d.csv.bak": "no", "empty.csv": "" });
    mkdirSync(join(directory, "dir.csv"));
    symlinkSync(join(directory, "a.csv"), join(directory, "link.csv"));
    symlinkSync(join(directory, "nowhere"), join(directory, "broken.csv"));
    expect(await collect()).toEqual(["a.csv: a", "b.csv: b", "link.csv: a"]);
    expect(await collect({ postfix: "" })).toHaveLength(5);
  });

  it("reports files of any size", async () => {
    const long = "0123456789abcde\n".repeat(100_000);
    write({ "a.csv": long });
    expect(await collect()).toEqual([`a.csv: ${long}`]);
  });

  it("splits files at line ends, the header before every part", async () => {
    write({ "a.csv": "h\n1\n2\n3\n" });
    expect(await collect({ chunk_size: 4 })).toEqual(["a.csv: h\n1\n2\n", "a.csv: h\n3\n"]);
    expect(await collect({ chunk_size: 4, chunk_replicate_header: false })).toEqual(["a.csv: h\n1\n", "a.csv: 2\n3\n"]);
  });

  it("deletes a file once it is reported, but none that says nothing", async () => {
    write({ "a.csv": "a", "b.csv": "1\n2\n3\n", "empty.csv": "", "c.txt": "c" });
    expect(await collect({ delete_file: true, chunk_size: 2, chunk_replicate_header: false })).toHaveLength(4);
    expect(readdirSync(directory)).toEqual(["c.txt", "empty.csv"]);
  });

  it("skips a file that is locked, and never deletes it", async () => {
    write({ "a.csv": "a", "b.csv": "b" });
    const locked = await openLocked(join(directory, "a.csv"));
    expect(locked).toBeDefined();
    expect(await collect({ delete_file: true })).toEqual(["b.csv: b"]);
    expect(readdirSync(directory)).toEqual(["a.csv"]);
    await locked?.close();
    expect(await collect({ delete_file: true })).toEqual(["a.csv: a"]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("refuses to start without a directory, or when it would delete every file", async () => {
    await expect(collect({ path: join(directory, "missing") })).rejects.toThrow("is no directory");
    await expect(collect({ postfix: "", delete_file: true })).rejects.toThrow("would delete every file");
    await expect(collect({ chunk_size: 0 })).rejects.toThrow("chunk_size");
  });

  it("does nothing when its directory has gone since it started", async () => {
    const path = join(directory, "in");
    mkdirSync(path);
    writeFileSync(join(path, "a.csv"), "a");
    const run = tryCollector(collector, { path });
    expect(await run()).toHaveLength(1);
    rmSync(path, { recursive: true });
    expect(await run()).toEqual([]);
  });
});

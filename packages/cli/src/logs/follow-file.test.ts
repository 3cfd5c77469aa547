import { appendFileSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { followFile } from "./follow-file.ts";

async function follow(prepare: (file: string) => void, act: (file: string) => Promise<void>): Promise<string[]> {
  const file = join(mkdtempSync(join(tmpdir(), "weir-follow-")), "log");
  prepare(file);
  const ended = new AbortController();
  const found: string[] = [];
  const following = (async () => {
    for await (const line of followFile(file, { signal: ended.signal, interval: 5 })) found.push(line);
  })();
  await sleep(30);
  await act(file);
  await sleep(60);
  ended.abort();
  await following;
  return found;
}

describe("followFile", () => {
  it("gives what is appended, not what was there", async () => {
    const found = await follow(
      (file) => writeFileSync(file, "old\n"),
      async (file) => appendFileSync(file, "a\nb\n"),
    );
    expect(found).toEqual(["a", "b"]);
  });

  it("waits for a file that is not there yet", async () => {
    const found = await follow(
      () => undefined,
      async (file) => writeFileSync(file, "first\n"),
    );
    expect(found).toEqual(["first"]);
  });

  it("gives a line when it is whole, though its bytes come apart within a character", async () => {
    const bytes = Buffer.from("größer\n");
    const found = await follow(
      (file) => writeFileSync(file, ""),
      async (file) => {
        appendFileSync(file, bytes.subarray(0, 3));
        await sleep(30);
        appendFileSync(file, bytes.subarray(3));
      },
    );
    expect(found).toEqual(["größer"]);
  });

  it("goes on with the new file after a rotation", async () => {
    const found = await follow(
      (file) => writeFileSync(file, "old, and longer than what comes\n"),
      async (file) => {
        renameSync(file, `${file}.1`);
        writeFileSync(file, "new\n");
      },
    );
    expect(found).toEqual(["new"]);
  });
});

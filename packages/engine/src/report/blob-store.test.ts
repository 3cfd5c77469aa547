import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReport, type Message } from "@weir/format";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultFields } from "../testing/default-fields.ts";
import { openBlobStore } from "./blob-store.ts";

let directory = "";
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "weir-blobs-")), "blobs");
});
afterEach(() => rm(join(directory, ".."), { recursive: true }));

async function* partsOf(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

function report(raw?: string): Message {
  const message = createReport(defaultFields().report);
  if (raw !== undefined) message.set("raw", raw);
  return message;
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe("openBlobStore", () => {
  it("keeps a stream under an id of its own and reads it from any byte on", async () => {
    const store = openBlobStore(directory);
    const blob = await store.write(partsOf("abc", "", "def"));
    expect(blob.bytes).toBe(6);
    expect(await readdir(directory)).toEqual([blob.id]);
    const body = store.bodyOf({ id: "1", message: report(), blob });
    expect([
      body.size,
      await textOf(body.stream(0)),
      await textOf(body.stream(4)),
      await textOf(body.stream(6)),
    ]).toEqual([6, "abcdef", "ef", ""]);
    expect(Buffer.from(store.readAll(blob)).toString()).toBe("abcdef");
    expect((await store.write(partsOf("abc"))).id).not.toBe(blob.id);
  });

  it("keeps nothing of a stream that fails", async () => {
    async function* failing() {
      yield Buffer.from("abc");
      throw new Error("cut off");
    }
    await expect(openBlobStore(directory).write(failing())).rejects.toThrow("cut off");
    expect(await readdir(directory)).toEqual([]);
  });

  it("takes the raw of the message as body when there is no blob", async () => {
    const body = openBlobStore(directory).bodyOf({ id: "1", message: report("hällo") });
    expect([body.size, await textOf(body.stream(0)), await textOf(body.stream(1))]).toEqual([6, "hällo", "ällo"]);
    expect(openBlobStore(directory).bodyOf({ id: "1", message: report() }).size).toBe(0);
  });
});

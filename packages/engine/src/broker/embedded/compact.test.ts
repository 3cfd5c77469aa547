import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { envelope } from "../broker-suite.ts";
import { storeHeld } from "../errors.ts";
import { compactStore } from "./compact.ts";
import { prepareUnit } from "./prepare-unit.ts";
import { Store } from "./store.ts";

const root = mkdtempSync(join(tmpdir(), "weir-compact-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("compactStore", () => {
  it("makes the file smaller and loses nothing", async () => {
    const directory = mkdtempSync(join(root, "s"));
    const store = new Store({ directory });
    const envelopes = Array.from({ length: 1000 }, (_, index) => envelope(index));
    for (let round = 0; round < 40; round++)
      store.apply([prepareUnit({ enqueue: [{ queue: "expert-queue", envelopes }] })]);
    store.apply([prepareUnit({ acknowledge: [{ queue: "expert-queue", upTo: { chunk: 39, index: 998 } }] })]);
    const { storeBytes, reusableBytes } = store.sizes();
    expect(reusableBytes).toBeGreaterThan(storeBytes / 2);
    await store.close();

    const { before, after } = await compactStore(directory);
    expect(before).toBe(storeBytes);
    expect(after).toBeLessThan(before / 4);
    expect(readdirSync(directory).sort()).toEqual(["blobs", "store"]);
    const again = new Store({ directory });
    expect(again.depth("expert-queue").messages).toBe(1001);
    again.apply([prepareUnit({ enqueue: [{ queue: "expert-queue", envelopes: [envelope(1)] }] })]);
    await again.close();
    expect((await compactStore(directory)).after).toBeLessThanOrEqual(before);
  });

  it("leaves a store alone that is in use", async () => {
    const store = new Store({ directory: mkdtempSync(join(root, "s")) });
    await expect(compactStore(store.directory)).rejects.toSatisfy((error: unknown) => storeHeld.is(error));
    store.apply([prepareUnit({ enqueue: [{ queue: "expert-queue", envelopes: [envelope(1)] }] })]);
    await store.close();
  });
});

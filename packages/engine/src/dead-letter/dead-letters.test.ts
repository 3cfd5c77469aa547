import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../broker/embedded/open-store.ts";
import type { AdministeredBroker } from "../broker/embedded/store-client.ts";
import { defaultFields } from "../testing/default-fields.ts";
import { numberedEvent } from "../testing/numbered-event.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { deadLetterMissing } from "./errors.ts";

const root = mkdtempSync(join(tmpdir(), "weir-letters-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const all = { maxMessages: 100, maxBytes: 1 << 20 };

let broker: AdministeredBroker;
let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(root, "s"));
  ({ broker } = await openStore({ directory, fields: defaultFields(), thread: false }));
});
afterEach(() => broker.close());

function letter(number: number, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: `0000000000000${number}-x`,
    time: number * 1000,
    bot: number % 2 === 0 ? "even" : "odd",
    queue: "expert-queue",
    attempts: 2,
    error: {
      code: "WEIR_INVALID_VALUE",
      name: "WeirError",
      message: `invalid value ${number}`,
      stack: `stack ${number}`,
    },
    envelope: { id: `m/${number}`, message: numberedEvent(number), attempts: 2 },
    ...more,
  };
}

async function give(...letters: readonly DeadLetter[]): Promise<void> {
  await broker.commit({ deadLetters: letters });
}

describe("dead letters", () => {
  it("are listed by bot, error, queue and time, in pages, oldest or newest first", async () => {
    await give(...[1, 2, 3, 4, 5].map((number) => letter(number)));
    const numbers = async (filter: Parameters<typeof broker.deadLetters.list>[0]): Promise<unknown> => {
      const { letters, total } = await broker.deadLetters.list(filter);
      return [letters.map(({ time }) => time / 1000), total];
    };
    expect(await numbers({})).toEqual([[1, 2, 3, 4, 5], 5]);
    expect(await numbers({ bot: "odd" })).toEqual([[1, 3, 5], 3]);
    expect(await numbers({ error: "value 4" })).toEqual([[4], 1]);
    expect(await numbers({ error: "WEIR_INVALID_VALUE", limit: 2 })).toEqual([[1, 2], 5]);
    expect(await numbers({ limit: 2, after: letter(2).id })).toEqual([[3, 4], 5]);
    expect(await numbers({ first: "newest", limit: 2, after: letter(4).id })).toEqual([[3, 2], 5]);
    expect(await numbers({ since: 2000, until: 3000 })).toEqual([[2, 3], 2]);
    expect(await numbers({ queue: "other" })).toEqual([[], 0]);
  });

  it("are shown whole, again and again the same", async () => {
    const long = letter(1, { error: { name: "Error", message: "m".repeat(5000), stack: "s".repeat(50_000) } });
    await give(long);
    const first = await broker.deadLetters.get(long.id);
    expect(first).toMatchObject({ bot: "odd", queue: "expert-queue", attempts: 2, error: long.error });
    expect(first.envelope?.message.get("extra.number")).toBe(1);
    expect(await broker.deadLetters.get(long.id)).toEqual(first);
    await expect(broker.deadLetters.get("none")).rejects.toSatisfy((error: unknown) => deadLetterMissing.is(error));
  });

  it("hold bytes that were no message as they are", async () => {
    const { envelope: _, ...rest } = letter(1);
    await give({ ...rest, bytes: new Uint8Array([0, 255, 10]) });
    expect((await broker.deadLetters.get(rest.id)).bytes).toEqual(new Uint8Array([0, 255, 10]));
  });

  it("go back to their queue, with fresh tries, and are gone", async () => {
    await give(letter(1), letter(2));
    expect(await broker.deadLetters.retry([letter(1).id])).toEqual({ retried: 1, skipped: [] });
    const [received] = await broker.receive("expert-queue", all);
    expect(received?.envelope).toMatchObject({ id: "m/1" });
    expect(received?.envelope?.attempts).toBeUndefined();
    expect((await broker.deadLetters.list()).total).toBe(1);
  });

  it("stay when they cannot go back, with the reason", async () => {
    const { envelope: _, ...rest } = letter(1);
    await give({ ...rest, bytes: new Uint8Array([1]) }, letter(2, { queue: "" }));
    const { retried, skipped } = await broker.deadLetters.retry([rest.id, letter(2).id, "none"]);
    expect(retried).toBe(0);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "it holds no message that could be read: edit it first",
      "it came from no queue: name one",
      "there is no such failure (any more)",
    ]);
    expect((await broker.deadLetters.list()).total).toBe(2);
    expect(await broker.deadLetters.retry([letter(2).id], { queue: "other-queue" })).toEqual({
      retried: 1,
      skipped: [],
    });
  });

  it("become reports on their way into a parser's queue", async () => {
    const event = numberedEvent(1);
    event.set("raw", "a,b");
    await give(letter(1, { envelope: { id: "m", message: event } }), letter(2));
    await broker.deadLetters.retry([letter(1).id, letter(2).id], {
      queue: "parser-queue",
      asReport: (queue) => queue === "parser-queue",
    });
    const received = await broker.receive("parser-queue", all);
    expect(received.map(({ envelope }) => envelope?.message.type)).toEqual(["Report", "Report"]);
    expect(received[0]?.envelope?.message.getDecoded("raw")).toBe("a,b");
  });

  it("can be given another message", async () => {
    const { envelope: _, ...rest } = letter(1);
    await give({ ...rest, bytes: new Uint8Array([1]) });
    await broker.deadLetters.edit(rest.id, numberedEvent(7));
    const edited = await broker.deadLetters.get(rest.id);
    expect(edited.envelope?.message.get("extra.number")).toBe(7);
    expect(edited.bytes).toBeUndefined();
    expect(edited.error.message).toBe("invalid value 1");
    await broker.deadLetters.retry([rest.id]);
    expect(await broker.receive("expert-queue", all)).toHaveLength(1);
  });

  it("are dropped with the files of their bodies", async () => {
    mkdirSync(join(directory, "blobs"), { recursive: true });
    writeFileSync(join(directory, "blobs", "body"), "a,b\n");
    await give(
      letter(1, { envelope: { id: "m", message: numberedEvent(1), blob: { id: "body", bytes: 4 } } }),
      letter(2),
    );
    expect(await broker.deadLetters.drop([letter(1).id, letter(2).id, "none", letter(2).id])).toBe(2);
    expect((await broker.deadLetters.list()).total).toBe(0);
    expect(readdirSync(join(directory, "blobs"))).toEqual([]);
  });

  it("go out and in as an IntelMQ dump file, bodies inside", async () => {
    mkdirSync(join(directory, "blobs"), { recursive: true });
    writeFileSync(join(directory, "blobs", "body"), "a,b\n");
    await give(
      letter(1, { envelope: { id: "m", message: numberedEvent(1), blob: { id: "body", bytes: 4 } } }),
      letter(2),
    );
    const text = await broker.deadLetters.exportDump({});
    await broker.deadLetters.drop([letter(1).id, letter(2).id]);
    expect(await broker.deadLetters.importDump(text)).toEqual({ imported: 2, problems: [] });
    const { letters } = await broker.deadLetters.list();
    expect(letters.map(({ time, bot, queue }) => [time, bot, queue])).toEqual([
      [1000, "odd", "expert-queue"],
      [2000, "even", "expert-queue"],
    ]);
    const first = await broker.deadLetters.get(letters[0]?.id ?? "");
    expect(first.envelope?.message.getDecoded("raw")).toBe("a,b\n");
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { DeadLetter } from "../../dead-letter/dead-letter.ts";
import { defaultFields } from "../../testing/default-fields.ts";
import type { UnitOfWork } from "../broker.ts";
import { envelope } from "../broker-suite.ts";
import { storeHeld, storeVersion, storeWrite } from "../errors.ts";
import { prepareUnit } from "./prepare-unit.ts";
import { decodeChunk } from "./queue-reading.ts";
import { Store } from "./store.ts";
import { keysOf, openEnvironment, type TableName } from "./tables.ts";

const root = mkdtempSync(join(tmpdir(), "weir-store-core-"));
const opened = new Set<Store>();
afterEach(async () => {
  for (const store of opened) await store.close();
  opened.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(directory = mkdtempSync(join(root, "s")), onProblem: (message: string) => void = () => undefined): Store {
  const store = new Store({ directory, onProblem });
  opened.add(store);
  return store;
}

async function close(store: Store): Promise<void> {
  opened.delete(store);
  await store.close();
}

async function crash(store: Store): Promise<void> {
  opened.delete(store);
  await store.abandon();
}

function apply(store: Store, ...units: readonly UnitOfWork[]): void {
  store.apply(units.map(prepareUnit));
}

function numbers(store: Store, queue = "reports", after = 0): unknown[] {
  const { chunks } = store.read(queue, { after, holding: [], maxMessages: 1e6, maxBytes: 1e9, now: Date.now() });
  return chunks.flatMap((chunk) =>
    decodeChunk(chunk, queue, defaultFields()).map((item) => item.envelope?.message.get("extra.number")),
  );
}

/** Opens the tables of a closed store to damage them. */
async function tamper(
  directory: string,
  change: (tables: ReturnType<typeof openEnvironment>["tables"]) => void,
): Promise<void> {
  const { root: environment, tables } = openEnvironment(directory);
  environment.transactionSync(() => change(tables));
  await environment.close();
}

function letter(id: string, more: Partial<DeadLetter> = {}): DeadLetter {
  return { id, time: 5, bot: "dedup", queue: "reports", attempts: 1, error: { name: "Error", message: "no" }, ...more };
}

describe("Store", () => {
  it("is held by one owner: a second opening says by which process and since when", () => {
    const directory = mkdtempSync(join(root, "s"));
    const before = Date.now() - 1;
    open(directory);
    let error: unknown;
    try {
      new Store({ directory });
    } catch (thrown) {
      error = thrown;
    }
    if (!storeHeld.is(error)) throw new Error("it was opened twice");
    expect(error.details).toMatchObject({ directory, pid: process.pid });
    expect(Date.parse(error.details.since)).toBeGreaterThanOrEqual(before - 1000);
  });

  it.each([
    ["a process that is gone", { pid: 2 ** 22 + 7, since: "2031-01-01T00:00:00Z" }],
    [
      "an earlier process with the number of a living one",
      { pid: process.ppid, started: "boot/1", since: "2031-01-01T00:00:00Z" },
    ],
    ["an earlier process with our own number", { pid: process.pid, started: "boot/1", since: "2031-01-01T00:00:00Z" }],
  ])("takes over from %s", async (_, owner) => {
    const directory = mkdtempSync(join(root, "s"));
    await close(open(directory));
    await tamper(directory, ({ meta }) => void meta.putSync(["owner"], Buffer.from(JSON.stringify(owner))));
    expect(() => open(directory)).not.toThrow();
  });

  it.runIf(existsSync("/proc/self/stat"))("takes over from a process that was killed and is still listed", async () => {
    // The shell becomes a process that never asks how its child ended.
    const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    const fieldsOf = () =>
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
    await vi.waitFor(() => expect(fieldsOf()[0]).toBe("Z"), 10_000);
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const owner = { pid, started: `${boot}/${fieldsOf()[19]}`, since: "2031-01-01T00:00:00Z" };
    const directory = mkdtempSync(join(root, "s"));
    await close(open(directory));
    await tamper(directory, ({ meta }) => void meta.putSync(["owner"], Buffer.from(JSON.stringify(owner))));
    expect(() => open(directory)).not.toThrow();
  });

  it("refuses a layout that a later version wrote, and leaves it alone", async () => {
    const directory = mkdtempSync(join(root, "s"));
    await close(open(directory));
    await tamper(directory, ({ meta }) => void meta.putSync(["version"], Buffer.from("99")));
    expect(() => open(directory)).toThrow(expect.objectContaining({ code: storeVersion.code }));
  });

  it("has what was committed after a crash, and gives its place to the next opening", async () => {
    const store = open();
    apply(store, { enqueue: [{ queue: "reports", envelopes: [envelope(1), envelope(2)] }] });
    await crash(store);
    expect(numbers(open(store.directory))).toEqual([1, 2]);
  });

  it("writes nothing of a group when one of its units cannot be written, and goes on", () => {
    const store = open();
    apply(store, { enqueue: [{ queue: "reports", envelopes: [envelope(1)] }], counters: { dedup: { received: 1 } } });
    const [good, bad] = [envelope(2), envelope(3)].map((one) =>
      prepareUnit({ enqueue: [{ queue: "reports", envelopes: [one] }], counters: { dedup: { received: 1 } } }),
    );
    if (good === undefined || bad === undefined) throw new Error("no units");
    const long = { kind: "set", bot: "dedup", key: "k", text: "1", expires: 0 } as const;
    const broken = { ...bad, counters: { ["x".repeat(5000)]: {} }, state: [long] };
    expect(() => store.apply([good, broken])).toThrow(expect.objectContaining({ code: storeWrite.code }));
    store.apply([good]);
    expect(numbers(store)).toEqual([1, 2]);
    expect(store.depth("reports").messages).toBe(2);
    expect(store.counters().get("dedup")?.received).toBe(2);
    expect(store.readState("dedup", 0).entries).toEqual([]);
  });

  it("adds counters up, over openings too", async () => {
    const store = open();
    apply(
      store,
      { counters: { dedup: { received: 2, sent: { _default: 1 } } } },
      { counters: { dedup: { failed: 1, sent: { _default: 2, x: 1 } } } },
    );
    await close(store);
    const total = { received: 2, failed: 1, dropped: 0, sent: { _default: 3, x: 1 } };
    expect(open(store.directory).counters().get("dedup")).toEqual(total);
  });

  it("numbers chunks on after an empty queue was opened again, so that an old position means no new message", async () => {
    const store = open();
    apply(store, { enqueue: [{ queue: "reports", envelopes: [envelope(1)] }] });
    apply(store, { acknowledge: [{ queue: "reports", upTo: { chunk: 1, index: 0 } }] });
    await close(store);
    const again = open(store.directory);
    apply(again, { enqueue: [{ queue: "reports", envelopes: [envelope(2)] }] });
    apply(again, { acknowledge: [{ queue: "reports", upTo: { chunk: 1, index: 9 } }] });
    expect(numbers(again)).toEqual([2]);
  });

  describe("records that are damaged", () => {
    const damages: readonly (readonly [string, TableName, (bytes: Buffer) => Buffer | undefined])[] = [
      ["a changed byte", "chunks", (bytes) => Buffer.from(bytes).fill((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)],
      ["a cut end", "chunks", (bytes) => bytes.subarray(0, bytes.length - 5)],
      ["a record that is too short", "chunks", () => Buffer.from("x")],
      ["a record of another kind", "chunks", () => Buffer.alloc(100)],
      ["a missing record", "chunks", () => undefined],
    ];
    it.each(damages)("are set aside and told, and the rest goes on: %s", async (_, table, damage) => {
      const store = open();
      for (const number of [1, 2, 3]) apply(store, { enqueue: [{ queue: "reports", envelopes: [envelope(number)] }] });
      await close(store);
      await tamper(store.directory, (tables) => {
        const bytes = tables[table].get([1, 2]);
        const damaged = bytes === undefined ? undefined : damage(bytes);
        if (damaged === undefined) tables[table].removeSync([1, 2]);
        else tables[table].putSync([1, 2], damaged);
      });
      const problems: string[] = [];
      const again = open(store.directory, (message) => problems.push(message));
      expect(numbers(again)).toEqual([1, 3]);
      expect(problems).toEqual([expect.stringContaining('record 2 of queue "reports" is damaged')]);
      expect(again.depth("reports").messages).toBe(2);
      expect(again.sizes().setAside).toBe(1);
      expect(numbers(again)).toEqual([1, 3]);
      expect(problems).toHaveLength(1);
      apply(again, { acknowledge: [{ queue: "reports", upTo: { chunk: 3, index: 0 } }] });
      expect(again.depth("reports")).toEqual({ messages: 0, bytes: 0, parked: 0 });
    });

    it("are set aside once when they are parked with a blob, and stay away", async () => {
      const store = open();
      const parked = envelope(1, { blob: { id: "a", bytes: 1 } });
      apply(store, { park: [{ queue: "reports", envelope: parked, dueAt: 1 }] });
      await close(store);
      await tamper(store.directory, (tables) => void tables.parked.putSync([1, 1, 1, 1], Buffer.from("rubbish")));
      const problems: string[] = [];
      const again = open(store.directory, (message) => problems.push(message));
      const options = { after: 0, holding: [], maxMessages: 9, maxBytes: 1e6, now: 10 };
      expect([again.read("reports", options).parked, again.read("reports", options).parked]).toEqual([[], []]);
      await crash(again);
      expect(open(store.directory).depth("reports").parked).toBe(0);
      expect(problems).toHaveLength(1);
    });

    it("are set aside when they are parked, too", async () => {
      const store = open();
      apply(store, {
        park: [
          { queue: "reports", envelope: envelope(1), dueAt: 1 },
          { queue: "reports", envelope: envelope(2), dueAt: 2 },
        ],
      });
      await close(store);
      await tamper(store.directory, ({ parked }) => void parked.putSync([1, 1, 1, 0], Buffer.from("rubbish")));
      const problems: string[] = [];
      const again = open(store.directory, (message) => problems.push(message));
      const { parked } = again.read("reports", { after: 0, holding: [], maxMessages: 9, maxBytes: 1e6, now: 10 });
      expect(parked.map(({ id }) => id)).toEqual(["2"]);
      expect(again.depth("reports").parked).toBe(1);
      expect(problems).toHaveLength(1);
    });
  });

  describe("blobs", () => {
    const blob = (store: Store, id: string) => {
      mkdirSync(join(store.directory, "blobs"), { recursive: true });
      writeFileSync(join(store.directory, "blobs", id), "body");
      return { blob: { id, bytes: 4 } };
    };
    const files = (store: Store): string[] => readdirSync(join(store.directory, "blobs")).sort();

    it("stay as long as a queue, a parked message or a dead letter refers to them", () => {
      const store = open();
      const report = envelope(1, blob(store, "a"));
      apply(store, {
        enqueue: [
          { queue: "x", envelopes: [report] },
          { queue: "y", envelopes: [report] },
        ],
      });
      apply(store, { acknowledge: [{ queue: "x", upTo: { chunk: 1, index: 0 } }], releaseBlobs: ["a"] });
      expect(files(store)).toEqual(["a"]);
      apply(store, {
        acknowledge: [{ queue: "y", upTo: { chunk: 1, index: 0 } }],
        park: [{ queue: "y", envelope: report, dueAt: 1 }],
      });
      expect(files(store)).toEqual(["a"]);
      apply(store, { unpark: [{ queue: "y", id: "1" }], deadLetters: [letter("1", { envelope: report })] });
      expect(files(store)).toEqual(["a"]);
      store.apply([{ ...prepareUnit({ enqueue: [{ queue: "x", envelopes: [report] }] }), dropLetters: ["1"] }]);
      expect(files(store)).toEqual(["a"]);
      apply(store, { acknowledge: [{ queue: "x", upTo: { chunk: 2, index: 0 } }] });
      expect(files(store)).toEqual([]);
    });

    it("go when their message in the middle of a chunk is done, not earlier", () => {
      const store = open();
      const envelopes = [envelope(1), envelope(2, blob(store, "a")), envelope(3, blob(store, "b"))];
      apply(store, { enqueue: [{ queue: "reports", envelopes }] });
      apply(store, { acknowledge: [{ queue: "reports", upTo: { chunk: 1, index: 0 } }] });
      expect(files(store)).toEqual(["a", "b"]);
      apply(store, { acknowledge: [{ queue: "reports", upTo: { chunk: 1, index: 1 } }] });
      expect(files(store)).toEqual(["b"]);
    });

    it("go with a queue that is purged and a letter that loses its body", () => {
      const store = open();
      apply(store, {
        enqueue: [{ queue: "reports", envelopes: [envelope(1, blob(store, "a"))] }],
        deadLetters: [letter("1", { envelope: envelope(2, blob(store, "b")) })],
      });
      store.purge("reports");
      expect(files(store)).toEqual(["b"]);
      apply(store, { deadLetters: [letter("1", { envelope: envelope(2) })] });
      expect(files(store)).toEqual([]);
    });

    it("that nobody refers to are removed at the next opening, the others counted anew", async () => {
      const store = open();
      const [a, b, c] = ["a", "b", "c"].map((id, index) => envelope(index, blob(store, id)));
      if (a === undefined || b === undefined || c === undefined) throw new Error("no envelopes");
      blob(store, "orphan");
      blob(store, "half-written.tmp");
      apply(store, {
        enqueue: [{ queue: "reports", envelopes: [a, b] }],
        park: [{ queue: "reports", envelope: b, dueAt: 5 }],
        deadLetters: [letter("1", { envelope: c })],
      });
      apply(store, { acknowledge: [{ queue: "reports", upTo: { chunk: 1, index: 0 } }] });
      await crash(store);
      const again = open(store.directory);
      expect(files(again)).toEqual(["b", "c"]);
      apply(again, { acknowledge: [{ queue: "reports", upTo: { chunk: 1, index: 1 } }] });
      expect(files(again)).toEqual(["b", "c"]);
      apply(again, { unpark: [{ queue: "reports", id: "1" }] });
      expect(files(again)).toEqual(["c"]);
    });

    it("never reach outside of their directory", () => {
      const store = open();
      writeFileSync(join(store.directory, "precious"), "x");
      apply(store, { releaseBlobs: ["../precious", "..", ""] });
      expect(existsSync(join(store.directory, "precious"))).toBe(true);
    });
  });

  describe("state", () => {
    const day = 86_400_000;

    it("is read back as it was written, long keys too, and only that of the bot", async () => {
      const store = open();
      const long = "k".repeat(3000);
      apply(store, {
        state: [
          { kind: "set", bot: "dedup", key: "a", value: 1, expires: 0 },
          { kind: "set", bot: "dedup", key: long, value: "x", expires: 0 },
          { kind: "set", bot: "dedup", key: `${long}2`, value: "y", expires: 0 },
          { kind: "set", bot: "dedup", key: "", value: null, expires: 0 },
          { kind: "set", bot: "dedup2", key: "a", value: 2, expires: 0 },
          { kind: "set", bot: "dedup", key: "gone", value: 3, expires: 0 },
          { kind: "delete", bot: "dedup", key: "gone" },
        ],
      });
      await crash(store);
      const texts = open(store.directory)
        .readState("dedup", 0)
        .entries.map(([text]) => text);
      expect(texts.toSorted()).toEqual(['["", null]', '["a", 1]', `["${long}", "x"]`, `["${long}2", "y"]`].toSorted());
    });

    it("drops what is expired when it is read", () => {
      const store = open();
      apply(store, {
        state: [
          { kind: "set", bot: "dedup", key: "old", value: 1, expires: day },
          { kind: "set", bot: "dedup", key: "new", value: 2, expires: 3 * day },
          { kind: "seen", bot: "dedup", packed: packed(1, day / 1000), at: 0 },
        ],
      });
      expect(store.readState("dedup", 2 * day)).toEqual({ entries: [['["new", 2]', 3 * day]], digests: 0 });
      expect(store.readState("dedup", 0).entries).toHaveLength(1);
      expect(numbersSeen(store, 2 * day)).toEqual([]);
    });

    it("joins short runs of digests when they are written and loses none", async () => {
      const store = open();
      const units = Array.from({ length: 700 }, (_, number) =>
        seen([packed(number, number % 2 === 0 ? never : 4_000_000_000)]),
      );
      for (let at = 0; at < units.length; at += 7) apply(store, ...units.slice(at, at + 7));
      await crash(store);
      const again = open(store.directory);
      expect(again.readState("dedup", 0).digests).toBe(700);
      expect(numbersSeen(again)).toEqual(units.map((_, number) => number));
      await close(again);
      expect(await countRecords(store.directory)).toBe(2);
    });

    it("seals digests in files, gives them piece by piece and goes on", async () => {
      const store = open();
      const perUnit = 600;
      const units = 400;
      for (let unit = 0; unit < units; unit++) apply(store, seen(many(unit * perUnit, perUnit)));
      expect(filesOf(store)).toHaveLength(3);
      expect(store.sizes().seenBytes).toBeGreaterThan(3 << 20);
      await crash(store);
      const again = open(store.directory);
      apply(again, seen([packed(units * perUnit, never)]));
      const pieces = piecesOf(again);
      expect(pieces).toHaveLength(4);
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1.1 * 2 ** 20);
      expect(firsts(pieces)).toEqual(Array.from({ length: units * perUnit + 1 }, (_, number) => number));
    });

    it("keeps the disk bounded by what is alive while units come", async () => {
      const store = open();
      let files = 0;
      for (let second = 0; second < 1000; second++) {
        apply(store, seen(many(second * 600, 600, second + 200), second));
        files = Math.max(files, filesOf(store).length);
      }
      expect(files).toBeLessThan(5);
      expect(filesOf(store).length).toBeGreaterThan(0);
      const numbers = numbersSeen(store, 999_000);
      expect(numbers.at(-1)).toBe(599_999);
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 600_000 - numbers.length + index));
      expect(numbers.length).toBeGreaterThanOrEqual(199 * 600);
      await close(store);
      expect(await countRecords(store.directory)).toBeLessThan(120);
    });

    it("drops short runs, too, when they are expired", async () => {
      const store = open();
      for (let second = 0; second < 300; second++) apply(store, seen([packed(second, second + 10)], second));
      expect(numbersSeen(store, 299_000).at(-1)).toBe(299);
      apply(store, seen([packed(1000, 1010)], 1000));
      expect(numbersSeen(store, 0)).toEqual([1000]);
      await close(store);
      expect(await countRecords(store.directory)).toBe(1);
    });

    it("removes files that a crash left, tells one that is missing and goes on", async () => {
      const problems: string[] = [];
      const store = open();
      for (let unit = 0; unit < 300; unit++) apply(store, seen(many(unit * 600, 600)));
      const files = filesOf(store);
      expect(files).toHaveLength(2);
      await crash(store);
      writeFileSync(join(store.directory, "seen", "left.7"), "x");
      rmSync(join(store.directory, "seen", String(files.find((name) => name.endsWith(".1")))));
      const again = open(store.directory, (message) => void problems.push(message));
      expect(filesOf(again)).toHaveLength(1);
      const numbers = numbersSeen(again);
      expect(numbers.length).toBeGreaterThan(110_000);
      expect(numbers.at(-1)).toBe(179_999);
      expect(problems).toEqual([expect.stringContaining('the file of digests 0 of bot "dedup" is damaged')]);
    });

    it("keeps digests in records when no file can be written", () => {
      const store = open();
      writeFileSync(join(store.directory, "seen"), "in the way");
      for (let unit = 0; unit < 300; unit++) apply(store, seen(many(unit * 600, 600)));
      expect(numbersSeen(store)).toHaveLength(180_000);
      rmSync(join(store.directory, "seen"));
      for (let unit = 300; unit < 400; unit++) apply(store, seen(many(unit * 600, 600)));
      expect(filesOf(store)).toHaveLength(1);
      expect(numbersSeen(store)).toHaveLength(240_000);
    });

    it("forgets the digests of the layout before, and keeps the rest", async () => {
      const store = open();
      apply(store, { enqueue: [{ queue: "reports", envelopes: [envelope(1)] }] });
      await close(store);
      await tamper(store.directory, ({ meta, seen }) => {
        meta.putSync(["version"], Buffer.from("1"));
        seen.putSync(["dedup", 1], Buffer.concat([Buffer.alloc(4, 255), packed(1, never)]));
      });
      const again = open(store.directory);
      expect(numbers(again)).toEqual([1]);
      expect(numbersSeen(again)).toEqual([]);
    });
  });
});

const never = 0xffffffff;

function seen(entries: readonly Uint8Array[], at = 0): UnitOfWork {
  return { state: [{ kind: "seen", bot: "dedup", packed: Buffer.concat(entries), at }] };
}

function many(from: number, count: number, expires = never): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => packed(from + index, expires));
}

/** What a store has of the digests of `dedup`, as it is handed over. */
function piecesOf(store: Store, now = 0): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const piece: ReturnType<Store["readSeen"]> = store.readSeen("dedup", from, now);
    pieces.push(piece.packed);
    from = piece.next;
  }
  return pieces;
}

function numbersSeen(store: Store, now = 0): number[] {
  return firsts(piecesOf(store, now));
}

function filesOf(store: Store): string[] {
  const folder = join(store.directory, "seen");
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function countRecords(directory: string): Promise<number> {
  let count = 0;
  await tamper(directory, ({ seen: table }) => {
    count = keysOf(table, ["dedup"]).length;
  });
  return count;
}

function packed(number: number, expires: number): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(number, 0);
  bytes.writeUInt32BE(expires, 12);
  return bytes;
}

function firsts(runs: readonly Uint8Array[]): number[] {
  const numbers: number[] = [];
  for (const run of runs) {
    const view = new DataView(run.buffer, run.byteOffset, run.byteLength);
    for (let at = 0; at < run.length; at += 16) numbers.push(view.getUint32(at));
  }
  return numbers.sort((a, b) => a - b);
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { defaultFields } from "../../testing/default-fields.ts";
import { envelope, numbersOf } from "../broker-suite.ts";
import { storeClosed, storeHeld, storeWrite } from "../errors.ts";
import { openStore, serveStore } from "./open-store.ts";
import { Store } from "./store.ts";
import { type AdministeredBroker, connectStore } from "./store-client.ts";

const root = mkdtempSync(join(tmpdir(), "weir-store-server-"));
const all = { maxMessages: 1000, maxBytes: 1 << 20 };
const megabyte = 1 << 20;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Served {
  readonly store: Store;
  readonly problems: string[];
  client(): AdministeredBroker;
  /** Free bytes that the store sees. */
  setRoom(bytes: number): void;
}

function serve(reserveBytes = 64 * megabyte): Served {
  const store = new Store({ directory: mkdtempSync(join(root, "s")) });
  let room = 200 * megabyte; // few enough for the store to look often
  const { server, connect } = serveStore({ store, reserveBytes, room: () => room });
  const problems: string[] = [];
  closing.push(() => server.close());
  return {
    store,
    problems,
    client: () => connectStore(connect(), defaultFields(), (message) => problems.push(message)),
    setRoom: (bytes) => {
      room = bytes;
    },
  };
}

describe("StoreServer", () => {
  it("puts the units that wait into one transaction and keeps the order of each client", async () => {
    const { store, client } = serve();
    const [a, b] = [client(), client()];
    let transactions = 0;
    const apply = store.apply.bind(store);
    store.apply = (units) => {
      transactions += 1;
      apply(units);
    };
    const commits = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? a : b).commit({
        enqueue: [{ queue: index % 2 === 0 ? "a" : "b", envelopes: [envelope(index)] }],
      }),
    );
    await Promise.all(commits);
    expect(numbersOf(await a.receive("a", all))).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(numbersOf(await a.receive("b", all))).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    expect(transactions).toBeLessThan(10);
  });

  it("refuses what a client gave before it knew that a unit of it failed, and serves other clients", async () => {
    const { client } = serve();
    const [worker, other] = [client(), client()];
    await worker.commit({ enqueue: [{ queue: "q", envelopes: [envelope(1), envelope(2)] }] });
    const received = await worker.receive("q", all);
    const [first, second] = received.map(({ position }) => ({ acknowledge: [{ queue: "q", upTo: position }] }));
    const bad = worker.commit({ ...first, counters: { ["x".repeat(5000)]: { received: 1 } } });
    const behind = worker.commit({ ...second });
    const foreign = other.commit({ enqueue: [{ queue: "q", envelopes: [envelope(3)] }] });
    await expect(bad).rejects.toSatisfy((error: unknown) => storeWrite.is(error));
    await expect(behind).rejects.toSatisfy((error: unknown) => storeClosed.is(error));
    await foreign;
    await worker.release("q");
    expect(numbersOf(await worker.receive("q", all))).toEqual([1, 2, 3]);
    await worker.commit({ ...first });
    expect((await worker.depths()).get("q")?.messages).toBe(2);
  });

  it("counts every queue as full while space is low, says so once, and goes on when there is space", async () => {
    const { client, problems, setRoom } = serve();
    const broker = client();
    await broker.commit({ enqueue: [{ queue: "q", envelopes: [envelope(1)] }] });
    setRoom(40 * megabyte);
    await waitFor(
      () => broker.isFull("any"),
      () => broker.commit({ counters: { b: { received: 1 } } }),
    );
    await broker.commit({ enqueue: [{ queue: "q", envelopes: [envelope(2)] }] }); // what is under way ends
    const writable = broker.whenWritable("any", new AbortController().signal);
    setRoom(200 * megabyte);
    await writable;
    expect(broker.isFull("any")).toBe(false);
    await broker.depths(); // behind the notices
    expect(problems).toEqual([expect.stringContaining("nearly full (40 MiB"), expect.stringContaining("space again")]);
  });

  it("holds back what needs space when there is none, lets acknowledgements of others through, and loses nothing", async () => {
    const { client, setRoom } = serve();
    const [producer, output] = [client(), client()];
    await producer.commit({ enqueue: [{ queue: "q", envelopes: [envelope(1), envelope(2)] }] });
    setRoom(megabyte);
    await waitFor(
      () => producer.isFull("q"),
      () => output.commit({ counters: { b: { received: 1 } } }),
    );
    let stored = false;
    const enqueue = producer.commit({ enqueue: [{ queue: "q", envelopes: [envelope(3)] }] }).then(() => {
      stored = true;
    });
    const behind = producer.commit({ counters: { c: { received: 1 } } });
    const received = await output.receive("q", all);
    await output.commit({ acknowledge: received.slice(-1).map(({ position }) => ({ queue: "q", upTo: position })) });
    expect(stored).toBe(false);
    expect((await output.depths()).get("q")?.messages).toBe(0);
    expect((await output.counters()).has("c")).toBe(false);
    setRoom(200 * megabyte);
    await Promise.all([enqueue, behind]);
    expect(numbersOf(await output.receive("q", all))).toEqual([3]);
  });

  it("tries again what the disk refuses, tells it, and loses nothing", async () => {
    const { store, client, problems } = serve();
    const broker = client();
    const apply = store.apply.bind(store);
    let refusals = 2;
    store.apply = (units) => {
      refusals -= 1;
      if (refusals >= 0) throw storeWrite({ directory: store.directory, reason: "No space left on device" });
      apply(units);
    };
    const commits = [1, 2].map((number) => broker.commit({ enqueue: [{ queue: "q", envelopes: [envelope(number)] }] }));
    await Promise.all(commits);
    expect(numbersOf(await broker.receive("q", all))).toEqual([1, 2]);
    expect(problems).toEqual([expect.stringContaining("No space left"), expect.stringContaining("written again")]);
  });

  it("tells producers of several clients when a queue is full and when there is room again", async () => {
    const { client } = serve();
    const [a, b] = [client(), client()];
    a.limit("q", { maxMessages: 10, maxBytes: 1e9 });
    await a.commit({ enqueue: [{ queue: "q", envelopes: Array.from({ length: 12 }, (_, index) => envelope(index)) }] });
    await b.depths();
    expect([a.isFull("q"), b.isFull("q")]).toEqual([true, true]);
    const both = Promise.all([a, b].map((broker) => broker.whenWritable("q", new AbortController().signal)));
    const received = await b.receive("q", { ...all, maxMessages: 5 });
    await b.commit({ acknowledge: received.slice(-1).map(({ position }) => ({ queue: "q", upTo: position })) });
    await both;
    expect([a.isFull("q"), b.isFull("q")]).toEqual([false, false]);
  });

  it("counts what is on its way: a producer sees the queue full before the store has written it", () => {
    const { client } = serve();
    const broker = client();
    broker.limit("q", { maxMessages: 3, maxBytes: 1e9 });
    closing.unshift(() => committed);
    const committed = broker.commit({ enqueue: [{ queue: "q", envelopes: [envelope(1), envelope(2), envelope(3)] }] });
    expect(broker.isFull("q")).toBe(true);
  });

  it("wakes a reader at the time when a parked message is due, and again for the next one", async () => {
    const { client } = serve();
    const broker = client();
    const now = Date.now();
    let wakes = 0;
    broker.watch("q", () => {
      wakes += 1;
    });
    await broker.commit({
      park: [40, 120].map((pause) => ({ queue: "q", envelope: envelope(pause), dueAt: now + pause })),
    });
    expect(await broker.receive("q", all)).toEqual([]);
    await waitFor(() => wakes >= 1);
    expect(Date.now() - now).toBeGreaterThanOrEqual(38);
    expect(numbersOf(await broker.receive("q", all))).toEqual([40]);
    await waitFor(() => wakes >= 2);
    expect(numbersOf(await broker.receive("q", all))).toEqual([120]);
  });

  it.each([1, 2, 3, 4, 5])("wakes a reader whose message becomes due while it looks (%d)", async (early) => {
    const { client } = serve();
    const broker = client();
    let wakes = 0;
    broker.watch("q", () => {
      wakes += 1;
    });
    expect(await broker.receive("q", all)).toEqual([]);
    const dueAt = Date.now() + 20;
    let time = dueAt - 10 - early;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => (time < dueAt ? time++ : time)); // each look takes a while
    closing.unshift(async () => clock.mockRestore());
    await broker.commit({ park: [{ queue: "q", envelope: envelope(1), dueAt }] });
    await vi.waitFor(() => expect(wakes).toBeGreaterThan(0));
    expect(numbersOf(await broker.receive("q", all))).toEqual([1]);
  });

  it("writes what waits before it closes, and refuses what comes later", async () => {
    const { store, client } = serve();
    const [broker, other] = [client(), client()];
    const commit = broker.commit({ enqueue: [{ queue: "q", envelopes: [envelope(1)] }] });
    await broker.close();
    await commit;
    await expect(other.depths()).rejects.toSatisfy((error: unknown) => storeClosed.is(error));
    await expect(broker.depths()).rejects.toSatisfy((error: unknown) => storeClosed.is(error));
    const again = new Store({ directory: store.directory });
    expect(again.depth("q").messages).toBe(1);
    await again.close();
  });
});

describe("openStore", () => {
  it.each([false, true])(
    "says who holds the store (thread: %s), with code and details across threads",
    async (thread) => {
      const directory = mkdtempSync(join(root, "s"));
      const { broker } = await openStore({ directory, fields: defaultFields(), thread: false });
      const held = { pid: process.pid, since: "2031-01-01T00:00:00Z" };
      const second = openStore({ directory, fields: defaultFields(), thread });
      if (thread) {
        // In another thread of this process the store cannot know whether this one still has it: a stale record is assumed.
        await (await second).broker.close();
      } else {
        await expect(second).rejects.toSatisfy(
          (error: unknown) => storeHeld.is(error) && error.details.pid === held.pid,
        );
      }
      await broker.close();
    },
  );
});

/** Waits until something is so; `meanwhile` is done again and again. */
async function waitFor(
  condition: () => boolean,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  const end = Date.now() + 8000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("it did not become so");
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

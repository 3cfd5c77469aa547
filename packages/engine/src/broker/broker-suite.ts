/**
 * What every broker has to do; each driver's test runs it.
 *
 *     brokerSuite("memory", { open: async () => ({ broker: new MemoryBroker() }) });
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { numberedEvent } from "../testing/numbered-event.ts";
import type { Broker, Envelope, Position, ReceivedMessage } from "./broker.ts";

export interface SuiteDriver {
  open(): Promise<Broker>;
  /** Closes the broker and opens it again on the same data; absent where nothing is kept. */
  reopen?(broker: Broker): Promise<Broker>;
  close(broker: Broker): Promise<void>;
}

const all = { maxMessages: 1000, maxBytes: 1 << 20 };

export function envelope(number: number, more: Partial<Envelope> = {}): Envelope {
  return { id: `m/${number}`, message: numberedEvent(number), ...more };
}

function envelopes(from: number, to: number): readonly Envelope[] {
  return Array.from({ length: to - from + 1 }, (_, index) => envelope(from + index));
}

/** Numbers of the events that were received. */
export function numbersOf(received: readonly ReceivedMessage[]): readonly unknown[] {
  return received.map(({ envelope: found }) => found?.message.get("extra.number"));
}

function last(received: readonly ReceivedMessage[]): Position {
  const message = received.at(-1);
  if (message === undefined) throw new Error("nothing was received");
  return message.position;
}

export function brokerSuite(name: string, driver: SuiteDriver): void {
  describe(`the broker contract, ${name}`, () => {
    let opened: Broker | undefined;
    const open = async (): Promise<Broker> => {
      opened = await driver.open();
      return opened;
    };
    afterEach(async () => {
      if (opened !== undefined) await driver.close(opened);
      opened = undefined;
    });

    it("hands out messages in order, with ids, attempts and blobs, and each once", async () => {
      const broker = await open();
      const blob = { id: "b1", bytes: 7 };
      await broker.commit({
        enqueue: [{ queue: "expert-queue", envelopes: [envelope(1), envelope(2, { attempts: 2, blob })] }],
      });
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: [envelope(3)] }] });
      const received = await broker.receive("expert-queue", all);
      expect(numbersOf(received)).toEqual([1, 2, 3]);
      expect(received.map((item) => item.envelope?.id)).toEqual(["m/1", "m/2", "m/3"]);
      expect(received.map((item) => item.envelope?.attempts)).toEqual([undefined, 2, undefined]);
      expect(received[1]?.envelope?.blob).toEqual(blob);
      expect(await broker.receive("expert-queue", all)).toEqual([]);
    });

    it("keeps queues apart and knows nothing of one that was never used", async () => {
      const broker = await open();
      await broker.commit({
        enqueue: [
          { queue: "first-queue", envelopes: [envelope(1)] },
          { queue: "second-queue", envelopes: [envelope(2)] },
        ],
      });
      expect(await broker.receive("never", all)).toEqual([]);
      expect(numbersOf(await broker.receive("second-queue", all))).toEqual([2]);
      expect(numbersOf(await broker.receive("first-queue", all))).toEqual([1]);
    });

    it("gives no more messages at once than asked for", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 10) }] });
      expect(numbersOf(await broker.receive("expert-queue", { ...all, maxMessages: 4 }))).toEqual([1, 2, 3, 4]);
      expect(numbersOf(await broker.receive("expert-queue", { ...all, maxMessages: 4 }))).toEqual([5, 6, 7, 8]);
      expect(numbersOf(await broker.receive("expert-queue", { ...all, maxMessages: 4 }))).toEqual([9, 10]);
    });

    it("gives released messages again, but not those that are acknowledged", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 6) }] });
      const first = await broker.receive("expert-queue", { ...all, maxMessages: 4 });
      await broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: last(first.slice(0, 2)) }] });
      await broker.release("expert-queue");
      expect(numbersOf(await broker.receive("expert-queue", all))).toEqual([3, 4, 5, 6]);
    });

    it("does not give again what a commit on its way acknowledges", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 3) }] });
      const received = await broker.receive("expert-queue", all);
      const committed = broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: last(received) }] });
      const released = broker.release("expert-queue");
      expect(await broker.receive("expert-queue", all)).toEqual([]);
      await Promise.all([committed, released]);
    });

    it("acknowledges and enqueues in one unit, and units in their order", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "in", envelopes: envelopes(1, 3) }] });
      const received = await broker.receive("in", all);
      const units = received.map((item, index) =>
        broker.commit({
          acknowledge: [{ queue: "in", upTo: item.position }],
          enqueue: [{ queue: "out", envelopes: [envelope(10 + index)] }],
        }),
      );
      await Promise.all(units);
      await broker.release("in");
      expect(await broker.receive("in", all)).toEqual([]);
      expect(numbersOf(await broker.receive("out", all))).toEqual([10, 11, 12]);
    });

    it("takes an acknowledgement that comes twice as one", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 3) }] });
      const received = await broker.receive("expert-queue", { ...all, maxMessages: 2 });
      await broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: last(received) }] });
      await broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: last(received.slice(0, 1)) }] });
      expect((await broker.depths()).get("expert-queue")?.messages).toBe(1);
      await broker.release("expert-queue");
      expect(numbersOf(await broker.receive("expert-queue", all))).toEqual([3]);
    });

    it("gives the progress of a report back until it is acknowledged", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 2) }] });
      const [first] = await broker.receive("expert-queue", all);
      if (first === undefined) throw new Error("nothing was received");
      const mark = { offset: 10, record: 2, reader: { header: ["a"] } };
      await broker.commit({
        progress: [{ queue: "expert-queue", position: first.position, mark: { offset: 1, record: 1 } }],
      });
      await broker.commit({ progress: [{ queue: "expert-queue", position: first.position, mark }] });
      await broker.release("expert-queue");
      const again = await broker.receive("expert-queue", all);
      expect(again.map(({ progress }) => progress)).toEqual([mark, undefined]);
      await broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: first.position }] });
      await broker.release("expert-queue");
      expect((await broker.receive("expert-queue", all)).map(({ progress }) => progress)).toEqual([undefined]);
    });

    it("hands out a parked message when it is due, until it is unparked", async () => {
      const broker = await open();
      const now = Date.now();
      await broker.commit({
        park: [
          { queue: "expert-queue", envelope: envelope(2, { attempts: 1 }), dueAt: now - 1 },
          { queue: "expert-queue", envelope: envelope(3), dueAt: now + 3_600_000 },
          { queue: "expert-queue", envelope: envelope(1), dueAt: now - 2 },
        ],
      });
      const received = await broker.receive("expert-queue", all);
      expect(numbersOf(received).toSorted()).toEqual([1, 2]);
      expect(received.every(({ parkedId }) => parkedId !== undefined)).toBe(true);
      expect(await broker.receive("expert-queue", all)).toEqual([]);
      expect((await broker.depths()).get("expert-queue")).toMatchObject({ messages: 0, parked: 3 });
      await broker.commit({
        unpark: received.slice(0, 1).map(({ parkedId = "" }) => ({ queue: "expert-queue", id: parkedId })),
      });
      await broker.release("expert-queue");
      expect(numbersOf(await broker.receive("expert-queue", all))).toEqual(numbersOf(received.slice(1)));
    });

    it("hands out a parked message once while the unit that did it is on its way", async () => {
      const broker = await open();
      const queue = "expert-queue";
      await broker.commit({ enqueue: [{ queue, envelopes: [envelope(1)] }] });
      const [first] = await broker.receive(queue, all);
      if (first === undefined) throw new Error("nothing was received");
      await broker.commit({
        acknowledge: [{ queue, upTo: first.position }],
        park: [{ queue, envelope: envelope(1, { attempts: 1 }), dueAt: Date.now() }],
      });
      const [parked] = await broker.receive(queue, all);
      const committed = broker.commit({ unpark: [{ queue, id: parked?.parkedId ?? "" }] });
      expect(await broker.receive(queue, all)).toEqual([]);
      await committed;
      expect(await broker.receive(queue, all)).toEqual([]);
      await broker.commit({ park: [{ queue, envelope: envelope(2), dueAt: Date.now() }] });
      expect(numbersOf(await broker.receive(queue, all))).toEqual([2]);
    });

    it("wakes the reader for a parked message that is due before it is stored", async () => {
      const broker = await open();
      let wakes = 0;
      broker.watch("expert-queue", () => {
        wakes += 1;
      });
      expect(await broker.receive("expert-queue", all)).toEqual([]);
      for (const number of [1, 2]) {
        const before = wakes;
        const dueAt = Date.now() - 5;
        await broker.commit({ park: [{ queue: "expert-queue", envelope: envelope(number), dueAt }] });
        await vi.waitFor(() => expect(wakes).toBeGreaterThan(before));
        expect(numbersOf(await broker.receive("expert-queue", all))).toEqual([number]);
      }
    });

    it("wakes the reader for a new message, one that is due again, and what was put back", async () => {
      const broker = await open();
      let wake: () => void = () => undefined;
      const woken = (): Promise<void> =>
        new Promise((resolve) => {
          wake = resolve;
        });
      const unwatch = broker.watch("expert-queue", () => wake());
      let next = woken();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: [envelope(1)] }] });
      await next;
      next = woken();
      await broker.release("expert-queue");
      await next;
      next = woken();
      await broker.commit({ park: [{ queue: "expert-queue", envelope: envelope(2), dueAt: Date.now() + 30 }] });
      await next;
      expect(numbersOf(await broker.receive("expert-queue", all)).toSorted()).toEqual([1, 2]);
      unwatch();
    });

    it("is full from the high-water mark on, and says when there is room", async () => {
      const broker = await open();
      broker.limit("expert-queue", { maxMessages: 10, maxBytes: 1 << 30 });
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 9) }] });
      expect(broker.isFull("expert-queue")).toBe(false);
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: [envelope(10)] }] });
      expect(broker.isFull("expert-queue")).toBe(true);
      const signal = new AbortController();
      const writable = broker.whenWritable("expert-queue", signal.signal).then(() => "writable");
      const received = await broker.receive("expert-queue", all);
      await broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: last(received) }] });
      expect(await writable).toBe("writable");
      expect(broker.isFull("expert-queue")).toBe(false);
    });

    it("lets a producer that has to end stop waiting for room", async () => {
      const broker = await open();
      broker.limit("expert-queue", { maxMessages: 1, maxBytes: 1 << 30 });
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 2) }] });
      const controller = new AbortController();
      const writable = broker.whenWritable("expert-queue", controller.signal).then(() => "ended");
      controller.abort();
      expect(await writable).toBe("ended");
      expect(broker.isFull("expert-queue")).toBe(true);
    });

    it("says how deep queues are and since when the oldest message waits", async () => {
      const broker = await open();
      const before = Date.now();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 5) }] });
      const depth = (await broker.depths()).get("expert-queue");
      expect(depth?.messages).toBe(5);
      expect(depth?.oldest).toBeGreaterThanOrEqual(before);
      const received = await broker.receive("expert-queue", all);
      await broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: last(received.slice(0, 3)) }] });
      expect((await broker.depths()).get("expert-queue")?.messages).toBe(2);
    });

    it("shows the oldest messages without receiving them", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 3) }] });
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: envelopes(4, 6) }] });
      expect(numbersOf(await broker.peek("expert-queue", { count: 2 }))).toEqual([1, 2]);
      expect(numbersOf(await broker.peek("expert-queue", { count: 3, offset: 2 }))).toEqual([3, 4, 5]);
      expect(numbersOf(await broker.receive("expert-queue", all))).toEqual([1, 2, 3, 4, 5, 6]);
      expect(numbersOf(await broker.peek("expert-queue", { count: 1 }))).toEqual([1]);
    });

    it("removes everything of a queue that is purged, and takes new messages afterwards", async () => {
      const broker = await open();
      await broker.commit({
        enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 3) }],
        park: [{ queue: "expert-queue", envelope: envelope(4), dueAt: Date.now() + 3_600_000 }],
      });
      expect(await broker.purge("expert-queue")).toBe(4);
      expect(await broker.receive("expert-queue", all)).toEqual([]);
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: [envelope(5)] }] });
      expect(numbersOf(await broker.receive("expert-queue", all))).toEqual([5]);
      expect((await broker.depths()).get("expert-queue")).toMatchObject({ messages: 1, parked: 0 });
    });

    it("hands out a message that was changed by its reader as it was, when it is given again", async () => {
      const broker = await open();
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: [envelope(1)] }] });
      const [received] = await broker.receive("expert-queue", all);
      received?.envelope?.message.set("extra.number", 99);
      await broker.release("expert-queue");
      expect(numbersOf(await broker.receive("expert-queue", all))).toEqual([1]);
    });

    it("does not see what the sender changes in a message after the commit", async () => {
      const broker = await open();
      const sent = envelope(1);
      await broker.commit({ enqueue: [{ queue: "expert-queue", envelopes: [sent] }] });
      sent.message.set("extra.number", 99);
      expect(numbersOf(await broker.receive("expert-queue", all))).toEqual([1]);
    });

    const { reopen } = driver;
    it.skipIf(reopen === undefined)("has everything that was committed after it is opened again", async () => {
      const broker = await open();
      await broker.commit({
        enqueue: [{ queue: "expert-queue", envelopes: envelopes(1, 1500) }],
        park: [{ queue: "expert-queue", envelope: envelope(2000), dueAt: 1 }],
      });
      const [first] = await broker.receive("expert-queue", { ...all, maxMessages: 2 });
      const received = await broker.receive("expert-queue", { ...all, maxMessages: 3 });
      expect(first?.parkedId).toBeDefined();
      await broker.commit({ acknowledge: [{ queue: "expert-queue", upTo: last(received) }] });
      opened = await reopen?.(broker);
      const again = await opened?.receive("expert-queue", { maxMessages: 2000, maxBytes: 1 << 24 });
      expect(numbersOf(again ?? []).slice(0, 3)).toEqual([2000, 5, 6]);
      expect((await opened?.depths())?.get("expert-queue")).toMatchObject({ messages: 1496, parked: 1 });
    });
  });
}

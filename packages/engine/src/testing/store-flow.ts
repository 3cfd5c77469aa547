/** A flow over an embedded store of its own, for tests of what bots do with queues. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent, createReport, type Message } from "@weir/format";
import { onTestFinished, vi } from "vitest";
import { z } from "zod";
import type { Envelope, ReceivedMessage } from "../broker/broker.ts";
import { openStore } from "../broker/embedded/open-store.ts";
import { type AdministeredBroker, connectStore } from "../broker/embedded/store-client.ts";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { Clock } from "../definition/context.ts";
import { type BlobWriter, openBlobStore } from "../report/blob-store.ts";
import { type OpenedFlow, openFlow, testFields } from "./open-flow.ts";

/** What every definition of a test says of itself. */
export const described = { name: "Test", summary: "For a test.", params: z.object({}) };

/** Parameters of a bot that gives up at once. */
export const once = { error_max_retries: 0 };

export interface StoreFlow extends OpenedFlow {
  /** What the flow uses; its `commit` may be spied on. */
  readonly broker: AdministeredBroker;
  readonly blobs: BlobWriter;
  /** Another flow over the same store, as after a restart. */
  again(): OpenedFlow;
  /** Puts envelopes into a queue, in one unit. */
  put(queue: string, ...envelopes: readonly Envelope[]): Promise<void>;
  /** What waits in a queue, oldest first. */
  waiting(queue: string): Promise<readonly ReceivedMessage[]>;
  /** Resolves when nothing waits in the queue: not acknowledged, not parked. */
  emptied(queue: string): Promise<void>;
  /** Messages that the queue keeps for another try. */
  parked(queue: string): Promise<number>;
  /** All dead letters with their messages, oldest first. */
  letters(): Promise<readonly DeadLetter[]>;
}

/** Opens it; it is closed and removed when the test is over. */
export async function openStoreFlow(options: { readonly clock?: Clock } = {}): Promise<StoreFlow> {
  const directory = mkdtempSync(join(tmpdir(), "flow-"));
  const store = await openStore({ directory, fields: testFields, thread: false });
  onTestFinished(async () => {
    await store.broker.close();
    rmSync(directory, { recursive: true });
  });
  const broker = connectStore(store.connect(), testFields);
  const depth = async (queue: string) => (await store.broker.depths()).get(queue);
  return {
    ...openFlow(broker, directory, options),
    broker,
    blobs: openBlobStore(join(directory, "blobs")),
    again: () => openFlow(connectStore(store.connect(), testFields), directory, options),
    put: (queue, ...envelopes) => store.broker.commit({ enqueue: [{ queue, envelopes }] }),
    waiting: (queue) => store.broker.peek(queue, { count: 10_000 }),
    emptied: (queue) =>
      vi.waitFor(
        async () => {
          const { messages = 0, parked = 0 } = (await depth(queue)) ?? {};
          if (messages + parked > 0) throw new Error(`${messages} messages wait in ${queue}, ${parked} are parked`);
        },
        { interval: 5, timeout: 20_000 },
      ),
    parked: async (queue) => (await depth(queue))?.parked ?? 0,
    async letters() {
      const { letters } = await store.broker.deadLetters.list({});
      return Promise.all(letters.map(({ id }) => store.broker.deadLetters.get(id)));
    },
  };
}

/** An event with a number, and an id that names it. */
export function numbered(number: number): Envelope {
  const message = createEvent(testFields.event, [["source.ip", "192.0.2.1"]]);
  message.set("extra.number", number);
  return { id: `m${number}`, message };
}

/** Events with these numbers. */
export function numberedAll(...numbers: readonly number[]): readonly Envelope[] {
  return numbers.map(numbered);
}

export function numberOf(message: Message | undefined): number {
  return Number(message?.get("extra.number"));
}

/** The numbers of events in the order in which they stand in a queue. */
export function numbersOf(received: readonly ReceivedMessage[]): readonly number[] {
  return received.map(({ envelope }) => numberOf(envelope?.message));
}

/** A report with this text inside. */
export function reportOf(id: string, text: string): Envelope {
  const message = createReport(testFields.report, [["feed.name", "Test"]]);
  message.set("raw", text);
  return { id, message };
}

/** A promise to be resolved by the test: what waits for it stands still until then. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

/** Waits until this holds; by default as long as a loaded machine may take. */
export function until<T>(assertion: () => T | Promise<T>, timeout = 20_000): Promise<T> {
  return vi.waitFor(assertion, { interval: 5, timeout });
}

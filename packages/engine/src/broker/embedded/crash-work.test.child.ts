/**
 * Work for `crash.test.ts`, run as a process of its own: a producer numbers events, a consumer sends them on and counts
 * them. Started again after a kill it goes on where the store says, and ends when all is done.
 *
 *     node crash-work.test.child.js DIRECTORY TOTAL
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openState } from "../../state/open-state.ts";
import { defaultFields } from "../../testing/default-fields.ts";
import { numberedEvent } from "../../testing/numbered-event.ts";
import type { Envelope } from "../broker.ts";
import { openStore } from "./open-store.ts";

const [directory = "", total = "0"] = process.argv.slice(2);
const count = Number(total);
const { broker } = await openStore({ directory, fields: defaultFields() });
const producer = await openState("producer", await broker.loadState("producer"), { now: Date.now });
const consumer = await openState("consumer", await broker.loadState("consumer"), { now: Date.now });
const inFlight = new Set<Promise<void>>();

/** At most three units are on their way, as in a worker. */
async function post(unit: Parameters<typeof broker.commit>[0]): Promise<void> {
  const commit = broker.commit(unit);
  inFlight.add(commit);
  void commit.finally(() => inFlight.delete(commit));
  while (inFlight.size >= 3) await Promise.race(inFlight);
}

async function produce(): Promise<boolean> {
  const sent = Number(producer.get("sent") ?? 0);
  if (sent >= count) return false;
  const size = Math.min(7, count - sent);
  const envelopes = Array.from({ length: size }, (_, index) => envelopeOf(sent + index));
  producer.set("sent", sent + size);
  await post({
    enqueue: [{ queue: "in", envelopes }],
    state: producer.takeChanges(),
    counters: { producer: { sent: { _default: size } } },
  });
  return true;
}

/** Every fifth message has a body in a file. */
function envelopeOf(number: number): Envelope {
  const envelope = { id: `n${number}`, message: numberedEvent(number) };
  if (number % 5 !== 0) return envelope;
  mkdirSync(join(directory, "blobs"), { recursive: true });
  writeFileSync(join(directory, "blobs", `blob-${number}`), String(number));
  return { ...envelope, blob: { id: `blob-${number}`, bytes: 1 } };
}

async function consume(): Promise<boolean> {
  const received = await broker.receive("in", { maxMessages: 5, maxBytes: 1 << 20 });
  const last = received.at(-1);
  if (last === undefined) return false;
  const envelopes: Envelope[] = [];
  for (const { envelope } of received) {
    if (envelope === undefined) throw new Error("a message cannot be read");
    consumer.increment("done", 1);
    consumer.seen.add(envelope.id.padStart(16, "0"), 0);
    envelopes.push({ id: envelope.id, message: envelope.message });
  }
  await post({
    acknowledge: [{ queue: "in", upTo: last.position }],
    enqueue: [{ queue: "out", envelopes }],
    state: consumer.takeChanges(),
    counters: { consumer: { received: received.length } },
  });
  return true;
}

for (let produced = true, consumed = true; produced || consumed || inFlight.size > 0; ) {
  produced = await produce();
  consumed = await consume();
  if (!produced && !consumed) await Promise.all(inFlight);
}
await broker.close();

/**
 * The embedded store as a worker sees it, over its thread: commits with events, reading them back, state of bots. Times are
 * those that pass for the worker; every commit is on the disk.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "@weir/engine/store";
import { compileFields, createEvent, defaultHarmonization } from "@weir/format";
import { withDirectory } from "./lib/botnet.mjs";
import { quantile, rounded } from "./lib/numbers.mjs";

const fields = {
  event: compileFields(defaultHarmonization, "event"),
  report: compileFields(defaultHarmonization, "report"),
};

export function benchStore() {
  return withDirectory(async (directory) => {
    const chunks = [];
    for (const [messages, units] of [
      [1, 2000],
      [10, 1000],
      [100, 400],
      [1000, 100],
    ]) {
      const at = join(directory, `chunks-${messages}`);
      mkdirSync(at);
      chunks.push(await queueRow(at, messages, units));
    }
    const state = join(directory, "state");
    mkdirSync(state);
    return { chunks, state: await stateRows(state) };
  });
}

/** `units` commits of so many events each, one after the other and four at once; then all are received and acknowledged. */
async function queueRow(directory, messages, units) {
  const { broker } = await openStore({ directory, fields });
  const envelopes = Array.from({ length: messages }, (_, number) => ({
    id: `report/${number}`,
    message: event(number),
  }));
  const unit = { enqueue: [{ queue: "events", envelopes }], counters: { bot: { sent: { _default: messages } } } };
  const alone = [];
  for (let done = 0; done < units; done++) {
    const started = performance.now();
    await broker.commit(unit);
    alone.push(performance.now() - started);
  }
  const started = performance.now();
  const inFlight = new Set();
  for (let done = 0; done < units; done++) {
    const commit = broker.commit(unit).then(() => inFlight.delete(commit));
    inFlight.add(commit);
    if (inFlight.size >= 4) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  const enqueueMs = performance.now() - started;
  const { size } = statSync(join(directory, "store", "data.mdb"));
  const received = await receiveAll(broker, messages * units * 2);
  await broker.close();
  const perEvent = (milliseconds, events) => rounded((milliseconds * 1000) / events);
  return {
    eventsPerCommit: messages,
    commitP50Ms: rounded(quantile(alone, 0.5)),
    commitP99Ms: rounded(quantile(alone, 0.99)),
    enqueueMicros: perEvent(enqueueMs, messages * units),
    receiveMicros: perEvent(received, messages * units * 2),
    bytesPerEvent: Math.round(size / (messages * units * 2)),
  };
}

async function receiveAll(broker, expected) {
  const started = performance.now();
  let count = 0;
  for (;;) {
    const received = await broker.receive("events", { maxMessages: 1000, maxBytes: 4 << 20 });
    if (received.length === 0) break;
    count += received.length;
    await broker.commit({ acknowledge: [{ queue: "events", upTo: received.at(-1).position }] });
  }
  if (count !== expected) throw new Error(`${count} events of ${expected} came back`);
  return performance.now() - started;
}

/** Keyed state in units of a thousand changes, and a bot's start with all of it. */
async function stateRows(directory) {
  const { broker } = await openStore({ directory, fields });
  const count = 100_000;
  let started = performance.now();
  for (let at = 0; at < count; at += 1000) {
    const state = Array.from({ length: 1000 }, (_, index) => ({
      kind: "set",
      bot: "bot",
      key: `key ${at + index}`,
      value: at,
      expires: 0,
    }));
    await broker.commit({ state });
  }
  const set = performance.now() - started;
  started = performance.now();
  const { entries } = await broker.loadState("bot");
  const loaded = [...entries].length;
  const load = performance.now() - started;
  if (loaded !== count) throw new Error(`${loaded} of ${count} values are kept`);
  await broker.close();
  return [
    { what: "commit a keyed value (1000 a unit)", micros: rounded((set * 1000) / count) },
    { what: "load a keyed value at start", micros: rounded((load * 1000) / count) },
  ];
}

function event(number) {
  return createEvent(fields.event, [
    ["feed.name", "bench"],
    ["time.observation", "2026-07-01T10:00:00+00:00"],
    ["source.ip", `192.0.2.${number % 250}`],
    ["time.source", "2026-07-01T08:00:00+00:00"],
    ["source.url", `http://host${number}.example.com:8080/path/${number}?q=${number}`],
    ["source.port", 1 + number],
    ["event_description.text", `note ${number} some text here that fills the line`],
    ["classification.type", "malware-distribution"],
    ["raw", `192.0.2.1,2026-07-01T10:00:00+02:00,http://host${number}.example.com:8080/path/${number}?q=${number}`],
  ]);
}

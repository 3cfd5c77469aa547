/**
 * What the deduplicator remembers, at size: ten million digests a day that live for a day, over two days of a clock that is
 * made to run fast, so that as many expire as come in on the second. In batches of a thousand as in a unit of work: state
 * noted, committed to the store, on the disk. Then the start of a botnet that finds ten million. A process each.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStore } from "@weir/engine/store";
import { compileFields, defaultHarmonization } from "@weir/format";
import { openState } from "../packages/engine/dist/state/open-state.js"; // the engine's own, not for bots
import { withDirectory } from "./lib/botnet.mjs";
import { quantile, rounded } from "./lib/numbers.mjs";
import { usage } from "./lib/usage.mjs";

const file = fileURLToPath(import.meta.url);
const day = 86_400;
const batch = 1000;
/** One digest in ten is that of an event before. */
const repeats = 100;
const bot = "deduplicator";

export function benchDeduplicator({ keys = 10_000_000 } = {}) {
  return withDirectory((directory) => {
    mkdirSync(join(directory, "state"));
    const run = (part) =>
      JSON.parse(
        execFileSync(process.execPath, [file, part, String(keys), join(directory, "state")], { encoding: "utf8" }),
      );
    return { ...run("fill"), start: run("start") };
  });
}

/** Two days of digests. */
async function fill(keys, directory) {
  const { broker } = await open(directory);
  const to = Date.now();
  const clock = { time: to - 2 * day * 1000, now: () => clock.time };
  const state = await openState(bot, await broker.loadState(bot), clock);
  const next = digests();
  const batches = Math.ceil((2 * keys) / (batch - repeats));
  const step = (2 * day * 1000) / batches;
  const micros = [];
  const waits = [];
  let longestBusy = 0;
  const inFlight = new Set();
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let number = 0; number < batches; number++) {
    const list = next(); // made before the clock runs: hashing is not what is measured
    const waited = waitedMs();
    const from = performance.now();
    let added = 0;
    for (const digest of list) {
      state.savepoint();
      if (state.seen.add(digest, day)) added += 1;
    }
    const unit = { state: state.takeChanges(), counters: { [bot]: { received: batch, dropped: batch - added } } };
    const took = performance.now() - from;
    longestBusy = Math.max(longestBusy, took - (waitedMs() - waited));
    if (added !== (number === 0 ? batch : batch - repeats)) throw new Error(`${added} of a batch were new`);
    micros.push((took * 1000) / batch);
    const commit = broker.commit(unit).then(() => {
      waits.push(performance.now() - from);
      inFlight.delete(commit);
    });
    inFlight.add(commit);
    if (inFlight.size >= 4) await Promise.race(inFlight);
    clock.time += step;
  }
  await Promise.all(inFlight);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await broker.close();
  const second = micros.slice(micros.length / 2);
  return {
    keysLive: keys,
    addMicros: rounded(quantile(micros, 0.5)),
    addMicrosP99: rounded(quantile(micros, 0.99)),
    longestPauseMs: rounded((quantile(micros, 1) * batch) / 1000),
    longestBusyMs: rounded(longestBusy), // less what the thread waited for a processor
    longestPauseOfExpiryMs: rounded((quantile(second, 1) * batch) / 1000),
    longestCommitMs: rounded(quantile(waits, 1)),
    microsWithCommit: rounded((seconds * 1e6) / (batches * batch)),
    cpuMicrosWithStore: rounded((user + system) / (batches * batch)),
    diskMiB: sizeOf(directory),
    peakRssMiB: usage().peakRssMiB,
  };
}

/** What a start with all of that takes. */
async function start(_, directory) {
  const { broker } = await open(directory);
  const from = performance.now();
  await openState(bot, await broker.loadState(bot), Date);
  const milliseconds = Math.round(performance.now() - from);
  await broker.close();
  return { milliseconds, diskMiB: sizeOf(directory), peakRssMiB: usage().peakRssMiB };
}

function open(directory) {
  const fields = {
    event: compileFields(defaultHarmonization, "event"),
    report: compileFields(defaultHarmonization, "report"),
  };
  return openStore({ directory, fields });
}

/** How long this thread was ready and had no processor; 0 where nobody tells. */
function waitedMs() {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

function sizeOf(directory) {
  const files = ["store/data.mdb", ...readdirSync(join(directory, "seen")).map((name) => `seen/${name}`)];
  return Math.round(files.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0) / 2 ** 20);
}

/** Batches of digests that look like those of SHA-256; the last `repeats` of a batch are some of the batch before. */
function digests() {
  const seed = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef]);
  const word = () => {
    const t = seed[3] ^ (seed[3] << 11);
    seed[3] = seed[2];
    seed[2] = seed[1];
    seed[1] = seed[0];
    seed[0] = seed[0] ^ (seed[0] >>> 19) ^ t ^ (t >>> 8);
    return seed[0];
  };
  const words = new Uint32Array(batch * 8); // used again, so that the memory measured is not that of the feed
  const before = new Uint32Array(repeats * 8);
  let isFirst = true;
  return () => {
    for (let at = 0; at < words.length; at++) words[at] = word();
    if (!isFirst) words.set(before, (batch - repeats) * 8);
    before.set(words.subarray(0, before.length));
    isFirst = false;
    const text = Buffer.from(words.buffer).toString("binary");
    return Array.from({ length: batch }, (_, index) => text.slice(index * 32, index * 32 + 32));
  };
}

if (process.argv[1] === file) {
  const [part, keys, directory] = process.argv.slice(2);
  const figures = await (part === "fill" ? fill : start)(Number(keys), directory);
  process.stdout.write(JSON.stringify(figures));
}

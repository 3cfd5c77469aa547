/**
 * npm run bench -- [reference|scale|…] [--events N] [--rounds N] [--json FILE]
 *
 * `reference` alternates the reference botnet with a yardstick (plain code for the same feed, no queues, no store) and prints
 * the ratio of CPU per event: machines are noisy, ratios of one run are not.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeFeed } from "./feed.mjs";
import { runReference } from "./reference.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: "string", default: "300000" },
    rounds: { type: "string", default: "3" },
    yardstick: {
      type: "string",
      default: process.env.WEIR_YARDSTICK ?? join(root, "../shared/bench/straight-line.mjs"),
    },
    json: { type: "string" },
  },
});
const wanted = positionals.length === 0 ? ["reference", "scale"] : positionals;
const directory = mkdtempSync(join(tmpdir(), "weir-feed-"));
const result = { machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version } };
try {
  if (wanted.includes("reference"))
    Object.assign(result, await reference(Number(values.events), Number(values.rounds)));
  if (wanted.includes("scale")) result.scale = await scale([10_000, 100_000, 1_000_000]);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);

async function reference(events, rounds) {
  const feed = join(directory, `${events}.csv`);
  await writeFeed(events, feed);
  const yardstick = existsSync(values.yardstick) ? values.yardstick : undefined;
  if (yardstick === undefined) process.stdout.write(`no yardstick at ${values.yardstick}: absolute figures only\n`);
  const ours = [];
  const plain = [];
  for (let round = 0; round < rounds; round++) {
    const own = runReference(feed, events);
    ours.push(own);
    process.stdout.write(
      `round ${round + 1}: ${(own.cpuMicros / events).toFixed(1)} µs CPU/event, ${Math.round((events / own.wallMs) * 1000)} events/s with start, ${own.peakRssMiB} MiB`,
    );
    if (yardstick !== undefined) {
      const out = execFileSync(process.execPath, [yardstick, feed, join(directory, "plain.jsonl")]);
      plain.push(JSON.parse(String(out)));
      process.stdout.write(
        `; yardstick ${plain.at(-1).cpuMicrosPerEvent} µs, ${plain.at(-1).eventsPerSecond} events/s`,
      );
    }
    process.stdout.write("\n");
  }
  const cpuMicrosPerEvent = median(ours.map(({ cpuMicros }) => cpuMicros / events));
  const yardstickCpuMicrosPerEvent = plain.length === 0 ? null : median(plain.map((run) => run.cpuMicrosPerEvent));
  const figures = {
    cpuRatio: yardstickCpuMicrosPerEvent === null ? null : round2(cpuMicrosPerEvent / yardstickCpuMicrosPerEvent),
    eventsPerSecond: Math.round(median(ours.map(({ wallMs }) => (events / wallMs) * 1000))),
    yardstickEventsPerSecond: plain.length === 0 ? null : median(plain.map((run) => run.eventsPerSecond)),
    cpuMicrosPerEvent: round2(cpuMicrosPerEvent),
    yardstickCpuMicrosPerEvent,
    peakRssMiB: Math.max(...ours.map(({ peakRssMiB }) => peakRssMiB)),
    written: ours[0].written,
  };
  process.stdout.write(`reference: ${JSON.stringify(figures)}\n`);
  return figures;
}

async function scale(sizes) {
  const rows = [];
  for (const events of sizes) {
    const feed = join(directory, `${events}.csv`);
    await writeFeed(events, feed);
    const { cpuMicros, peakRssMiB } = runReference(feed, events);
    rows.push({ events, cpuMicrosPerEvent: round2(cpuMicros / events), peakRssMiB });
    process.stdout.write(`scale: ${JSON.stringify(rows.at(-1))}\n`);
    rmSync(feed);
  }
  return rows;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function round2(number) {
  return Math.round(number * 100) / 100;
}

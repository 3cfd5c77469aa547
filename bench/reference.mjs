/**
 * The reference botnet: file collector → generic CSV parser → deduplicator → taxonomy → url → file output, over the embedded
 * broker, durable, with counters and logs on, as a user gets it.
 *
 * It alternates with the yardstick, plain code for the same feed without queues and store: machines are noisy, ratios of one
 * run are not. The botnet's CPU time is that of its whole process from start to end, all threads; the yardstick's is its own
 * figure, without the start of Node.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFeed } from "./feed.mjs";
import { runBotnet, withDirectory } from "./lib/botnet.mjs";
import { csvParser, experts, fileCollector, fileOutput } from "./lib/bots.mjs";
import { median, rounded } from "./lib/numbers.mjs";

export const yardstickFile =
  process.env.WEIR_YARDSTICK ?? fileURLToPath(new URL("../../shared/bench/straight-line.mjs", import.meta.url));

const bots = {
  collector: fileCollector(["parser"]),
  parser: csvParser(["deduplicator"]),
  ...experts("file"),
  file: fileOutput(),
};

/** Runs the botnet once over the feed. Gives { cpuMicros, peakRssMiB, wallMs, written }. */
export function runReference(directory, feed) {
  const run = runBotnet({ directory, bots, feeds: { "in/feed.csv": feed } });
  return { ...run, written: run.bots.file?.received ?? 0 };
}

/** CPU time (µs) of the botnet for a feed of one line: start and end. */
export async function startCpu(directory) {
  const feed = join(directory, "one.csv");
  await writeFeed(1, feed);
  return median([0, 1, 2].map(() => runReference(directory, feed).cpuMicros));
}

/** Gives the figures of `events` lines in so many alternating rounds. */
export function benchReference({ events = 1_000_000, rounds = 3, print = () => undefined } = {}) {
  return withDirectory(async (directory) => {
    const feed = join(directory, "feed.csv");
    await writeFeed(events, feed);
    const hasYardstick = existsSync(yardstickFile);
    if (!hasYardstick) print(`no yardstick at ${yardstickFile}: absolute figures only\n`);
    const ours = [];
    const plain = [];
    for (let round = 1; round <= rounds; round++) {
      const run = runReference(directory, feed);
      ours.push(run);
      print(`  round ${round}: ${rounded(run.cpuMicros / events)} µs CPU an event, ${run.peakRssMiB} MiB`);
      if (hasYardstick) {
        plain.push(runYardstick(directory, feed));
        print(`; yardstick ${rounded(plain.at(-1).cpuMicrosPerEvent)} µs`);
      }
      print("\n");
    }
    const cpuMicros = median(ours.map((run) => run.cpuMicros));
    const start = await startCpu(directory);
    const yardstick = hasYardstick ? median(plain.map((run) => run.cpuMicrosPerEvent)) : null;
    return {
      cpuRatio: yardstick === null ? null : rounded(cpuMicros / events / yardstick),
      events,
      eventsPerSecond: Math.round(median(ours.map(({ wallMs }) => (events / wallMs) * 1000))),
      yardstickEventsPerSecond: hasYardstick ? median(plain.map((run) => run.eventsPerSecond)) : null,
      cpuMicrosPerEvent: rounded(cpuMicros / events),
      cpuMicrosPerEventWithoutStart: rounded((cpuMicros - start) / events),
      yardstickCpuMicrosPerEvent: yardstick,
      startCpuMs: Math.round(start / 1000),
      peakRssMiB: Math.max(...ours.map(({ peakRssMiB }) => peakRssMiB)),
      written: ours[0].written,
    };
  });
}

function runYardstick(directory, feed) {
  return JSON.parse(
    execFileSync(process.execPath, [yardstickFile, feed, join(directory, "plain.jsonl")], { encoding: "utf8" }),
  );
}

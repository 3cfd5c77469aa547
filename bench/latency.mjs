/**
 * How long an event is on its way through the reference botnet when events come one by one: from the moment the source has
 * it to the moment it is in the output's file and on the disk. Each event is a report of its own, the hardest case: two
 * commits (the report, its event) stand between.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runBotnet, withDirectory } from "./lib/botnet.mjs";
import { benchBot, csvParser, experts } from "./lib/bots.mjs";
import { quantile, rounded } from "./lib/numbers.mjs";

const warmUpSeconds = 5;

/** Gives { p50, p99, max } in milliseconds for events that are on the disk, and the same to the output's door. */
export function benchLatency({ perSecond = 1000, seconds = 10 } = {}) {
  return withDirectory((directory) => {
    const notes = join(directory, "notes.json");
    const count = (warmUpSeconds + seconds) * perSecond;
    const run = runBotnet({
      directory,
      bots: {
        collector: benchBot("Collector", "timed-collector", { count, per_second: perSecond, name: "bench" }, [
          "parser",
        ]),
        parser: csvParser(["deduplicator"]),
        ...experts("file"),
        file: benchBot("Output", "timed-file", { file: "out/events.jsonl", notes }),
      },
    });
    const { came, kept } = JSON.parse(readFileSync(notes, "utf8"));
    if (kept.length !== count) throw new Error(`${kept.length} of ${count} events came through`);
    const warm = warmUpSeconds * perSecond;
    return {
      perSecond,
      events: count - warm,
      ...summary(kept.slice(warm)),
      toOutput: summary(came.slice(warm)),
      cpuMicrosPerEvent: rounded(run.cpuMicros / count),
    };
  });
}

function summary(milliseconds) {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => rounded(quantile(milliseconds, share)));
  return { p50, p99, max };
}

/** One long report as a stream: file collector → generic CSV parser, and nothing behind it. Memory must not grow with it. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { writeFeed } from "./feed.mjs";
import { runBotnet, withDirectory } from "./lib/botnet.mjs";
import { benchBot, csvParser, fileCollector } from "./lib/bots.mjs";
import { rounded } from "./lib/numbers.mjs";

/** About a gibibyte. */
const gibibyteLines = 8_050_000;

export function benchReport({ events = gibibyteLines } = {}) {
  return withDirectory(async (directory) => {
    const feed = join(directory, "feed.csv");
    await writeFeed(events, feed);
    const { size } = statSync(feed);
    const run = runBotnet({
      directory,
      bots: { collector: fileCollector(["parser"]), parser: csvParser(["end"]), end: benchBot("Output", "end", {}) },
      feeds: { "in/feed.csv": feed },
    });
    const parsed = run.bots.parser?.sent._default ?? 0;
    if (parsed !== events) throw new Error(`the parser sent ${parsed} events of ${events} lines`);
    return {
      mebibytes: Math.round(size / 2 ** 20),
      events,
      mebibytesPerSecond: rounded(size / 2 ** 20 / (run.wallMs / 1000)),
      cpuMicrosPerEvent: rounded(run.cpuMicros / events),
      peakRssMiB: run.peakRssMiB,
    };
  });
}

/** The reference botnet over longer and longer feeds: cost an event must stay, memory must not grow. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeFeed } from "./feed.mjs";
import { withDirectory } from "./lib/botnet.mjs";
import { rounded } from "./lib/numbers.mjs";
import { runReference, startCpu } from "./reference.mjs";

export function benchScale({ sizes = [10_000, 100_000, 1_000_000] } = {}) {
  return withDirectory(async (directory) => {
    const start = await startCpu(directory);
    const rows = [];
    for (const events of sizes) {
      const feed = join(directory, `${events}.csv`);
      await writeFeed(events, feed);
      const { cpuMicros, peakRssMiB } = runReference(directory, feed);
      rmSync(feed);
      rows.push({
        events,
        cpuMicrosPerEvent: rounded(cpuMicros / events),
        cpuMicrosPerEventWithoutStart: rounded((cpuMicros - start) / events),
        peakRssMiB,
      });
    }
    return rows;
  });
}

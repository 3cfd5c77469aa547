/**
 * Botnets that branch and join, against what their parts cost in straight lines. CPU time without start and end of the
 * process, which each botnet has once however many bots it has.
 *
 * - fan-out: collector → parser → four file outputs; parts: the parser into nothing, and four times an output
 * - fan-in: four collectors and parsers → deduplicator → taxonomy → url → file output; parts: four times one such line
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFeed } from "./feed.mjs";
import { runBotnet, withDirectory } from "./lib/botnet.mjs";
import { benchBot, csvParser, experts, fileCollector, fileOutput } from "./lib/bots.mjs";
import { median, rounded } from "./lib/numbers.mjs";

const ways = [1, 2, 3, 4];

/** Gives a row each: the whole and its parts in µs CPU an event, and their ratio (1: nothing is lost). */
export function benchFan({ events = 400_000, rounds = 3 } = {}) {
  return withDirectory(async (directory) => {
    const feed = join(directory, "feed.csv");
    await writeFeed(events, feed);
    const quarters = writeQuarters(directory, feed);
    const cpu = (bots, feeds) => {
      const one = join(directory, "one.csv");
      writeFileSync(one, readFileSync(quarters[0], "utf8").split("\n", 1)[0]);
      const ones = Object.fromEntries(Object.keys(feeds).map((place) => [place, one]));
      return median(
        Array.from({ length: rounds }, () => {
          const start = runBotnet({ directory, bots, feeds: ones }).cpuMicros;
          return runBotnet({ directory, bots, feeds }).cpuMicros - start;
        }),
      );
    };
    const all = { "in/feed.csv": feed };
    const nothing = cpu(
      { collector: fileCollector(["parser"]), parser: csvParser(["end"]), end: benchBot("Output", "end", {}) },
      all,
    );
    const single = cpu(outputs([1]), all);
    const fanOut = cpu(outputs(ways), all);
    const quarter = cpu(lines([1]), { "in1/feed.csv": quarters[0] });
    const fanIn = cpu(lines(ways), Object.fromEntries(ways.map((way) => [`in${way}/feed.csv`, quarters[way - 1]])));
    const row = (shape, whole, parts) => ({
      shape,
      cpuMicrosPerEvent: rounded(whole / events),
      parts: rounded(parts / events),
      ratio: rounded(whole / parts),
    });
    return [
      row("fan-out to 4 outputs", fanOut, nothing + 4 * (single - nothing)),
      row("fan-in of 4 parsers", fanIn, 4 * quarter),
    ];
  });
}

function outputs(numbers) {
  const names = numbers.map((number) => `file${number}`);
  return {
    collector: fileCollector(["parser"]),
    parser: csvParser(names),
    ...Object.fromEntries(names.map((name) => [name, fileOutput(`out/${name}.jsonl`)])),
  };
}

function lines(numbers) {
  return {
    ...Object.fromEntries(
      numbers.flatMap((number) => [
        [`collector${number}`, fileCollector([`parser${number}`], `in${number}`)],
        [`parser${number}`, csvParser(["deduplicator"])],
      ]),
    ),
    ...experts("file"),
    file: fileOutput(),
  };
}

/** Writes the feed in four parts; gives their paths. */
function writeQuarters(directory, feed) {
  const lines = readFileSync(feed, "utf8").trimEnd().split("\n");
  const size = Math.ceil(lines.length / 4);
  return ways.map((way) => {
    const path = join(directory, `quarter${way}.csv`);
    writeFileSync(path, `${lines.slice((way - 1) * size, way * size).join("\n")}\n`);
    return path;
  });
}

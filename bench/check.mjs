/**
 * node bench/check.mjs: a short run of the reference benchmark, for `npm run verify`. Fails when the ratio to the yardstick
 * is worse than the recorded one by 30 % in each of three attempts: machines are noisy.
 */
import { existsSync } from "node:fs";
import { rounded } from "./lib/numbers.mjs";
import { readRecorded } from "./lib/recorded.mjs";
import { benchReference, yardstickFile } from "./reference.mjs";

const attempts = 3;
const tolerance = 1.3;

if (!existsSync(yardstickFile)) {
  const isNeeded = process.env.CI === "true";
  process.stdout.write(
    `The yardstick ${yardstickFile} is missing${isNeeded ? "" : ": nothing to compare with, skipped"}.\n`,
  );
  process.exit(isNeeded ? 1 : 0);
}
const recorded = readRecorded();
const limit = rounded(recorded.cpuRatio * tolerance);
const ratios = [];
while (ratios.length < attempts) {
  const { cpuRatio } = await benchReference({ events: recorded.events, rounds: 3 });
  ratios.push(cpuRatio);
  process.stdout.write(
    `CPU per event is ${cpuRatio} times the yardstick's (recorded: ${recorded.cpuRatio}, limit: ${limit}).\n`,
  );
  if (cpuRatio <= limit) process.exit();
}
process.stdout.write(
  `It was above the limit in ${attempts} attempts: ${ratios.join(", ")}. What became slower? If it is meant to be: npm run bench -- reference --record\n`,
);
process.exit(1);

/** The ratio that `npm run verify` compares with: bench/recorded.json. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const recordedFile = fileURLToPath(new URL("../recorded.json", import.meta.url));

/** Events of the short benchmark: few enough for every check, so its ratio holds the start of the process. */
export const shortEvents = 100_000;

/** { cpuRatio, events } */
export function readRecorded() {
  return JSON.parse(readFileSync(recordedFile, "utf8"));
}

/** Keeps the ratio of these figures of the reference. Throws when there is none. */
export function record({ cpuRatio, events }) {
  if (cpuRatio === null) throw new Error("there is no ratio to record without the yardstick");
  writeFileSync(recordedFile, `${JSON.stringify({ cpuRatio, events }, null, 2)}\n`);
}

/**
 * What a process has used so far, all of its threads together. As `--import` of a process: writes that into the file
 * WEIR_BENCH_USAGE when the process ends.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** { cpuMicros, peakRssMiB } */
export function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, peakRssMiB: Math.round(peakRssKiB() / 1024) };
}

/** Where there is /proc: `maxRSS` begins with what the parent had, since it outlives the exec. */
function peakRssKiB() {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

const file = process.env.WEIR_BENCH_USAGE;
if (file !== undefined && isMainThread) process.on("exit", () => writeFileSync(file, JSON.stringify(usage())));

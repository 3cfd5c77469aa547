/** Runs botnets to their end, each in a process and a directory of its own, with everything on that a user has. */
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const weir = fileURLToPath(new URL("../../packages/cli/bin/weir.js", import.meta.url));
const usageModule = new URL("./usage.mjs", import.meta.url).href;

/** A directory for feeds and results; gone when `use` has ended. */
export async function withDirectory(use) {
  const directory = mkdtempSync(join(tmpdir(), "weir-bench-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Runs `weir up --once` on these bots (as in runtime.yaml) in `directory`, which must be on the disk of the feeds.
 * `feeds`: path in the directory → file to be collected (linked, not copied). Gives
 * { cpuMicros, peakRssMiB, wallMs, bots: counters by bot }; throws when an event failed or a bot did not run.
 */
export function runBotnet({ directory, bots, feeds = {} }) {
  const root = mkdtempSync(join(directory, "botnet-"));
  try {
    writeFileSync(join(root, "runtime.yaml"), JSON.stringify({ global: { logging_level: "INFO" }, ...bots }));
    for (const [place, feed] of Object.entries(feeds)) {
      const path = join(root, place);
      mkdirSync(join(path, ".."), { recursive: true });
      linkSync(feed, path);
    }
    const usageFile = join(root, "usage.json");
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", usageModule, weir, "--root", root, "--json", "up", "--once"],
      { cwd: root, encoding: "utf8", maxBuffer: 1 << 26, env: { ...process.env, WEIR_BENCH_USAGE: usageFile } },
    );
    const wallMs = performance.now() - started;
    if (status !== 0) throw new Error(`weir up --once ended with ${status}:\n${stderr || stdout}`);
    const summary = JSON.parse(stdout);
    if (summary.failures > 0) throw new Error(`${summary.failures} failures in the botnet:\n${stdout}`);
    return { ...JSON.parse(readFileSync(usageFile, "utf8")), wallMs, bots: summary.bots };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

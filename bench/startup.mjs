/**
 * What Weir costs before and beside the work: the start of a tiny botnet, one that idles, one of many bots, and commands
 * that only say something. Linux: figures of other processes come from /proc.
 *
 *     node bench/startup.mjs [startup|idle|many|cli]      default: all
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { median } from "./lib/numbers.mjs";
import { runReference } from "./reference.mjs";

const packages = join(dirname(dirname(fileURLToPath(import.meta.url))), "packages");
const weir = join(packages, "cli/bin/weir.js");

/** The reference botnet over 20 events: nearly all of it is start and end. */
export async function benchStartup({ runs = 7 } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "weir-startup-"));
  try {
    const feed = join(directory, "feed.csv");
    const row = (i) => `192.0.2.${i},2024-01-01T00:00:${10 + i}+00:00,http://example.com/${i},80,text\n`;
    writeFileSync(feed, Array.from({ length: 20 }, (_, i) => row(i)).join(""));
    const results = Array.from({ length: runs }, () => runReference(directory, feed));
    const figures = {
      cpuSeconds: median(results.map(({ cpuMicros }) => cpuMicros / 1e6)),
      wallSeconds: median(results.map(({ wallMs }) => wallMs / 1e3)),
      peakRssMiB: median(results.map(({ peakRssMiB }) => peakRssMiB)),
    };
    const { cpuSeconds, wallSeconds, peakRssMiB } = figures;
    say("startup", `6 bots, once: ${fixed(cpuSeconds)} s CPU, ${fixed(wallSeconds)} s, ${peakRssMiB} MiB at most`);
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A botnet with nothing to do, once V8 has tidied up after the start, which it does when it idles. */
export async function benchIdle({ bots = 50, seconds = 30, settleSeconds = 40 } = {}) {
  return withBotnet(bots, async ({ pid, readySeconds }) => {
    await sleep(settleSeconds * 1000);
    const before = usageOf(pid);
    await sleep(seconds * 1000);
    const after = usageOf(pid);
    const perSecond = [...after.wakeups].map(
      ([thread, count]) => (count - (before.wakeups.get(thread) ?? 0)) / seconds,
    );
    const figures = {
      bots,
      readySeconds,
      rssMiB: after.rssMiB,
      corePercent: ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100,
      threads: perSecond.length,
      wakeupsPerSecond: perSecond.reduce((sum, rate) => sum + rate, 0),
      mostWakeupsOfAThread: Math.max(...perSecond),
    };
    say(
      "idle",
      `${bots} bots: up in ${fixed(readySeconds)} s, ${figures.rssMiB} MiB, ${fixed(figures.corePercent)} % of a core, ` +
        `${fixed(figures.wakeupsPerSecond)} wake-ups a second in ${figures.threads} threads`,
    );
    return figures;
  });
}

/** A large botnet: its start, and how quickly it says how it is. */
export async function benchMany({ bots = 300 } = {}) {
  return withBotnet(bots, async ({ pid, readySeconds, directory, ask }) => {
    const answers = [];
    for (let i = 0; i < 20; i++) answers.push(await timed(() => ask("status")));
    const commands = [];
    for (let i = 0; i < 5; i++) commands.push(await timed(async () => run(["--root", directory, "status"])));
    const figures = {
      bots,
      readySeconds,
      answerMs: median(answers),
      slowestAnswerMs: Math.max(...answers),
      statusCommandMs: median(commands),
      rssMiB: usageOf(pid).rssMiB,
    };
    say(
      "many",
      `${bots} bots: up in ${fixed(readySeconds)} s, status answers in ${fixed(figures.answerMs)} ms ` +
        `(${fixed(figures.slowestAnswerMs)} at most), the command takes ${Math.round(figures.statusCommandMs)} ms, ${figures.rssMiB} MiB`,
    );
    return figures;
  });
}

/** Commands that load nothing of the engine, beside Node alone. */
export async function benchCli({ runs = 9 } = {}) {
  const measure = async (work) => {
    const times = [];
    for (let i = 0; i < runs; i++) times.push(await timed(async () => work()));
    return median(times);
  };
  const figures = {
    nodeMs: await measure(() => execFileSync(process.execPath, ["-e", "0"])),
    helpMs: await measure(() => run(["--help"])),
    versionMs: await measure(() => run(["--version"])),
    completionMs: await measure(() => run(["completion", "bash"])),
    completeMs: await measure(() => run(["complete", "st"])),
  };
  const shown = Object.entries(figures).map(([name, ms]) => `${name.slice(0, -2)} ${Math.round(ms)}`);
  say("cli", `${shown.join(", ")} ms`);
  return figures;
}

/** Starts a botnet of chains of five bots over empty folders, and ends it. */
async function withBotnet(bots, measure) {
  const { connectControl } = await import(join(packages, "engine/dist/control/index.js"));
  const { findPlaces } = await import(join(packages, "engine/dist/config/index.js"));
  const directory = mkdtempSync(join(tmpdir(), "weir-startup-"));
  writeFileSync(join(directory, "runtime.yaml"), chains(bots, directory));
  const { socketFile } = findPlaces({ root: directory });
  const started = performance.now();
  const child = spawn(process.execPath, [weir, "--root", directory, "-q", "up"], {
    cwd: directory,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  let client;
  try {
    client = await connected(connectControl, socketFile, child);
    const ask = (command) => client.request(command);
    while (!(await allRun(ask, bots))) await sleep(20);
    const readySeconds = (performance.now() - started) / 1000;
    return await measure({ pid: child.pid, readySeconds, directory, ask });
  } finally {
    client?.close();
    child.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function connected(connectControl, socketFile, child) {
  for (;;) {
    try {
      return await connectControl(socketFile);
    } catch (error) {
      if (error?.code !== "WEIR_CONTROL_NOT_RUNNING" || child.exitCode !== null) throw error;
      await sleep(20);
    }
  }
}

async function allRun(ask, count) {
  const { bots } = await ask("status");
  const broken = bots.find(({ status }) => status.state === "failed");
  if (broken !== undefined) throw new Error(`${broken.id} does not run: ${broken.status.reason}`);
  return bots.length === count && bots.every(({ status }) => ["running", "waiting"].includes(status.state));
}

function chains(bots, directory) {
  const entry = (id, module, parameters, next) => {
    const queues = next === undefined ? {} : { destination_queues: { _default: [`${next}-queue`] } };
    return `${id}: ${JSON.stringify({ module: `intelmq.bots.${module}`, parameters: { ...parameters, ...queues } })}\n`;
  };
  let text = "";
  for (let chain = 0; chain < bots / 5; chain++) {
    const path = join(directory, `in-${chain}`);
    mkdirSync(path);
    const feed = { path, postfix: ".csv", rate_limit: 3600, provider: "bench", name: `feed ${chain}` };
    const csv = { columns: ["source.ip", "time.source", "source.url"] };
    text += entry(`collector-${chain}`, "collectors.file.collector_file", feed, `parser-${chain}`);
    text += entry(`parser-${chain}`, "parsers.generic.parser_csv", csv, `taxonomy-${chain}`);
    text += entry(`taxonomy-${chain}`, "experts.taxonomy.expert", {}, `url-${chain}`);
    text += entry(`url-${chain}`, "experts.url.expert", {}, `file-${chain}`);
    text += entry(`file-${chain}`, "outputs.file.output", { file: join(directory, `out-${chain}.jsonl`) });
  }
  return text;
}

function usageOf(pid) {
  const text = (path) => readFileSync(`/proc/${pid}/${path}`, "utf8");
  const fields = text("stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  const wakeups = new Map(
    readdirSync(`/proc/${pid}/task`).map((thread) => {
      const [, count] = /^voluntary_ctxt_switches:\s*(\d+)/m.exec(text(`task/${thread}/status`)) ?? [];
      return [thread, Number(count)];
    }),
  );
  const [, rss] = /^VmRSS:\s*(\d+)/m.exec(text("status")) ?? [];
  // Fields 14 and 15 of stat(5), in ticks of a hundredth of a second.
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    rssMiB: Math.round(Number(rss) / 1024),
    wakeups,
  };
}

function run(args) {
  return execFileSync(process.execPath, [weir, ...args], { encoding: "utf8" });
}

async function timed(work) {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function fixed(value) {
  return value.toFixed(2);
}

function say(name, text) {
  process.stdout.write(`${name}: ${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = { startup: benchStartup, idle: benchIdle, many: benchMany, cli: benchCli };
  const wanted = process.argv.slice(2);
  for (const [name, measure] of Object.entries(all)) if (wanted.length === 0 || wanted.includes(name)) await measure();
}

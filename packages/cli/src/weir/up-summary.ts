/** What a run of the botnet did: who got and sent how much, and where to look next. */
import type { Places } from "@weir/engine/config";
import type { BotnetProcess } from "@weir/engine/supervise";
import type { Output } from "../terminal/output.ts";
import { formatBytes, formatCount, formatDuration, formatRate } from "../terminal/quantities.ts";
import { renderTable } from "../terminal/table.ts";

export interface BotSummary {
  readonly received: number;
  readonly failed: number;
  readonly dropped: number;
  readonly sent: Readonly<Record<string, number>>;
}

export interface RunSummary {
  readonly bots: Readonly<Record<string, BotSummary>>;
  readonly process: { readonly cpuMicros: number; readonly peakRssMiB: number; readonly seconds: number };
  /** Bots that are enabled and could not run, with the reason. */
  readonly notRunning: readonly { readonly id: string; readonly reason: string }[];
  /** Failures that are kept. */
  readonly failures: number;
}

const nothing: BotSummary = { received: 0, failed: 0, dropped: 0, sent: {} };

/** The counters of this run: totals now less those at `before`. */
export async function summarize(
  botnet: BotnetProcess,
  before: ReadonlyMap<string, BotSummary>,
  started: number,
): Promise<RunSummary> {
  const [bots, totals, { total: failures }] = await Promise.all([
    botnet.supervisor.status(),
    botnet.broker.counters(),
    botnet.broker.deadLetters.list({ limit: 1 }),
  ]);
  const { user, system } = process.cpuUsage();
  return {
    bots: Object.fromEntries(
      bots.map(({ id }) => [id, difference(totals.get(id) ?? nothing, before.get(id) ?? nothing)]),
    ),
    process: {
      cpuMicros: user + system,
      peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      seconds: Math.round((performance.now() - started) / 10) / 100,
    },
    notRunning: bots
      .filter(({ enabled, status }) => enabled && status.state === "failed")
      .map(({ id, status }) => ({ id, reason: status.reason })),
    failures,
  };
}

function difference(now: BotSummary, before: BotSummary): BotSummary {
  return {
    received: now.received - before.received,
    failed: now.failed - before.failed,
    dropped: now.dropped - before.dropped,
    sent: Object.fromEntries(Object.entries(now.sent).map(([path, count]) => [path, count - (before.sent[path] ?? 0)])),
  };
}

/** The table for people. */
export function renderSummary(
  summary: RunSummary,
  botnet: Pick<BotnetProcess, "supervisor">,
  output: Output,
  places: Places,
): string {
  const { colours } = output;
  const rows = Object.entries(summary.bots).map(([id, counts]) => ({ id, ...counts }));
  const sum = (sent: Readonly<Record<string, number>>): number => Object.values(sent).reduce((a, b) => a + b, 0);
  const table = renderTable(
    rows,
    [
      { title: "BOT", cell: ({ id }) => id },
      { title: "IN", align: "right", cell: ({ received }) => formatCount(received) },
      { title: "OUT", align: "right", cell: ({ sent }) => formatCount(sum(sent)) },
      { title: "DROPPED", align: "right", cell: ({ dropped }) => (dropped === 0 ? "" : formatCount(dropped)) },
      {
        title: "FAILED",
        align: "right",
        cell: ({ failed }) => (failed === 0 ? "" : formatCount(failed)),
        paint: (text) => colours.red(text),
      },
      { title: "WENT TO", cell: ({ id, sent }) => destinations(id, sent, botnet), paint: (text) => colours.dim(text) },
    ],
    { title: colours.dim, width: output.width },
  );
  const { seconds, peakRssMiB, cpuMicros } = summary.process;
  const events = rows.reduce((most, { received }) => Math.max(most, received), 0);
  const facts = `${formatDuration(seconds * 1000)}, ${formatRate(events / Math.max(seconds, 0.01))} at the busiest bot, ${formatBytes(peakRssMiB * 2 ** 20)} of memory, ${(cpuMicros / 1e6).toFixed(1)} s of CPU time`;
  const root = `weir --root ${places.root}`;
  const next = [
    ...(summary.failures > 0
      ? [
          `${colours.yellow(summary.failures === 1 ? "1 failure is kept" : `${summary.failures} failures are kept`)}: ${root} failures`,
        ]
      : []),
    ...summary.notRunning.map(({ id, reason }) => `${colours.red(`${id} does not run`)}: ${reason}`),
    `what waits where: ${root} queues      logs: ${places.logDir}`,
  ];
  return `\n${table}\n${colours.dim(facts)}\n\n${next.join("\n")}\n`;
}

function destinations(
  id: string,
  sent: Readonly<Record<string, number>>,
  { supervisor }: Pick<BotnetProcess, "supervisor">,
): string {
  const paths = supervisor.destinationsOf(id);
  return Object.keys(sent)
    .filter((path) => (sent[path] ?? 0) > 0)
    .map((path) => {
      const queues = (paths.get(path) ?? []).map((queue) => queue.replace(/-queue$/, "")).join(", ");
      return path === "_default" ? queues : `${queues} (${path})`;
    })
    .join("; ");
}

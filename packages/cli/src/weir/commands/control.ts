/** `weir start | stop | restart | reload | status`. */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeDirectory, type SupervisedBot } from "@weir/engine/supervise";
import { errorKind } from "@weir/format/errors";
import { formatCount, formatDuration } from "../../terminal/quantities.ts";
import { renderTable } from "../../terminal/table.ts";
import { exitCodes, found } from "../exit-codes.ts";
import { ask, findSupervisor, type GlobalOptions, openSession, type Session } from "../session.ts";

interface ControlOptions extends GlobalOptions {
  readonly group?: string;
}

export interface ShownBot extends SupervisedBot {
  readonly waiting: number;
  readonly counters: {
    readonly received?: number;
    readonly failed?: number;
    readonly dropped?: number;
    readonly sent?: Readonly<Record<string, number>>;
  };
}

export interface ShownStatus {
  readonly since: number;
  readonly pid: number;
  readonly bots: readonly ShownBot[];
}

const startFailed = errorKind<{ log: string }>("WEIR_START_FAILED", {
  message: ({ log }) => `the supervisor did not come up; its output is in ${log}`,
  remedy: "Run `weir up` in the foreground to see what is wrong.",
  retry: "never",
});

export async function start(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  await ensureSupervisor(session);
  await check(session, bots);
  await ask(session, "start", { bots, ...group(options) }, { offline: false });
  await show(session, bots, options);
}

export async function stop(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  if ((await findSupervisor(session)) === undefined) {
    session.output.result({ running: false }, "The botnet does not run.\n");
    return;
  }
  if (bots.length === 0 && options.group === undefined) {
    await ask(session, "shutdown", {}, { offline: false });
    for (let i = 0; i < 200 && (await isRunning(session)); i++) await sleep(100);
    const stopped = !(await isRunning(session));
    session.output.result(
      { running: !stopped },
      stopped ? "The botnet is stopped.\n" : "The botnet is still stopping.\n",
    );
    found(!stopped);
    return;
  }
  await check(session, bots);
  await ask(session, "stop", { bots, ...group(options) }, { offline: false });
  await show(session, bots, options);
}

export async function restart(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  await check(session, bots);
  await ask(session, "restart", { bots, ...group(options) }, { offline: false });
  await show(session, bots, options);
}

export async function reload(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  const done = (await ask(session, "reload", bots.length === 0 ? {} : { bots }, { offline: false })) as Record<
    "started" | "stopped" | "restarted",
    string[]
  >; // see Supervisor.reload
  const lines = Object.entries(done)
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${what}: ${ids.join(", ")}\n`);
  session.output.result(done, lines.length === 0 ? "Nothing changed.\n" : lines.join(""));
}

export async function status(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  if ((await findSupervisor(session)) === undefined) {
    session.output.result({ running: false }, "The botnet does not run. Start it with `weir up` or `weir start`.\n");
    process.exitCode = exitCodes.notRunning.code;
    return;
  }
  await check(session, bots);
  await show(session, bots, options);
}

async function isRunning(session: Session): Promise<boolean> {
  const client = await findSupervisor(session);
  client?.close();
  return client !== undefined;
}

/** Starts the supervisor in the background when none runs; its output goes to a file in the log directory. */
async function ensureSupervisor(session: Session): Promise<void> {
  if (await isRunning(session)) return;
  const { places } = session;
  makeDirectory(places.logDir);
  const log = join(places.logDir, "weir.out");
  const out = openSync(log, "a", 0o640);
  const main = process.argv[1] ?? "";
  const child = spawn(process.execPath, [main, "--root", places.root, "up", "--no-start"], {
    detached: true,
    stdio: ["ignore", out, out],
  });
  let ended = false;
  child.on("exit", () => {
    ended = true;
  });
  child.unref();
  for (let i = 0; i < 150 && !ended; i++) {
    if (await isRunning(session)) return;
    await sleep(100);
  }
  throw startFailed({ log });
}

function group({ group }: ControlOptions): { group?: string } {
  return group === undefined ? {} : { group };
}

const unknownBot = errorKind<{ bot: string; nearest: string | undefined }>("WEIR_UNKNOWN_BOT", {
  message: ({ bot, nearest }) =>
    `the botnet has no bot "${bot}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
  remedy: "`weir list bots` shows them.",
  retry: "never",
});

async function check(session: Session, bots: readonly string[]): Promise<void> {
  if (bots.length === 0) return;
  const { bots: known } = (await ask(session, "status", {}, { offline: false })) as ShownStatus; // see operations.ts
  const { closest } = await import("@weir/engine/config");
  for (const bot of bots) {
    if (!known.some(({ id }) => id === bot))
      throw unknownBot({
        bot,
        nearest: closest(
          bot,
          known.map(({ id }) => id),
        ),
      });
  }
}

async function show(session: Session, only: readonly string[], options: ControlOptions): Promise<void> {
  const status = (await ask(session, "status", {}, { offline: false })) as ShownStatus; // see operations.ts
  const kind = options.group?.replace(/s$/, "");
  const bots = status.bots.filter(
    ({ id, kind: own }) => (only.length === 0 || only.includes(id)) && (kind === undefined || own === kind),
  );
  session.output.result({ ...status, bots }, session.quiet ? "" : renderStatus({ ...status, bots }, session.output));
  found(bots.some(({ enabled, status: { state } }) => enabled && (state === "failed" || state === "stopped")));
}

/** The table of bots. */
export function renderStatus({ bots, since, pid }: ShownStatus, output: Session["output"]): string {
  const { colours } = output;
  const now = Date.now();
  const head = `${colours.bold("Weir")} runs since ${formatDuration(now - since)} as process ${pid}.\n\n`;
  const sum = (sent: Readonly<Record<string, number>> | undefined): number =>
    Object.values(sent ?? {}).reduce((a, b) => a + b, 0);
  return (
    head +
    renderTable(
      bots,
      [
        { title: "BOT", cell: ({ id }) => id },
        {
          title: "STATE",
          cell: ({ status }) =>
            status.until === undefined ? status.state : `${status.state} ${formatDuration(status.until - now)}`,
          paint: (text, { status }) => stateColour(status.state, colours)(text),
        },
        { title: "IN", align: "right", cell: ({ counters }) => formatCount(counters.received ?? 0) },
        { title: "OUT", align: "right", cell: ({ counters }) => formatCount(sum(counters.sent)) },
        {
          title: "FAILED",
          align: "right",
          cell: ({ counters }) => formatCount(counters.failed ?? 0),
          paint: (text, { counters }) => ((counters.failed ?? 0) > 0 ? colours.red(text) : text),
        },
        { title: "QUEUE", align: "right", cell: ({ waiting }) => formatCount(waiting) },
        { title: "WHY", cell: ({ status }) => status.reason, paint: (text) => colours.dim(text) },
      ],
      { title: colours.dim, width: output.width },
    )
  );
}

export function stateColour(state: string, colours: Session["output"]["colours"]): (text: string) => string {
  if (state === "failed") return colours.red;
  if (state === "retrying" || state === "throttled") return colours.yellow;
  if (state === "running") return colours.green;
  return state === "waiting" ? colours.cyan : colours.dim;
}

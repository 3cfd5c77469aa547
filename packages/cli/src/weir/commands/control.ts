/** `weir start | stop | restart | reload | status`. */
import { silenceText } from "@weir/engine/observe";
import type { Reloaded, SupervisedBot } from "@weir/engine/supervise";
import { formatCount, formatDuration } from "../../terminal/quantities.ts";
import { type Column, renderTable } from "../../terminal/table.ts";
import { ensureSupervisor, shutDown } from "../background.ts";
import { exitCodes, found } from "../exit-codes.ts";
import { requireBots } from "../require-bots.ts";
import { ask, type GlobalOptions, isRunning, openSession, type Session } from "../session.ts";

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

export async function start(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  await ensureSupervisor(session);
  await refresh(session, bots);
  await check(session, bots);
  await ask(session, "start", { bots, ...group(options) }, { offline: false });
  await show(session, bots, options);
}

export async function stop(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  if (!(await isRunning(session))) {
    session.output.result({ running: false }, "The botnet does not run.\n");
    return;
  }
  if (bots.length === 0 && options.group === undefined) {
    const stopped = await shutDown(session);
    session.output.result(
      { running: !stopped },
      stopped ? "The botnet is stopped.\n" : "The botnet is still stopping.\n",
    );
    found(!stopped);
    return;
  }
  await check(session, bots);
  await ask(session, "stop", { bots, ...group(options) }, { offline: false });
  await show(session, bots, options, "stop");
}

export async function restart(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  await refresh(session, bots);
  await check(session, bots);
  await ask(session, "restart", { bots, ...group(options) }, { offline: false });
  await show(session, bots, options);
}

export async function reload(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  await refresh(session, bots);
  await check(session, bots);
  const done = (await ask(session, "reload", bots.length === 0 ? {} : { bots }, { offline: false })) as Reloaded;
  const { failed, ...others } = done;
  const lines = Object.entries(others as Readonly<Record<string, readonly string[]>>)
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${what}: ${ids.join(", ")}\n`);
  for (const [id, reason] of Object.entries(failed))
    lines.push(`${session.output.colours.red("failed")}: ${id}: ${reason}\n`);
  session.output.result(done, lines.length === 0 ? "Nothing changed.\n" : lines.join(""));
  found(Object.keys(failed).length > 0);
}

export async function status(bots: readonly string[], options: ControlOptions): Promise<void> {
  const session = openSession(options);
  if (!(await isRunning(session))) {
    session.output.result({ running: false }, "The botnet does not run. Start it with `weir up` or `weir start`.\n");
    process.exitCode = exitCodes.notRunning.code;
    return;
  }
  await check(session, bots);
  await show(session, bots, options);
}

function group({ group }: ControlOptions): { group?: string } {
  return group === undefined ? {} : { group };
}

/** Lets the supervisor read the file anew for bots that are named: they start as they are written there now. */
async function refresh(session: Session, bots: readonly string[]): Promise<void> {
  if (bots.length > 0) await ask(session, "reload", { bots: [] }, { offline: false });
}

async function check(session: Session, bots: readonly string[]): Promise<void> {
  if (bots.length === 0) return;
  const { bots: known } = await statusOf(session);
  requireBots(
    bots,
    known.map(({ id }) => id),
  );
}

/** How the botnet is. Throws WEIR_CONTROL_NOT_RUNNING. */
export async function statusOf(session: Session): Promise<ShownStatus> {
  return (await ask(session, "status", {}, { offline: false })) as ShownStatus; // see control/operations.ts
}

async function show(
  session: Session,
  only: readonly string[],
  options: ControlOptions,
  wanted: "run" | "stop" = "run",
): Promise<void> {
  const status = await statusOf(session);
  const kind = options.group?.replace(/s$/, "");
  const bots = status.bots.filter(
    ({ id, kind: own }) => (only.length === 0 || only.includes(id)) && (kind === undefined || own === kind),
  );
  session.output.result({ ...status, bots }, session.quiet ? "" : renderStatus({ ...status, bots }, session.output));
  const stopped = (state: string): boolean => state === "stopped" || state === "failed" || state === "disabled";
  if (wanted === "stop") found(bots.some(({ status: { state } }) => !stopped(state)));
  else found(bots.some(({ enabled, status: { state } }) => stopped(state) && (enabled || only.length > 0)));
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
          cell: ({ status, silent }) =>
            `${status.until === undefined ? status.state : `${status.state} ${formatDuration(status.until - now)}`}${silent === undefined ? "" : "!"}`,
          paint: (text, bot) => botColour(bot, colours)(text),
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
        whyColumn(colours),
      ],
      { title: colours.dim, width: output.width },
    )
  );
}

/** Why a bot is as it is; what is wrong with it comes first. */
export function whyColumn(colours: Session["output"]["colours"]): Column<ShownBot> {
  return {
    title: "WHY",
    cell: ({ status, silent }) => (silent === undefined ? status.reason : `${silenceText(silent)}; ${status.reason}`),
    paint: (text, { silent }) => (silent === undefined ? colours.dim(text) : colours.yellow(text)),
  };
}

/** The colour of a bot's state; silence is no state of its own and shows in yellow, with a mark. */
export function botColour(
  { status, silent }: Pick<ShownBot, "status" | "silent">,
  colours: Session["output"]["colours"],
): (text: string) => string {
  return silent !== undefined && status.state !== "failed" ? colours.yellow : stateColour(status.state, colours);
}

function stateColour(state: string, colours: Session["output"]["colours"]): (text: string) => string {
  if (state === "failed") return colours.red;
  if (state === "retrying" || state === "throttled") return colours.yellow;
  if (state === "running") return colours.green;
  return state === "waiting" ? colours.cyan : colours.dim;
}

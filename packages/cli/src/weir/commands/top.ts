/** `weir top`: the table of bots with rates, renewed. */
import { setTimeout as sleep } from "node:timers/promises";
import { formatCount, formatDuration, formatRate } from "../../terminal/quantities.ts";
import { renderTable } from "../../terminal/table.ts";
import { type GlobalOptions, openSession, type Session } from "../session.ts";
import { untilInterrupt } from "../until-interrupt.ts";
import { wholeNumber } from "../whole-number.ts";
import { botColour, type ShownBot, type ShownStatus, statusOf, whyColumn } from "./control.ts";

interface Look extends ShownStatus {
  /** Milliseconds of a clock that never goes back. */
  readonly at: number;
}

export async function run(
  options: GlobalOptions & { readonly interval: string; readonly once?: boolean },
): Promise<void> {
  const session = openSession(options);
  const { output, json } = session;
  const interval = wholeNumber("--interval", options.interval, { min: 1, max: 3600 }) * 1000;
  let before = await look(session);
  const once = options.once === true || !output.interactive;
  if (once) {
    await sleep(interval);
    const now = await look(session);
    const rates = ratesBetween(before, now);
    output.result(
      { ...now, bots: now.bots.map((bot) => ({ ...bot, rates: rates.get(bot.id) })) },
      render(now, rates, session),
    );
    return;
  }
  if (!json) process.stdout.write("\u001b[?1049h\u001b[?25l"); // a screen of its own, without cursor
  try {
    await untilInterrupt(async (signal) => {
      while (!signal.aborted) {
        const now = await look(session);
        const text = render(now, ratesBetween(before, now), session).replaceAll("\n", "\u001b[K\n");
        process.stdout.write(`\u001b[H${fitted(text)}\u001b[J`);
        before = now;
        await sleep(interval, undefined, { signal }).catch(() => undefined); // woken by Ctrl-C
      }
    });
  } finally {
    process.stdout.write("\u001b[?25h\u001b[?1049l");
  }
}

/** No more lines than the terminal has. */
function fitted(text: string): string {
  const lines = text.split("\n");
  return lines.slice(0, Math.max(5, (process.stdout.rows || 40) - 1)).join("\n");
}

async function look(session: Session): Promise<Look> {
  return { ...(await statusOf(session)), at: performance.now() };
}

export interface Rates {
  /** Messages per second. */
  readonly received: number;
  readonly sent: number;
  /** Share of the time in which the bot worked, 0 to 1. */
  readonly busy: number;
}

/** What happened between two looks, by bot. */
export function ratesBetween(before: Look, now: Look): ReadonlyMap<string, Rates> {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000);
  const earlier = new Map(before.bots.map((bot) => [bot.id, bot]));
  return new Map(
    now.bots.map((bot) => {
      const old = earlier.get(bot.id) ?? bot;
      const perSecond = (value: (bot: ShownBot) => number): number => Math.max(0, value(bot) - value(old)) / seconds;
      const rates = {
        received: perSecond(({ counters }) => counters.received ?? 0),
        sent: perSecond(sentBy),
        busy: Math.min(1, perSecond(({ busy }) => busy) / 1e6),
      };
      return [bot.id, rates];
    }),
  );
}

function sentBy({ counters }: ShownBot): number {
  return Object.values(counters.sent ?? {}).reduce((a, b) => a + b, 0);
}

function render(status: Look, rates: ReadonlyMap<string, Rates>, { output }: Session): string {
  const { colours } = output;
  const nothing: Rates = { received: 0, sent: 0, busy: 0 };
  const rate = ({ id }: ShownBot): Rates => rates.get(id) ?? nothing;
  const bots = [...status.bots].sort((a, b) => rate(b).busy - rate(a).busy || b.waiting - a.waiting);
  const waiting = bots.reduce((sum, bot) => sum + bot.waiting, 0);
  const failed = bots.reduce((sum, { counters }) => sum + (counters.failed ?? 0), 0);
  const head = `${colours.bold("Weir")} runs since ${formatDuration(Date.now() - status.since)}, ${formatCount(waiting)} waiting, ${formatCount(failed)} failed\n\n`;
  const table = renderTable(
    bots,
    [
      { title: "BOT", cell: ({ id }) => id },
      {
        title: "STATE",
        cell: ({ status, silent }) => (silent === undefined ? status.state : `${status.state}!`),
        paint: (text, bot) => botColour(bot, colours)(text),
      },
      { title: "BUSY", align: "right", cell: (bot) => `${Math.round(rate(bot).busy * 100)}%` },
      { title: "IN", align: "right", cell: (bot) => formatRate(rate(bot).received) },
      { title: "OUT", align: "right", cell: (bot) => formatRate(rate(bot).sent) },
      { title: "QUEUE", align: "right", cell: ({ waiting }) => formatCount(waiting) },
      {
        title: "FAILED",
        align: "right",
        cell: ({ counters }) => formatCount(counters.failed ?? 0),
        paint: (text, { counters }) => ((counters.failed ?? 0) > 0 ? colours.red(text) : text),
      },
      whyColumn(colours),
    ],
    { title: colours.dim, width: output.width },
  );
  return head + table;
}

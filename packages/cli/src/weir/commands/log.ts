/** `weir log`: the last lines of a bot's log, or of all, and what comes. */
import { join } from "node:path";
import { closest, loadSettings } from "@weir/engine/config";
import { logLevels } from "@weir/engine/observe";
import { errorKind } from "@weir/format/errors";
import { followFile } from "../../logs/follow-file.ts";
import {
  bots,
  filterOf,
  type LogLine,
  lastLogLines,
  parseJsonLine,
  parseTextLine,
  supervisor,
} from "../../logs/log-entries.ts";
import type { Colours } from "../../terminal/colour.ts";
import { requireBots } from "../require-bots.ts";
import { type GlobalOptions, openSession } from "../session.ts";
import { untilInterrupt } from "../until-interrupt.ts";
import { wholeNumber } from "../whole-number.ts";

const unknownLevel = errorKind<{ level: string; nearest: string | undefined }>("WEIR_LOG_LEVEL", {
  message: ({ level, nearest }) =>
    `there is no log level "${level}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
  remedy: `Levels are ${logLevels.join(", ")}.`,
  retry: "never",
});

interface LogOptions extends GlobalOptions {
  readonly lines: string;
  readonly level: string;
  readonly follow?: boolean;
}

export async function run(bot: string | undefined, options: LogOptions): Promise<void> {
  const session = openSession(options);
  const { places, output, json } = session;
  const count = wholeNumber("--lines", options.lines, { min: 0 });
  const level = options.level.toUpperCase();
  const known: readonly string[] = logLevels;
  if (!known.includes(level)) throw unknownLevel({ level: options.level, nearest: closest(level, known) });
  const lines = count === 0 ? [] : lastLogLines({ directory: places.logDir, bot, level, count });
  const show = (line: LogLine): string => renderLine(line, output.colours);
  if (lines.length === 0 && bot !== undefined && bot !== "weir") {
    const { settings } = await loadSettings(places.runtimeFile);
    if (settings !== undefined)
      requireBots(
        [bot],
        settings.bots.map(({ id }) => id),
      );
  }
  if (options.follow !== true) {
    output.result(lines, lines.length === 0 ? "There are no such lines.\n" : lines.map(show).join(""));
    return;
  }
  // As long as it goes on there is no whole document: with --json, one per line.
  const write = (line: LogLine): void => {
    process.stdout.write(json ? `${JSON.stringify(line)}\n` : show(line));
  };
  lines.forEach(write);
  const fits = filterOf(bot, level);
  await untilInterrupt(async (signal) => {
    const follow = async (file: string, parse: (line: string) => LogLine | undefined): Promise<void> => {
      for await (const line of followFile(join(places.logDir, file), { signal })) {
        const entry = parse(line);
        if (entry !== undefined && fits(entry)) write(entry);
      }
    };
    await Promise.all([
      bot === "weir" ? undefined : follow(bots, parseJsonLine),
      bot === undefined || bot === "weir" ? follow(supervisor, parseTextLine) : undefined,
    ]);
  });
}

/** A line for people, in local time; stacks indented below. */
export function renderLine({ time, bot, level, message, stack }: LogLine, colours: Colours): string {
  const local = new Date(time).toLocaleString("sv-SE", { hour12: false });
  const head = `${colours.dim(local)} ${levelColour(level, colours)(level.padEnd(7))} ${colours.bold(bot)} ${oneLine(message)}\n`;
  return stack === undefined ? head : `${head}${colours.dim(stack.replaceAll(/^/gm, "    "))}\n`;
}

function levelColour(level: string, colours: Colours): (text: string) => string {
  if (level === "ERROR" || level === "CRITICAL") return colours.red;
  if (level === "WARNING") return colours.yellow;
  return level === "DEBUG" ? colours.dim : colours.green;
}

/** Messages quote what strangers wrote: no control characters on the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}

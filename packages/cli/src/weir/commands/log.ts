/** `weir log`: the last lines of a bot's log, or of all. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type GlobalOptions, openSession } from "../session.ts";
import { wholeNumber } from "../whole-number.ts";

interface Line {
  readonly time: string;
  readonly bot: string;
  readonly level: string;
  readonly message: string;
}

const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

export async function run(
  bot: string | undefined,
  options: GlobalOptions & { readonly lines: string; readonly level: string },
): Promise<void> {
  const { places, output } = openSession(options);
  const count = wholeNumber("--lines", options.lines, { min: 1 });
  const least = Math.max(0, levels.indexOf(options.level.toUpperCase()));
  const file = join(places.logDir, "weir.jsonl");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as Line) // our own log
    .filter((line) => (bot === undefined || line.bot === bot) && levels.indexOf(line.level) >= least)
    .slice(-count);
  const shown = lines
    .map(({ time, bot: who, level, message }) => `${output.colours.dim(time)} ${who} ${level} ${message}\n`)
    .join("");
  output.result(lines, lines.length === 0 ? "There are no such lines.\n" : shown);
}

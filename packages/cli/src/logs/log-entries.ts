/** Entries of Weir's logs, from their ends: of one bot, or of all together. */
import { join } from "node:path";
import { logLevels, parseLogLine } from "@weir/engine/observe";
import { backwardLines } from "./backward-lines.ts";

export interface LogLine {
  /** ISO time. */
  readonly time: string;
  readonly bot: string;
  readonly level: string;
  readonly message: string;
  readonly stack?: string;
}

/** Bots write to one file together (JSON lines), the supervisor to one of its own (text). */
export const bots = "weir.jsonl";
export const supervisor = "weir.log";

export interface LogQuery {
  readonly directory: string;
  /** Absent: all; `weir` is the supervisor. */
  readonly bot?: string | undefined;
  /** This level and above. */
  readonly level: string;
  readonly count: number;
}

/** The last lines that fit, oldest first. */
export function lastLogLines({ directory, bot, level, count }: LogQuery): LogLine[] {
  const fits = filterOf(bot, level);
  const found: LogLine[] = [];
  for (const line of merged(sources(directory, bot))) {
    if (!fits(line)) continue;
    found.push(line);
    if (found.length >= count) break;
  }
  return found.reverse();
}

/** True for lines of this bot with this level or a higher one. */
export function filterOf(bot: string | undefined, level: string): (line: LogLine) => boolean {
  const least = rank(level);
  return (line) => (bot === undefined || line.bot === bot) && rank(line.level) >= least;
}

function rank(level: string): number {
  return (logLevels as readonly string[]).indexOf(level);
}

function sources(directory: string, bot: string | undefined): Generator<LogLine>[] {
  const all = [];
  if (bot !== "weir") all.push(entries(join(directory, bots), parseJsonLine));
  if (bot === undefined || bot === "weir") all.push(entries(join(directory, supervisor), parseTextLine));
  return all;
}

const rotatedCopies = 5;

/** From the end of a log through its rotated files. Lines that are no entries are the stack of the one above them. */
function* entries(path: string, parse: (line: string) => LogLine | undefined): Generator<LogLine> {
  let below: string[] = [];
  for (const file of [path, ...Array.from({ length: rotatedCopies }, (_, index) => `${path}.${index + 1}`)]) {
    for (const line of backwardLines(file)) {
      const entry = parse(line);
      if (entry === undefined) {
        below.unshift(line);
        continue;
      }
      const stack = below.join("\n").trimEnd();
      below = [];
      yield stack === "" ? entry : { ...entry, stack };
    }
  }
}

/** A line of the bots' common log; undefined for what is none, such as a line that is being written. */
export function parseJsonLine(line: string): LogLine | undefined {
  if (!line.startsWith("{") || !line.endsWith("}")) return undefined;
  try {
    return JSON.parse(line) as LogLine; // we wrote it, see engine/observe/bot-log.ts
  } catch {
    return undefined; // two lines in one after a crash: no entry
  }
}

/** A line of the supervisor's log; its time is local. */
export function parseTextLine(line: string): LogLine | undefined {
  const parsed = parseLogLine(line);
  if (parsed?.date === undefined) return undefined;
  const { date, bot, level, message } = parsed;
  return { time: new Date(date).toISOString(), bot, level, message };
}

/** The latest line of all generators first. */
function* merged(generators: readonly Generator<LogLine>[]): Generator<LogLine> {
  const heads = generators.map((generator) => ({ generator, line: generator.next() }));
  for (;;) {
    let latest: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.line.done === true) continue;
      if (latest === undefined || latest.line.done === true || head.line.value.time > latest.line.value.time)
        latest = head;
    }
    if (latest === undefined || latest.line.done === true) return;
    yield latest.line.value;
    latest.line = latest.generator.next();
  }
}

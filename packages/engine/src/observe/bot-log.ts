/**
 * The log of a bot: lines in IntelMQ's form in a file of its own, and the same as JSON lines in one file for all.
 *
 * Invariants
 * - A line is one line: line breaks inside are kept for stacks only, as IntelMQ does.
 * - The same text of one bot is written at most once a second; how often it was left out stands in the next one.
 * - Secrets never get here: `redact` replaces the values that were registered with it.
 */
import { appendFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock, Logger } from "../definition/context.ts";
import { makeDirectory } from "../files/make-directory.ts";

export const logLevels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogEntry {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly bot: string;
  readonly level: LogLevel;
  readonly message: string;
  /** Stack of an error, with its causes. */
  readonly stack?: string;
}

export type LogSink = (entry: LogEntry) => void;

export interface LogOptions {
  readonly bot: string;
  readonly level: LogLevel;
  readonly clock: Pick<Clock, "now">;
  readonly sinks: readonly LogSink[];
  /** Texts that must not be shown. */
  readonly secrets?: readonly string[];
}

/** A logger that filters by level, redacts, and leaves out repetitions. */
export function createLogger({ bot, level, clock, sinks, secrets = [] }: LogOptions): Logger {
  const least = logLevels.indexOf(level);
  const hidden = secrets.filter((secret) => secret.length >= 3);
  const recent = new Map<string, { time: number; left: number }>();

  const write = (at: LogLevel, text: string, cause?: unknown): void => {
    if (logLevels.indexOf(at) < least) return;
    const time = clock.now();
    const key = `${at} ${text}`;
    const last = recent.get(key);
    if (last !== undefined && time - last.time < 1000 && at !== "DEBUG") {
      last.left += 1;
      return;
    }
    if (recent.size > 200) recent.clear();
    recent.set(key, { time, left: 0 });
    const again = last === undefined || last.left === 0 ? "" : ` (${last.left} more of the same were left out.)`;
    const stack = cause instanceof Error ? stackOf(cause) : undefined;
    const entry: LogEntry = {
      time,
      bot,
      level: at,
      message: redact(`${text}${again}`, hidden),
      ...(stack === undefined ? {} : { stack: redact(stack, hidden) }),
    };
    for (const sink of sinks) sink(entry);
  };
  return {
    debug: (message) => write("DEBUG", message),
    info: (message) => write("INFO", message),
    warning: (message) => write("WARNING", message),
    error: (message, cause) => write("ERROR", message, cause),
  };
}

function redact(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) if (result.includes(secret)) result = result.split(secret).join("HIDDEN");
  return result;
}

/** The stack with those of the causes. */
function stackOf(error: Error): string {
  const parts: string[] = [];
  for (let at: unknown = error; at instanceof Error && parts.length < 8; at = at.cause)
    parts.push(at.stack ?? String(at));
  return parts.join("\ncaused by: ");
}

/** `2015-05-29 21:00:24,379 - bot-id - LEVEL - message`, local time, as IntelMQ's tools read it. */
export function formatLine({ time, bot, level, message, stack }: LogEntry): string {
  const line = `${localTime(time)} - ${bot} - ${level} - ${message.replaceAll(/[\r\n]+/g, " ")}\n`;
  return stack === undefined ? line : `${line}${stack}\n`;
}

function localTime(time: number): string {
  const date = new Date(time);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${clock},${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export interface FileLogOptions {
  readonly path: string;
  /** Bytes at which the file is rotated; 0: never. */
  readonly maxSize: number;
  /** Rotated files that are kept. */
  readonly maxCopies: number;
  readonly format: (entry: LogEntry) => string;
  /** Called when the log cannot be written; the line is not lost, it is handed over. */
  onError(error: unknown, line: string): void;
}

/** Appends lines to a file, a few at a time, and rotates it. `flush` writes what waits; `reopen` is not needed: every write opens. */
export function fileSink(options: FileLogOptions): { readonly sink: LogSink; flush(): void } {
  const { path, maxSize, maxCopies, format, onError } = options;
  let waiting = "";
  let timer: NodeJS.Timeout | undefined;
  let made = false;

  const flush = (): void => {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (waiting === "") return;
    const text = waiting;
    waiting = "";
    try {
      if (!made) makeDirectory(dirname(path));
      made = true;
      if (maxSize > 0 && maxCopies > 0) rotate(path, maxSize, maxCopies, Buffer.byteLength(text));
      appendFileSync(path, text, { mode: 0o640 });
    } catch (error) {
      made = false;
      onError(error, text);
    }
  };
  const sink: LogSink = (entry) => {
    waiting += format(entry);
    if (waiting.length > 64 << 10) flush();
    else timer ??= setTimeout(flush, 100);
  };
  return { sink, flush };
}

function rotate(path: string, maxSize: number, maxCopies: number, more: number): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || size + more <= maxSize) return;
  rmSync(`${path}.${maxCopies}`, { force: true });
  for (let copy = maxCopies - 1; copy >= 1; copy--) {
    if (statSync(`${path}.${copy}`, { throwIfNoEntry: false }) !== undefined)
      renameSync(`${path}.${copy}`, `${path}.${copy + 1}`);
  }
  renameSync(path, `${path}.1`);
}

/** One JSON object per line. */
export function formatJsonLine({ time, bot, level, message, stack }: LogEntry): string {
  return `${JSON.stringify({ time: new Date(time).toISOString(), bot, level, message, ...(stack === undefined ? {} : { stack }) })}\n`;
}

/** Path of a bot's log. */
export function logPath(directory: string, bot: string): string {
  return join(directory, `${bot}.log`);
}

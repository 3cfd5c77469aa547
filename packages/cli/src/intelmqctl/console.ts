/** What intelmqctl says: lines for people, or one JSON document at the end; and a log of its own. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory } from "@weir/engine/supervise";
import { coloursFor } from "../terminal/colour.ts";

export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
export type OutputType = "text" | "json" | "python";

/** What a command gives: its result for JSON, and the exit code. */
export interface Outcome {
  readonly result: unknown;
  readonly code: number;
}

export interface Console {
  readonly type: OutputType;
  readonly quiet: boolean;
  /** A line of status: INFO to the output, from WARNING on to the error stream in red; nothing with JSON. */
  say(level: Level, text: string, colour?: "green"): void;
  /** Text that is the command's result for people. */
  print(text: string): void;
  /** The result for programs, with JSON. */
  finish(result: unknown): void;
}

export interface ConsoleOptions {
  readonly type: OutputType;
  readonly quiet: boolean;
  /** Where intelmqctl.log is; absent: no log. */
  readonly logDir?: string;
  /** Least level of the log. */
  readonly logLevel: Level;
}

const ranks: Readonly<Record<Level, number>> = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 };

export function openConsole({ type, quiet, logDir, logLevel }: ConsoleOptions): Console {
  const colours = coloursFor(process.stdout);
  const errorColours = coloursFor(process.stderr);
  const log = logDir === undefined ? undefined : openLog(logDir);
  return {
    type,
    quiet,
    say(level, text, colour) {
      if (ranks[level] >= ranks[quiet ? "WARNING" : logLevel]) log?.(level, text);
      if (type !== "text" || ranks[level] < ranks[quiet ? "WARNING" : "INFO"]) return;
      if (ranks[level] >= ranks.WARNING) process.stderr.write(`${errorColours.red(text)}\n`);
      else process.stdout.write(`${colour === undefined ? text : colours[colour](text)}\n`);
    },
    print(text) {
      if (type === "text") process.stdout.write(text);
    },
    finish(result) {
      if (type === "json") process.stdout.write(`${jsonText(result)}\n`);
    },
  };
}

/** JSON as Python's json module writes it with an indent of four: ASCII only. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value ?? null, undefined, 4);
  return text.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Appends to intelmqctl.log; when that is not possible, it is said once. */
function openLog(directory: string): (level: Level, text: string) => void {
  let works = true;
  return (level, text) => {
    if (!works) return;
    try {
      makeDirectory(directory);
      const line = `${localTime(new Date())} - intelmqctl - ${level} - ${text.replaceAll(/[\r\n]+/g, " ")}\n`;
      appendFileSync(join(directory, "intelmqctl.log"), line, { mode: 0o640 });
    } catch (error) {
      works = false;
      process.stderr.write(
        `Logging to ${directory} is not possible: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  };
}

function localTime(date: Date): string {
  const milliseconds = String(date.getMilliseconds()).padStart(3, "0");
  return `${date.toLocaleString("sv-SE", { hour12: false })},${milliseconds}`;
}

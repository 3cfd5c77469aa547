/** `intelmqctl log`: the last entries of a bot's log file. */
import { join } from "node:path";
import { logLevels, parseLogLine } from "@weir/engine/observe";
import { backwardLines } from "../logs/backward-lines.ts";
import type { Botnet } from "./botnet.ts";
import type { Outcome } from "./console.ts";

interface Entry {
  readonly date: string;
  readonly bot_id: string;
  readonly thread_id?: number | null;
  readonly log_level: string;
  readonly message: string;
  readonly extended_message?: string;
}

/** `count` −1: all. Entries of the level and above. */
export function showLog(botnet: Botnet, id: string, count: number, level: string): Outcome {
  const { settings, session, console } = botnet;
  const configured = settings.global.get("logging_path")?.value;
  const file = join(typeof configured === "string" ? configured : session.places.logDir, `${id}.log`);
  let entries: Entry[] | undefined;
  try {
    entries = readEntries(file, count, level);
  } catch (error) {
    console.say(
      "ERROR",
      `The log file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { result: "error", code: 1 };
  }
  if (entries === undefined) {
    const message = "No log file exists (yet).";
    console.say("INFO", message);
    const date = new Date().toISOString().slice(0, 19);
    return { result: [{ date, bot_id: id, log_level: "INFO", message }], code: 0 };
  }
  for (const { date, bot_id, log_level, message, extended_message } of entries) {
    console.print(
      `${date} - ${bot_id} - ${log_level} - ${message}\n${extended_message === undefined ? "" : `${extended_message}\n`}`,
    );
  }
  return { result: entries, code: 0 };
}

/** Oldest first; undefined when there is no file. */
function readEntries(file: string, count: number, level: string): Entry[] | undefined {
  const known: readonly string[] = logLevels;
  const least = known.indexOf(level);
  const entries: Entry[] = [];
  let exists = false;
  let below: string[] = [];
  for (const line of backwardLines(file)) {
    exists = true;
    if (count !== -1 && entries.length >= count) break;
    const parsed = parseLogLine(line);
    if (parsed?.date === undefined) {
      below.unshift(line);
      continue;
    }
    const extended = below.join("\n").trimEnd();
    below = [];
    if (known.indexOf(parsed.level) < least) continue;
    entries.push({
      date: parsed.date,
      bot_id: parsed.bot,
      thread_id: parsed.thread ?? null,
      log_level: parsed.level,
      message: parsed.message,
      ...(extended === "" ? {} : { extended_message: extended }),
    });
  }
  return exists ? entries.reverse() : undefined;
}

/** Small functions of the reference's library. */

import { flattenQueues, isEarlierVersion, loadConfiguration } from "@weir/engine/config";
import { durationText, parseLogLine, parseSyslogLine } from "@weir/engine/observe";
import { Float, float, toNumber } from "@weir/format";
import { lazyInteger } from "@weir/format/python";
import { parseRelativeTime } from "@weir/format/time";
import type { Area, Implementation } from "./area.ts";
import { runCall } from "./call.ts";
import { resultOf } from "./library-value.ts";
import { reportFunctions } from "./reports.ts";

const functions = new Map<string, Implementation>([
  ...reportFunctions,
  [
    "seconds_to_human",
    ({ args: [seconds], named }) => durationText(number(seconds), Number(named.get("precision") ?? 0)),
  ],
  ["lazy_int", ({ args: [value] }) => lazyInteger(scalar(value))],
  [
    "parse_relative",
    ({ args: [text] }) => {
      const time = parseRelativeTime(string(text));
      if (time === undefined) throw new Error("no relative time");
      return time.unit === "second" ? float(time.minutes) : time.minutes;
    },
  ],
  ["version_smaller", ({ args: [first, second] }) => isEarlierVersion(version(first), version(second))],
  ["flatten_queues", ({ args: [queues] }) => flattenQueues(resultOf(queues)).sort()],
  ["load_configuration_text", ({ args: [text] }) => loadConfiguration(string(text), "vector")],
  ["parse_logline", ({ args: [line], named, now }) => logLine(string(line), named.has("regex"), now)],
]);

export const utilsArea: Area = {
  run: (vector) => runCall(vector, functions),
};

/** Fields as the reference names them; the line itself when it is none. The only other expression is that for syslog. */
function logLine(line: string, isSyslog: boolean, now: number): unknown {
  const parsed = isSyslog ? parseSyslogLine(line, new Date(now).getUTCFullYear()) : parseLogLine(line);
  if (parsed === undefined) return line;
  if (parsed.date === undefined) throw new Error("the time of the line is none");
  return new Map<string, unknown>([
    ["date", parsed.date],
    ["bot_id", parsed.bot],
    ["thread_id", parsed.thread],
    ["log_level", parsed.level],
    ["message", parsed.message],
  ]);
}

function string(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("a text is needed");
  return value;
}

function number(value: unknown): number {
  if (typeof value === "number" || typeof value === "bigint" || value instanceof Float) return toNumber(value);
  throw new TypeError("a number is needed");
}

function scalar(value: unknown): string | number | bigint | boolean | Float {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" || typeof value === "bigint" || value instanceof Float) return value;
  throw new TypeError("a text or a number is needed");
}

function version(value: unknown): readonly (string | number)[] {
  if (!Array.isArray(value)) throw new TypeError("a list is needed");
  return value.map((part) => (typeof part === "string" ? part : number(part)));
}

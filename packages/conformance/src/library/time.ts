/** Functions of the date-time type. */
import {
  type CalendarDate,
  convertTime,
  fromEpochMillis,
  fromFormat,
  fromFormatMidnight,
  fromFuzzy,
  fromTimestamp,
  fromUtcIso,
  fromWindowsNt,
  nowText,
  parseTimeFormat,
} from "@weir/format/time";
import type { Area, Implementation } from "./area.ts";
import { runCall } from "./call.ts";

const functions = new Map<string, Implementation>([
  ["from_timestamp", ({ args: [value] }) => fromTimestamp(value)],
  ["from_epoch_millis", ({ args: [value] }) => fromEpochMillis(value)],
  ["from_windows_nt", ({ args: [value] }) => fromWindowsNt(value)],
  ["from_isoformat", ({ args: [value] }) => fromUtcIso(value)],
  ["from_fuzzy", ({ args: [value], now }) => fromFuzzy(value, calendarDate(now))],
  ["from_format", ({ args: [value, format] }) => fromFormat(value, String(format))],
  ["from_format_midnight", ({ args: [value, format] }) => fromFormatMidnight(value, String(format))],
  ["generate_datetime_now", ({ now }) => nowText(new Date(now))],
  ["convert", ({ args: [value, format], now }) => convertTime(value, formatName(format), calendarDate(now))],
  [
    "time_format",
    ({ args: [format, value], now }) => convertTime(value, parseTimeFormat(formatName(format)), calendarDate(now)),
  ],
]);

export const timeArea: Area = {
  run: (vector) => runCall(vector, functions),
};

function formatName(format: unknown): string | null {
  return format === undefined || format === null ? null : String(format);
}

/** The day on which the vector's clock stands. */
function calendarDate(now: number): CalendarDate {
  const date = new Date(now);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

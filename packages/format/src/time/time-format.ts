/** The parameter type `time_format`: `NAME` or `NAME|FORMAT`. */
import { invalidArgument } from "../errors/kinds.ts";
import { checkStrptimeFormat } from "../python/strptime.ts";
import type { CalendarDate } from "./calendar.ts";
import {
  fromEpochMillis,
  fromFormat,
  fromFormatMidnight,
  fromFuzzy,
  fromTimestamp,
  fromUtcIso,
  fromWindowsNt,
} from "./conversions.ts";

export interface TimeFormat {
  readonly name: string;
  readonly format?: string;
  /** ISO 8601 in UTC; undefined: the value says nothing. Throws WEIR_INVALID_TIME. */
  convert(value: unknown, today?: CalendarDate): string | undefined;
}

const plain = new Map<string, (value: unknown, today?: CalendarDate) => string | undefined>([
  ["timestamp", fromTimestamp],
  ["windows_nt", fromWindowsNt],
  ["epoch_millis", fromEpochMillis],
  ["utc_isoformat", fromUtcIso],
  ["fuzzy", fromFuzzy],
]);
const formatted = new Map<string, (value: unknown, format: string) => string>([
  ["from_format", fromFormat],
  ["from_format_midnight", fromFormatMidnight],
]);

/** Names of all formats. */
export const timeFormatNames: readonly string[] = [...plain.keys(), ...formatted.keys()];

/** Reads a `time_format`; null and empty mean `fuzzy`. Throws WEIR_INVALID_ARGUMENT. */
export function parseTimeFormat(text: string | null | undefined): TimeFormat {
  if (text === undefined || text === null || text === "") return formatOf("fuzzy", undefined);
  const [name = "", format] = text.split("|");
  return formatOf(name, format);
}

function formatOf(name: string, format: string | undefined): TimeFormat {
  const simple = plain.get(name);
  const withFormat = formatted.get(name);
  const refuse = (expected: string): Error =>
    invalidArgument({
      argument: "time_format",
      value: JSON.stringify(format === undefined ? name : `${name}|${format}`),
      expected,
    });
  if (simple !== undefined) {
    if (format !== undefined && format !== "") throw refuse(`${name} without a format`);
    return { name, convert: simple };
  }
  if (withFormat === undefined) throw refuse(`one of ${timeFormatNames.join(", ")}`);
  if (format === undefined || format === "") throw refuse(`${name}|FORMAT_STRING`);
  checkStrptimeFormat(format);
  return { name, format, convert: (value) => withFormat(value, format) };
}

/** Converts by name: what stands behind the first `|` is the format; null means `fuzzy`. Throws WEIR_INVALID_TIME, WEIR_INVALID_ARGUMENT. */
export function convertTime(
  value: unknown,
  format: string | TimeFormat | null,
  today?: CalendarDate,
): string | undefined {
  if (format === null) return fromFuzzy(value, today);
  if (typeof format !== "string") return format.convert(value, today);
  const bar = format.indexOf("|");
  const name = bar === -1 ? format : format.slice(0, bar);
  return formatOf(name, bar === -1 ? undefined : format.slice(bar + 1)).convert(value, today);
}

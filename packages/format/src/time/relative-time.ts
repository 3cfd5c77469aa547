/** Relative times as IntelMQ's parameters write them: `5 minutes`, `1 year`. */
import { parseInteger } from "../python/numbers.ts";
import { isSpace, strip } from "../python/strip.ts";

export type TimeUnit = "second" | "minute" | "hour" | "day" | "week" | "month" | "year";

export interface RelativeTime {
  readonly count: number;
  readonly unit: TimeUnit;
  /** A month has 30 days, a year 365. */
  readonly seconds: number;
  /** What IntelMQ reckons in; fractions for seconds only. */
  readonly minutes: number;
}

const secondsPerUnit: Readonly<Record<TimeUnit, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
};

/**
 * Reads a whole number (decimal digits of any script), white space and a unit in lower case, singular or plural, with
 * white space around; undefined for everything else (`5days`, `5 d`, `1.5 days`, `5 days ago`).
 */
export function parseRelativeTime(text: string): RelativeTime | undefined {
  const trimmed = strip(text);
  let end = 0;
  while (end < trimmed.length && !isSpace(trimmed.charCodeAt(end))) end++;
  const digits = trimmed.slice(0, end);
  const name = strip(trimmed.slice(end));
  const unit = unitOf(name.endsWith("s") ? name.slice(0, -1) : name);
  if (unit === undefined || !/^\p{Nd}+$/u.test(digits)) return undefined;
  const count = parseInteger(digits);
  if (count === undefined) return undefined;
  const number = Number(count);
  const seconds = number * secondsPerUnit[unit];
  return { count: number, unit, seconds, minutes: unit === "second" ? number * (1 / 60) : seconds / 60 };
}

function unitOf(name: string): TimeUnit | undefined {
  switch (name) {
    case "second":
    case "minute":
    case "hour":
    case "day":
    case "week":
    case "month":
    case "year":
      return name;
    default:
      return undefined;
  }
}

/**
 * Dates and times in free text: the lenient grammar that IntelMQ takes times with. Month first where it could be either;
 * words that mean nothing are skipped (`strict`: refused); what is missing comes from `today`, the time from midnight; zone
 * names other than UTC's are ignored.
 */
import { withAsciiDigits } from "../python/numbers.ts";
import { type CalendarDate, civilFromDays, daysFromCivil, daysInMonth, type WallTime, weekdayOf } from "./calendar.ts";
import { NoDate, withCentury } from "./fuzzy-date-parts.ts";
import { isUtcName } from "./fuzzy-names.ts";
import { type Found, FuzzyReader } from "./fuzzy-reader.ts";
import { tokenize } from "./fuzzy-tokens.ts";

export interface FuzzyOptions {
  /** Unknown words make the text no date. */
  readonly strict?: boolean;
}

/** Longest text that is looked at; no date is longer. */
const longestText = 500;

/** What clock and calendar show by the text; undefined when it holds no date. The day may be one that does not exist. */
export function parseFuzzy(
  text: string,
  today: CalendarDate,
  { strict = false }: FuzzyOptions = {},
): WallTime | undefined {
  if (text.length > longestText) return undefined;
  const tokens = tokenize(withAsciiDigits(text).replaceAll("\0", ""));
  try {
    return complete(new FuzzyReader(tokens, { strict, today }).read(), today);
  } catch (error) {
    if (error instanceof NoDate) return undefined;
    throw error;
  }
}

function complete(found: Found, today: CalendarDate): WallTime | undefined {
  const { parts, hour, minute, second, microsecond = 0, weekday } = found;
  if (parts.length === 0 && hour === undefined && minute === undefined && second === undefined) {
    if (weekday === undefined) return undefined;
  }
  const given = parts.resolve();
  const year = given.year === undefined ? today.year : parts.hasCentury ? given.year : withCentury(given.year, today);
  const month = given.month ?? today.month;
  if (month < 1 || month > 12) return undefined;
  const day = given.day ?? Math.min(today.day, daysInMonth(year, month));
  // "-0500 (GMT)": a name of UTC wins.
  const offset = found.zoneName !== undefined && isUtcName(found.zoneName) ? 0 : found.offset;
  const isNext = weekday !== undefined && given.day === undefined;
  const date = isNext ? nextWeekday({ year, month, day }, weekday) : { year, month, day };
  // Member by member: spreading takes longer than all the reading before.
  return {
    year: date.year,
    month: date.month,
    day: date.day,
    hour: hour ?? 0,
    minute: minute ?? 0,
    second: second ?? 0,
    microsecond,
    offset,
  };
}

/** The day itself, or the next one that is this weekday. */
function nextWeekday({ year, month, day }: CalendarDate, weekday: number): CalendarDate {
  const days = daysFromCivil(year, month, day);
  return civilFromDays(days + ((weekday - weekdayOf(days) + 7) % 7));
}

/**
 * `strptime` of Python, by its manual: the whole text must match, letter case is ignored, blanks in the format stand for one
 * or more, names are English. Formats are compiled once.
 */
import { invalidArgument } from "../errors/kinds.ts";
import { civilFromDays, daysFromCivil, daysInMonth, type WallTime, weekdayOf } from "../time/calendar.ts";
import { monthOf, weekdayNamed } from "../time/fuzzy-names.ts";

interface Directive {
  readonly pattern: string;
  /** Which value it gives. */
  readonly name: string;
}

const monthNames = "january|february|march|april|may|june|july|august|september|october|november|december";
const weekdayNames = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";
const short = (names: string): string => names.split("|").map((name) => name.slice(0, 3)).join("|");

const directives = new Map<string, Directive>([
  ["Y", { name: "year", pattern: "\\d{4}" }],
  ["y", { name: "shortYear", pattern: "\\d{2}" }],
  ["m", { name: "month", pattern: "1[0-2]|0[1-9]|[1-9]" }],
  ["d", { name: "day", pattern: "3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]" }],
  ["H", { name: "hour", pattern: "2[0-3]|[01]\\d|\\d" }],
  ["I", { name: "hour12", pattern: "1[0-2]|0[1-9]|[1-9]" }],
  ["M", { name: "minute", pattern: "[0-5]\\d|\\d" }],
  ["S", { name: "second", pattern: "6[01]|[0-5]\\d|\\d" }],
  ["f", { name: "fraction", pattern: "\\d{1,6}" }],
  ["j", { name: "dayOfYear", pattern: "36[0-6]|3[0-5]\\d|[12]\\d{2}|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]" }],
  ["U", { name: "weekFromSunday", pattern: "5[0-3]|[0-4]\\d|\\d" }],
  ["W", { name: "weekFromMonday", pattern: "5[0-3]|[0-4]\\d|\\d" }],
  ["w", { name: "weekdayFromSunday", pattern: "[0-6]" }],
  ["u", { name: "weekdayFromMonday", pattern: "[1-7]" }],
  ["G", { name: "isoYear", pattern: "\\d{4}" }],
  ["V", { name: "isoWeek", pattern: "5[0-3]|0[1-9]|[1-4]\\d|\\d" }],
  ["a", { name: "weekday", pattern: short(weekdayNames) }],
  ["A", { name: "weekday", pattern: weekdayNames }],
  ["b", { name: "monthName", pattern: short(monthNames) }],
  ["B", { name: "monthName", pattern: monthNames }],
  ["p", { name: "half", pattern: "am|pm" }],
  ["z", { name: "offset", pattern: "[+-]\\d{2}:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|(?-i:Z)" }],
  ["Z", { name: "zone", pattern: "utc|gmt" }],
]);
const composed = new Map([
  ["c", "%a %b %d %H:%M:%S %Y"],
  ["x", "%m/%d/%y"],
  ["X", "%H:%M:%S"],
]);

interface Compiled {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const compiled = new Map<string, Compiled>();
const mostFormats = 500;

function compile(format: string): Compiled {
  const known = compiled.get(format);
  if (known !== undefined) return known;
  const names: string[] = [];
  const pattern = new RegExp(`^${source(format, names)}$`, "isu");
  const result = { pattern, names };
  if (compiled.size < mostFormats) compiled.set(format, result);
  return result;
}

function source(format: string, names: string[]): string {
  let result = "";
  for (let at = 0; at < format.length; at++) {
    const character = String.fromCodePoint(format.codePointAt(at) ?? 0);
    if (/\s/.test(character)) {
      while (/\s/.test(format[at + 1] ?? "")) at += 1;
      result += "\\s+";
    } else if (character !== "%") {
      result += character.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
      at += character.length - 1;
    } else {
      at += 1;
      result += directiveSource(format, format[at] ?? "", names);
    }
  }
  return result;
}

function directiveSource(format: string, letter: string, names: string[]): string {
  if (letter === "%") return "%";
  const whole = composed.get(letter);
  if (whole !== undefined) return source(whole, names);
  const directive = directives.get(letter);
  if (directive === undefined) {
    throw invalidArgument({ argument: "format", value: JSON.stringify(format), expected: `directives of strptime; %${letter} is none` });
  }
  if (names.includes(directive.name)) {
    throw invalidArgument({ argument: "format", value: JSON.stringify(format), expected: `%${letter} once` });
  }
  names.push(directive.name);
  // JavaScript has no modifier inside of a pattern on every engine we support; upper-case Z is checked below instead.
  return `(${directive.pattern.replace("(?-i:Z)", "Z")})`;
}

/** The wall time; undefined when the text does not fit. Throws WEIR_INVALID_ARGUMENT for a format that is none. */
export function strptime(text: string, format: string): WallTime | undefined {
  const { pattern, names } = compile(format);
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const values = new Map(names.map((name, index) => [name, match[index + 1] ?? ""]));
  const number = (name: string): number | undefined => (values.has(name) ? Number(values.get(name)) : undefined);
  const date = dateOf(values, number);
  const offset = offsetOf(values.get("offset"), values.has("zone"));
  const second = number("second") ?? 0;
  if (date === undefined || offset === null || second > 59) return undefined;
  return {
    ...date,
    hour: hourOf(values, number),
    minute: number("minute") ?? 0,
    second,
    microsecond: Number((values.get("fraction") ?? "0").padEnd(6, "0")),
    offset,
  };
}

type NumberOf = (name: string) => number | undefined;

function hourOf(values: ReadonlyMap<string, string>, number: NumberOf): number {
  const twelve = number("hour12");
  if (twelve === undefined) return number("hour") ?? 0;
  const half = values.get("half")?.toLowerCase();
  if (half === "pm") return twelve === 12 ? 12 : twelve + 12;
  return half === "am" && twelve === 12 ? 0 : twelve;
}

/** Seconds; undefined without a zone, null for one that is none. */
function offsetOf(text: string | undefined, named: boolean): number | undefined | null {
  if (text === undefined) return named ? 0 : undefined;
  if (text === "Z") return 0;
  const digits = text.replaceAll(":", "");
  const colons = text.split(":").length - 1;
  if (!/^[+-]/.test(text) || (colons === 1 && digits.length > 5)) return null;
  const seconds = Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60 + Number(digits.slice(5, 7) || "0");
  return (text.startsWith("-") ? -1 : 1) * seconds;
}

function dateOf(values: ReadonlyMap<string, string>, number: NumberOf): { year: number; month: number; day: number } | undefined {
  const shortYear = number("shortYear");
  const year = number("year") ?? (shortYear === undefined ? undefined : shortYear + (shortYear <= 68 ? 2000 : 1900));
  const named = values.get("monthName");
  const month = number("month") ?? (named === undefined ? undefined : monthOf(named));
  const day = number("day");
  const weekday = weekdayIn(values, number);
  const isoYear = number("isoYear");
  const isoWeek = number("isoWeek");
  if (isoYear !== undefined || isoWeek !== undefined) {
    if (isoYear === undefined || isoWeek === undefined || weekday === undefined || year !== undefined) return undefined;
    return isoDate(isoYear, isoWeek, weekday);
  }
  const dayOfYear = number("dayOfYear") ?? weekDay(year, number, weekday);
  if (dayOfYear !== undefined && month === undefined && day === undefined) {
    const base = year ?? 1900;
    return civilFromDays(daysFromCivil(base, 1, 1) + dayOfYear - 1);
  }
  const result = { year: year ?? 1900, month: month ?? 1, day: day ?? 1 };
  if (result.year < 1 || result.day > daysInMonth(result.year, result.month)) return undefined;
  return result;
}

function weekdayIn(values: ReadonlyMap<string, string>, number: NumberOf): number | undefined {
  const name = values.get("weekday");
  if (name !== undefined) return weekdayNamed(name);
  const fromMonday = number("weekdayFromMonday");
  if (fromMonday !== undefined) return fromMonday - 1;
  const fromSunday = number("weekdayFromSunday");
  return fromSunday === undefined ? undefined : (fromSunday + 6) % 7;
}

/** Day of the year of a weekday in a numbered week. */
function weekDay(year: number | undefined, number: NumberOf, weekday: number | undefined): number | undefined {
  const fromMonday = number("weekFromMonday");
  const week = fromMonday ?? number("weekFromSunday");
  if (week === undefined || weekday === undefined || year === undefined) return undefined;
  const first = weekdayOf(daysFromCivil(year, 1, 1));
  const [firstDay, day] = fromMonday === undefined ? [(first + 1) % 7, (weekday + 1) % 7] : [first, weekday];
  const toWeekOne = (7 - firstDay) % 7;
  return week === 0 ? 1 + day - firstDay : 1 + toWeekOne + 7 * (week - 1) + day;
}

function isoDate(year: number, week: number, weekday: number): { year: number; month: number; day: number } | undefined {
  if (week < 1) return undefined;
  const fourth = daysFromCivil(year, 1, 4);
  const monday = fourth - weekdayOf(fourth);
  const date = civilFromDays(monday + (week - 1) * 7 + weekday);
  const nextFourth = daysFromCivil(year + 1, 1, 4);
  return monday + (week - 1) * 7 < nextFourth - weekdayOf(nextFourth) ? date : undefined;
}

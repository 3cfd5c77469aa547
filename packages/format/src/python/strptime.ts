/**
 * Reads times by Python's `strptime` letters, with English names whatever the machine's locale is.
 *
 * The text must match to its end. Letter case does not matter; white space in the format stands for one or more white
 * space characters. Matching goes back to shorter numbers as a regular expression would, but never tries the same place
 * twice, so its time is bounded by the lengths of format and text.
 */
import { invalidArgument } from "../errors/kinds.ts";
import { civilFromDays, daysFromCivil, daysInMonth, type WallTime, weekdayOf } from "../time/calendar.ts";
import { withAsciiDigits } from "./numbers.ts";
import { isSpace } from "./strip.ts";
import {
  compounds,
  directives,
  monthNames,
  numberAt,
  type Take,
  takeBlanks,
  takeCharacter,
  weekdayNames,
} from "./strptime-letters.ts";

/**
 * `datetime.strptime(text, format)`: what clock and calendar show, with an offset where the format has `%z`; missing parts
 * are those of 1900-01-01 00:00:00. Undefined when the text does not match or names a day or second that does not exist.
 * Throws WEIR_INVALID_ARGUMENT for a format that Python refuses.
 */
export function strptime(text: string, format: string): WallTime | undefined {
  const compiled = compile(format);
  const found = text.length > longestText ? undefined : match(compiled, withAsciiDigits(text));
  return found === undefined ? undefined : timeOf(found);
}

/** Checks a format: unknown letters, letters that come twice. Throws WEIR_INVALID_ARGUMENT. */
export function checkStrptimeFormat(format: string): void {
  compile(format);
}

const longestText = 1000;

interface Item {
  /** Under which letter the match is found again. */
  readonly letter?: string;
  readonly take: Take;
}

interface Compiled {
  readonly items: readonly Item[];
  /** Indices of the items by their letters. */
  readonly places: ReadonlyMap<string, number>;
}

/** Formats come from configurations and parsers, so there are few. */
const known = new Map<string, Compiled>();
const mostFormats = 500;

function compile(format: string): Compiled {
  const before = known.get(format);
  if (before !== undefined) return before;
  const items = itemsOf(format);
  const places = new Map(
    items.flatMap(({ letter }, index) => (letter === undefined ? [] : [[letter, index] as const])),
  );
  const compiled = { items, places };
  if (known.size < mostFormats) known.set(format, compiled);
  return compiled;
}

function itemsOf(format: string): readonly Item[] {
  const refuse = (expected: string): Error =>
    invalidArgument({ argument: "format", value: JSON.stringify(format), expected });
  const items: Item[] = [];
  const letters = new Set<string>();
  const source = format.replace(/%([\s\S])/g, (directive, letter: string) => compounds.get(letter) ?? directive);
  for (let at = 0; at < source.length; at++) {
    const character = source.charAt(at);
    if (isSpace(character.charCodeAt(0))) {
      while (isSpace(source.charCodeAt(at + 1))) at++;
      items.push({ take: takeBlanks });
    } else if (character !== "%") {
      items.push({ take: takeCharacter(character) });
    } else {
      at += 1;
      const letter = source.charAt(at);
      const take = letter === "%" ? takeCharacter("%") : directives.get(letter);
      if (take === undefined) throw refuse(`directives of strptime; %${letter} is none`);
      if (letter === "%") {
        items.push({ take });
        continue;
      }
      if (letters.has(letter)) throw refuse(`%${letter} only once`);
      letters.add(letter);
      items.push({ letter, take });
    }
  }
  const missing = missingForIsoWeek(letters);
  if (missing !== undefined) throw refuse(missing);
  return items;
}

function missingForIsoWeek(letters: ReadonlySet<string>): string | undefined {
  if (!letters.has("G") && !letters.has("V")) return undefined;
  const hasWeekday = ["a", "A", "w", "u"].some((letter) => letters.has(letter));
  if (!letters.has("G") || !letters.has("V") || !hasWeekday) return "%G and %V together, with a weekday";
  return letters.has("j") || letters.has("Y") ? "%G without %Y and %j" : undefined;
}

/** What a letter matched; undefined when the format does not have it. */
interface Found {
  text(letter: string): string | undefined;
  number(letter: string): number | undefined;
}

function match({ items, places }: Compiled, text: string): Found | undefined {
  /** Where the items begin, and where the last one ends. */
  const ends: number[] = [0];
  const failed = new Set<number>();
  const matchFrom = (index: number, at: number): boolean => {
    const item = items[index];
    if (item === undefined) return true;
    const place = index * (text.length + 1) + at;
    if (failed.size > 0 && failed.has(place)) return false;
    for (let choice = 0; ; choice++) {
      const end = item.take(text, at, choice);
      if (end === -1) break;
      ends[index + 1] = end;
      if (matchFrom(index + 1, end)) return true;
    }
    failed.add(place);
    return false;
  };
  if (!matchFrom(0, 0) || ends[items.length] !== text.length) return undefined;
  const textOf = (letter: string): string | undefined => {
    const index = places.get(letter);
    return index === undefined ? undefined : text.slice(ends[index], ends[index + 1]).toLowerCase();
  };
  const numberOf = (letter: string): number | undefined => {
    const index = places.get(letter);
    return index === undefined ? undefined : numberAt(text, ends[index] ?? 0, ends[index + 1] ?? 0);
  };
  return { text: textOf, number: numberOf };
}

function timeOf(found: Found): WallTime | undefined {
  const date = dateOf(found);
  const second = found.number("S") ?? 0;
  if (date === undefined || second > 59) return undefined;
  return {
    year: date.year,
    month: date.month,
    day: date.day,
    hour: hourOf(found.number("H"), found.number("I"), found.text("p")),
    minute: found.number("M") ?? 0,
    second,
    microsecond: Number((found.text("f") ?? "").padEnd(6, "0")),
    offset: offsetOf(found.text("z")),
  };
}

function hourOf(hour: number | undefined, ofHalf: number | undefined, half: string | undefined): number {
  return ofHalf === undefined ? (hour ?? 0) : (ofHalf % 12) + (half === "pm" ? 12 : 0);
}

/** Seconds east of UTC; undefined without a zone. */
function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const digits = text.slice(1).replaceAll(":", "");
  const [hours, minutes, seconds] = [0, 2, 4].map((from) => Number(digits.slice(from, from + 2)));
  const offset = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return text.startsWith("-") ? 0 - offset : offset;
}

type FoundDate = Pick<WallTime, "year" | "month" | "day">;

function dateOf(found: Found): FoundDate | undefined {
  const weekday = weekdayIn(found);
  const isoYear = found.number("G");
  if (isoYear !== undefined) return dateOfIsoWeek(isoYear, found.number("V") ?? 0, weekday ?? 0);
  const year = found.number("Y") ?? yearOfCentury(found.number("y")) ?? 1900;
  if (year < 1) return undefined;
  const newYear = daysFromCivil(year, 1, 1);
  const dayOfYear = found.number("j");
  if (dayOfYear !== undefined) return dateAt(newYear + dayOfYear - 1);
  const fromMonday = found.number("W");
  const fromSunday = found.number("U");
  if (weekday !== undefined && fromSunday !== undefined) {
    return dateAt(dayOfWeek(newYear, (weekdayOf(newYear) + 1) % 7, fromSunday, (weekday + 1) % 7));
  }
  if (weekday !== undefined && fromMonday !== undefined) {
    return dateAt(dayOfWeek(newYear, weekdayOf(newYear), fromMonday, weekday));
  }
  const month = found.number("m") ?? monthIn(found) ?? 1;
  const day = found.number("d") ?? 1;
  return day <= daysInMonth(year, month) ? { year, month, day } : undefined;
}

function yearOfCentury(short: number | undefined): number | undefined {
  return short === undefined ? undefined : short + (short < 69 ? 2000 : 1900);
}

function monthIn(found: Found): number | undefined {
  const name = found.text("b") ?? found.text("B");
  return name === undefined ? undefined : monthNames.findIndex((month) => month.startsWith(name)) + 1;
}

/** Monday is 0. */
function weekdayIn(found: Found): number | undefined {
  const name = found.text("a") ?? found.text("A");
  if (name !== undefined) return weekdayNames.findIndex((weekday) => weekday.startsWith(name));
  const fromSunday = found.number("w");
  if (fromSunday !== undefined) return (fromSunday + 6) % 7;
  const fromMonday = found.number("u");
  return fromMonday === undefined ? undefined : fromMonday - 1;
}

/** Week 1 begins with the first day that weeks begin with; the days of the year before are in week 0. */
function dayOfWeek(newYear: number, newYearWeekday: number, week: number, weekday: number): number {
  if (week === 0) return newYear - newYearWeekday + weekday;
  return newYear + ((7 - newYearWeekday) % 7) + 7 * (week - 1) + weekday;
}

/** ISO 8601: week 1 has January 4th in it; a year has a week 53 when its last Thursday is in it. */
function dateOfIsoWeek(year: number, week: number, weekday: number): FoundDate | undefined {
  if (year < 1 || week < 1) return undefined;
  const monday = firstIsoMonday(year) + 7 * (week - 1);
  return monday < firstIsoMonday(year + 1) ? dateAt(monday + weekday) : undefined;
}

function firstIsoMonday(year: number): number {
  const fourth = daysFromCivil(year, 1, 4);
  return fourth - weekdayOf(fourth);
}

function dateAt(days: number): FoundDate | undefined {
  const date = civilFromDays(days);
  return date.year >= 1 && date.year <= 9999 ? date : undefined;
}

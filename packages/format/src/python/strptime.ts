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

/**
 * `datetime.strptime(text, format)`: what clock and calendar show, with an offset where the format has `%z`; missing parts
 * are those of 1900-01-01 00:00:00. Undefined when the text does not match or names a day or second that does not exist.
 * Throws WEIR_INVALID_ARGUMENT for a format that Python refuses.
 */
export function strptime(text: string, format: string): WallTime | undefined {
  const items = compile(format);
  const found = text.length > longestText ? undefined : match(items, withAsciiDigits(text));
  return found === undefined ? undefined : timeOf(found);
}

/** Checks a format: unknown letters, letters that come twice. Throws WEIR_INVALID_ARGUMENT. */
export function checkStrptimeFormat(format: string): void {
  compile(format);
}

const longestText = 1000;

/** Ends of what could be taken at a place, the preferred one first. */
type Take = (text: string, at: number) => readonly number[];

interface Item {
  /** Under which letter the match is kept. */
  readonly letter?: string;
  readonly take: Take;
}

/** Formats come from configurations and parsers, so there are few. */
const compiled = new Map<string, readonly Item[]>();
const mostFormats = 500;

function compile(format: string): readonly Item[] {
  const known = compiled.get(format);
  if (known !== undefined) return known;
  const items = itemsOf(format);
  if (compiled.size < mostFormats) compiled.set(format, items);
  return items;
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

const compounds: ReadonlyMap<string, string> = new Map([
  ["c", "%a %b %d %H:%M:%S %Y"],
  ["x", "%m/%d/%y"],
  ["X", "%H:%M:%S"],
]);

const months = "january february march april may june july august september october november december".split(" ");
const weekdays = "monday tuesday wednesday thursday friday saturday sunday".split(" ");
const short = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));

const directives: ReadonlyMap<string, Take> = new Map<string, Take>([
  ["Y", takeDigits(4, 4)],
  ["y", takeDigits(2, 2)],
  ["G", takeDigits(4, 4)],
  ["m", takeNumber(2, 1, 12)],
  ["d", takeDay],
  ["H", takeNumber(2, 0, 23)],
  ["I", takeNumber(2, 1, 12)],
  ["M", takeNumber(2, 0, 59)],
  ["S", takeNumber(2, 0, 61)],
  ["f", takeDigits(1, 6)],
  ["j", takeNumber(3, 1, 366)],
  ["U", takeNumber(2, 0, 53)],
  ["W", takeNumber(2, 0, 53)],
  ["V", takeNumber(2, 0, 53)],
  ["w", takeNumber(1, 0, 6)],
  ["u", takeNumber(1, 1, 7)],
  ["a", takeWord(short(weekdays))],
  ["A", takeWord(weekdays)],
  ["b", takeWord(short(months))],
  ["B", takeWord(months)],
  ["p", takeWord(["am", "pm"])],
  ["z", takeOffset],
  // The machine's own zone names would make a result depend on where it is computed; they have no effect anyway.
  ["Z", takeWord(["utc", "gmt"])],
]);

function takeCharacter(character: string): Take {
  const folded = character.toLowerCase();
  return (text, at) => (at < text.length && text.charAt(at).toLowerCase() === folded ? [at + 1] : []);
}

function takeBlanks(text: string, at: number): readonly number[] {
  let end = at;
  while (isSpace(text.charCodeAt(end))) end++;
  if (end === at) return [];
  // Giving back one helps where `%d` follows, which may begin with a blank; giving back more never does.
  return end - at > 1 ? [end, end - 1] : [end];
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function takeDigits(least: number, most: number): Take {
  return (text, at) => {
    let count = 0;
    while (count < most && isDigit(text, at + count)) count++;
    const ends: number[] = [];
    for (; count >= least; count--) ends.push(at + count);
    return ends;
  };
}

function takeNumber(digits: number, least: number, most: number): Take {
  const take = takeDigits(1, digits);
  return (text, at) =>
    take(text, at).filter((end) => {
      const number = Number(text.slice(at, end));
      return number >= least && number <= most;
    });
}

function takeDay(text: string, at: number): readonly number[] {
  if (text.charAt(at) === " ") return isDigit(text, at + 1) && text.charAt(at + 1) !== "0" ? [at + 2] : [];
  return takePlainDay(text, at);
}

const takePlainDay = takeNumber(2, 1, 31);

function takeWord(words: readonly string[]): Take {
  return (text, at) =>
    words.filter((word) => text.slice(at, at + word.length).toLowerCase() === word).map((word) => at + word.length);
}

/** `Z`, or sign, hours, minutes and perhaps seconds, with colons throughout or not at all. */
function takeOffset(text: string, at: number): readonly number[] {
  const sign = text.charAt(at);
  if (sign === "Z") return [at + 1];
  if (sign !== "+" && sign !== "-") return [];
  const colon = text.charAt(at + 3) === ":" ? 1 : 0;
  const minutes = at + 3 + colon;
  if (!isPair(text, at + 1, "9") || !isPair(text, minutes, "5")) return [];
  const end = minutes + 2;
  const hasSeconds = isPair(text, end + colon, "5") && (colon === 0 || text.charAt(end) === ":");
  return hasSeconds ? [end + colon + 2, end] : [end];
}

function isPair(text: string, at: number, largestTens: string): boolean {
  return isDigit(text, at) && isDigit(text, at + 1) && text.charAt(at) <= largestTens;
}

/** What the letters matched. */
type Found = ReadonlyMap<string, string>;

function match(items: readonly Item[], text: string): Found | undefined {
  const found = new Map<string, string>();
  const failed = new Set<number>();
  const matchFrom = (index: number, at: number): number => {
    const item = items[index];
    if (item === undefined) return at;
    const place = index * (text.length + 1) + at;
    if (failed.has(place)) return -1;
    for (const end of item.take(text, at)) {
      const last = matchFrom(index + 1, end);
      if (last === -1) continue;
      if (item.letter !== undefined) found.set(item.letter, text.slice(at, end).toLowerCase());
      return last;
    }
    failed.add(place);
    return -1;
  };
  return matchFrom(0, 0) === text.length ? found : undefined;
}

function timeOf(found: Found): WallTime | undefined {
  const number = (letter: string): number | undefined => {
    const text = found.get(letter);
    return text === undefined ? undefined : Number(text);
  };
  const date = dateOf(found, number);
  const second = number("S") ?? 0;
  if (date === undefined || second > 59) return undefined;
  return {
    year: date.year,
    month: date.month,
    day: date.day,
    hour: hourOf(number("H"), number("I"), found.get("p")),
    minute: number("M") ?? 0,
    second,
    microsecond: Number((found.get("f") ?? "").padEnd(6, "0")),
    offset: offsetOf(found.get("z")),
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

type Lookup = (letter: string) => number | undefined;
type FoundDate = Pick<WallTime, "year" | "month" | "day">;

function dateOf(found: Found, number: Lookup): FoundDate | undefined {
  const weekday = weekdayIn(found, number);
  const isoYear = number("G");
  if (isoYear !== undefined) return dateOfIsoWeek(isoYear, number("V") ?? 0, weekday ?? 0);
  const year = number("Y") ?? yearOfCentury(number("y")) ?? 1900;
  if (year < 1) return undefined;
  const newYear = daysFromCivil(year, 1, 1);
  const dayOfYear = number("j");
  if (dayOfYear !== undefined) return dateAt(newYear + dayOfYear - 1);
  const fromMonday = number("W");
  const fromSunday = number("U");
  if (weekday !== undefined && fromSunday !== undefined) {
    return dateAt(dayOfWeek(newYear, (weekdayOf(newYear) + 1) % 7, fromSunday, (weekday + 1) % 7));
  }
  if (weekday !== undefined && fromMonday !== undefined) {
    return dateAt(dayOfWeek(newYear, weekdayOf(newYear), fromMonday, weekday));
  }
  const month = number("m") ?? monthIn(found) ?? 1;
  const day = number("d") ?? 1;
  return day <= daysInMonth(year, month) ? { year, month, day } : undefined;
}

function yearOfCentury(short: number | undefined): number | undefined {
  return short === undefined ? undefined : short + (short < 69 ? 2000 : 1900);
}

function monthIn(found: Found): number | undefined {
  const name = found.get("b") ?? found.get("B");
  return name === undefined ? undefined : months.findIndex((month) => month.startsWith(name)) + 1;
}

/** Monday is 0. */
function weekdayIn(found: Found, number: Lookup): number | undefined {
  const name = found.get("a") ?? found.get("A");
  if (name !== undefined) return weekdays.findIndex((weekday) => weekday.startsWith(name));
  const fromSunday = number("w");
  if (fromSunday !== undefined) return (fromSunday + 6) % 7;
  const fromMonday = number("u");
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

/** What the letters of `strptime` match, each by itself. */
import { isSpace } from "./strip.ts";

/** Where what is taken at a place ends; with `choice` 0 as the letter prefers, then the alternatives; -1 when there is none. */
export type Take = (text: string, at: number, choice: number) => number;

/** Letters that stand for several others. */
export const compounds: ReadonlyMap<string, string> = new Map([
  ["c", "%a %b %d %H:%M:%S %Y"],
  ["x", "%m/%d/%y"],
  ["X", "%H:%M:%S"],
]);

export const monthNames: readonly string[] =
  "january february march april may june july august september october november december".split(" ");
export const weekdayNames: readonly string[] = "monday tuesday wednesday thursday friday saturday sunday".split(" ");
const short = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));

/** By letter. */
export const directives: ReadonlyMap<string, Take> = new Map<string, Take>([
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
  ["a", takeWord(short(weekdayNames))],
  ["A", takeWord(weekdayNames)],
  ["b", takeWord(short(monthNames))],
  ["B", takeWord(monthNames)],
  ["p", takeWord(["am", "pm"])],
  ["z", takeOffset],
  // The machine's own zone names would make a result depend on where it is computed; they have no effect anyway.
  ["Z", takeWord(["utc", "gmt"])],
]);

/** The character itself, in any letter case. */
export function takeCharacter(character: string): Take {
  const code = character.charCodeAt(0);
  const folded = character.toLowerCase();
  return (text, at, choice) => {
    if (choice > 0 || at >= text.length) return -1;
    return text.charCodeAt(at) === code || text.charAt(at).toLowerCase() === folded ? at + 1 : -1;
  };
}

/** White space, one character or more. */
export function takeBlanks(text: string, at: number, choice: number): number {
  let end = at;
  while (isSpace(text.charCodeAt(end))) end++;
  // Giving back one helps where `%d` follows, which may begin with a blank; giving back more never does.
  return choice <= 1 && end - choice > at ? end - choice : -1;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function takeDigits(least: number, most: number): Take {
  return (text, at, choice) => {
    let count = 0;
    while (count < most && isDigit(text, at + count)) count++;
    return count - choice >= least ? at + count - choice : -1;
  };
}

/** Numbers of up to so many digits within a range. */
function takeNumber(digits: number, least: number, most: number): Take {
  return (text, at, choice) => {
    let left = choice;
    for (let length = digits; length > 0; length--) {
      const number = numberAt(text, at, at + length);
      if (number >= least && number <= most && left-- === 0) return at + length;
    }
    return -1;
  };
}

/** The number that digits make; NaN when there are other characters. */
export function numberAt(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) number = isDigit(text, at) ? number * 10 + text.charCodeAt(at) - 48 : Number.NaN;
  return number;
}

function takeDay(text: string, at: number, choice: number): number {
  if (text.charAt(at) !== " ") return takePlainDay(text, at, choice);
  return choice === 0 && isDigit(text, at + 1) && text.charAt(at + 1) !== "0" ? at + 2 : -1;
}

const takePlainDay = takeNumber(2, 1, 31);

/** One of some words, none of which begins another. */
function takeWord(words: readonly string[]): Take {
  return (text, at, choice) => {
    if (choice > 0) return -1;
    const found = words.find((word) => text.slice(at, at + word.length).toLowerCase() === word);
    return found === undefined ? -1 : at + found.length;
  };
}

/** `Z`, or sign, hours, minutes and perhaps seconds, with colons throughout or not at all. */
function takeOffset(text: string, at: number, choice: number): number {
  const sign = text.charAt(at);
  if (sign === "Z") return choice === 0 ? at + 1 : -1;
  if (sign !== "+" && sign !== "-") return -1;
  const colon = text.charAt(at + 3) === ":" ? 1 : 0;
  const minutes = at + 3 + colon;
  if (!isPair(text, at + 1, "9") || !isPair(text, minutes, "5")) return -1;
  const end = minutes + 2;
  const hasSeconds = isPair(text, end + colon, "5") && (colon === 0 || text.charAt(end) === ":");
  if (hasSeconds && choice === 0) return end + colon + 2;
  return choice === (hasSeconds ? 1 : 0) ? end : -1;
}

function isPair(text: string, at: number, largestTens: string): boolean {
  return isDigit(text, at) && isDigit(text, at + 1) && text.charAt(at) <= largestTens;
}

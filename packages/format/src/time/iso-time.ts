/**
 * Times in the forms that nearly all feeds have, read by position: `YYYY-MM-DD`, `T` or a blank, `HH:MM:SS`, a fraction, and
 * `Z`, `UTC`, `GMT`, `±HH:MM`, `±HHMM`, `±HH` or nothing (UTC), perhaps behind a blank. What is not in these forms is left to the general grammar, which gives the
 * same for those that are.
 */
import { daysFromCivil, daysInMonth, type Instant, inRange, instantOf } from "./calendar.ts";

/** The instant; undefined when the text has another form or names no time. */
export function parseIsoTime(text: string): Instant | undefined {
  const separator = text.charCodeAt(10);
  if (separator !== letterT && separator !== blank) return undefined;
  const local = secondsAt(text);
  if (Number.isNaN(local)) return undefined;
  let at = 19;
  let microseconds = 0;
  if (text.charCodeAt(at) === point) {
    at = skipDigits(text, at + 1);
    if (at === 20) return undefined;
    microseconds = Number(text.slice(20, Math.min(at, 26)).padEnd(6, "0"));
  }
  const seconds = local - offsetAt(text, at);
  return Number.isNaN(seconds) ? undefined : inRange({ seconds, microseconds });
}

/**
 * Whether a text is a time as a field holds it: `YYYY-MM-DDTHH:MM:SS`, a fraction of one to six digits or none, `+00:00`.
 * IntelMQ's check is lenient: numbers of one digit and a small `t` pass.
 */
export function isUtcIsoTime(text: string): boolean {
  const end = text.length - 6;
  if (text.charCodeAt(end) !== plus || !text.endsWith("+00:00")) return false;
  if (text.charCodeAt(10) === letterT && !Number.isNaN(secondsAt(text))) {
    if (end === 19) return true;
    if (text.charCodeAt(19) === point) return end > 20 && end <= 26 && skipDigits(text, 20) === end;
  }
  return isLenientUtcIsoTime(text);
}

const lenient =
  /^([0-9]{4})-(1[0-2]|0?[1-9])-([ 0]?[1-9]|[12][0-9]|3[01])T([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.[0-9]{1,6})?\+00:00$/i;

function isLenientUtcIsoTime(text: string): boolean {
  const match = lenient.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return instantOf({ year, month, day, hour, minute, second, microsecond: 0 }) !== undefined;
}

const letterT = 0x54;
const blank = 0x20;
const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
const colon = 0x3a;

/** Seconds since 1970 of the first 19 characters, taken as UTC, whatever parts date from time; NaN when they are no time. */
function secondsAt(text: string): number {
  if (text.charCodeAt(4) !== minus || text.charCodeAt(7) !== minus) return Number.NaN;
  if (text.charCodeAt(13) !== colon || text.charCodeAt(16) !== colon) return Number.NaN;
  const year = pairAt(text, 0) * 100 + pairAt(text, 2);
  const month = pairAt(text, 5);
  const day = pairAt(text, 8);
  const hour = pairAt(text, 11);
  const minute = pairAt(text, 14);
  const second = pairAt(text, 17);
  // Written so that NaN is refused, too.
  const isDate = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  const isTime = hour <= 23 && minute <= 59 && second <= 59;
  if (!isDate || !isTime) return Number.NaN;
  return daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
}

/** Seconds east of UTC of a zone that ends the text; NaN when there is another. */
function offsetAt(text: string, at: number): number {
  const length = text.length - at;
  if (length === 0) return 0;
  const sign = text.charCodeAt(at);
  if (sign === blank) return text.charCodeAt(at + 1) === blank || length === 1 ? Number.NaN : offsetAt(text, at + 1);
  if (length === 3 && (text.endsWith("UTC") || text.endsWith("GMT"))) return 0;
  if (sign === 0x5a) return length === 1 ? 0 : Number.NaN;
  if (sign !== plus && sign !== minus) return Number.NaN;
  const offset = pairAt(text, at + 1) * 3600 + minutesAt(text, at + 3, length) * 60;
  if (!(offset < 86_400)) return Number.NaN;
  return sign === plus ? offset : -offset;
}

function minutesAt(text: string, at: number, length: number): number {
  if (length === 3) return 0;
  if (length === 5) return pairAt(text, at);
  return length === 6 && text.charCodeAt(at) === colon ? pairAt(text, at + 1) : Number.NaN;
}

/** The number that two digits make; NaN when there are none. */
function pairAt(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at++;
  return at;
}

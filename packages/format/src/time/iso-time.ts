/**
 * Times in the forms that nearly all feeds have, read by position: `YYYY-MM-DD`, `T` or a blank, `HH:MM:SS`, a fraction, and
 * `Z`, `±HH:MM`, `±HHMM`, `±HH` or nothing (UTC). What is not in these forms is left to the general grammar.
 */
import { type Instant, instantOf, type WallTime } from "./calendar.ts";

/** The instant; undefined when the text has another form or names no time. */
export function parseIsoTime(text: string): Instant | undefined {
  const time = parseIsoWallTime(text);
  return time === undefined ? undefined : instantOf(time);
}

/** The same before zone and calendar are looked at. */
export function parseIsoWallTime(text: string): WallTime | undefined {
  const { length } = text;
  if (length < 19 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  const middle = text.charCodeAt(10);
  if ((middle !== 84 && middle !== 32) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const year = digits(text, 0, 2) * 100 + digits(text, 2, 2);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  if (Number.isNaN(year + month + day + hour + minute + second)) return undefined;
  let at = 19;
  let microsecond = 0;
  if (text.charCodeAt(at) === 46) {
    const end = skipDigits(text, at + 1);
    if (end === at + 1) return undefined;
    microsecond = Number(text.slice(at + 1, Math.min(end, at + 7)).padEnd(6, "0"));
    at = end;
  }
  const offset = zoneOffset(text, at);
  if (offset === undefined) return undefined;
  return { year, month, day, hour, minute, second, microsecond, offset };
}

function zoneOffset(text: string, at: number): number | undefined {
  if (at === text.length) return 0;
  const sign = text.charCodeAt(at);
  if (sign === 90) return at + 1 === text.length ? 0 : undefined;
  if (sign !== 43 && sign !== 45) return undefined;
  const hours = digits(text, at + 1, 2);
  const rest = text.length - at;
  const minutes =
    rest === 3
      ? 0
      : rest === 5
        ? digits(text, at + 3, 2)
        : rest === 6 && text.charCodeAt(at + 3) === 58
          ? digits(text, at + 4, 2)
          : Number.NaN;
  if (Number.isNaN(hours + minutes)) return undefined;
  return (sign === 43 ? 1 : -1) * (hours * 3600 + minutes * 60);
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let index = from; index < from + count; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at += 1;
  return at;
}

/**
 * Whether a text is a time as a field holds it: `YYYY-MM-DDTHH:MM:SS`, a fraction of one to six digits or none, `+00:00`.
 * IntelMQ's check is lenient: numbers of one digit and a small `t` pass.
 */
export function isUtcIsoTime(text: string): boolean {
  if (!text.endsWith("+00:00")) return false;
  if (text.length === 25 && text.charCodeAt(10) === 84) {
    const time = parseIsoWallTime(text);
    if (time !== undefined) return instantOf(time) !== undefined;
  }
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d{1,6})?\+00:00$/.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return instantOf({ year, month, day, hour, minute, second, microsecond: 0 }) !== undefined;
}

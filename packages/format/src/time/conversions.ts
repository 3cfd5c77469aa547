/** Conversions into the time of messages: from texts, epoch values, Windows NT times and formats. Results are ISO 8601 in UTC. */
import { invalidTime } from "../errors/kinds.ts";
import { parseFloating, parseInteger } from "../python/numbers.ts";
import { pythonStr } from "../python/repr.ts";
import { strptime } from "../python/strptime.ts";
import { isFloat, isInteger, toNumber } from "../values/json-value.ts";
import { numeral } from "../values/text-of-value.ts";
import { type CalendarDate, formatInstant, type Instant, inRange, instantOf } from "./calendar.ts";
import { parseFuzzy } from "./fuzzy.ts";
import { isUtcIsoTime, parseIsoTime } from "./iso-time.ts";

function refuse(value: unknown, form: string): Error {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return invalidTime({ value: text.slice(0, 100), form });
}

function write(instant: Instant | undefined, value: unknown, form: string): string {
  if (instant === undefined) throw refuse(value, form);
  return formatInstant(instant);
}

/** The present day by the machine's clock. */
export function today(now: Date = new Date()): CalendarDate {
  return { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() };
}

/** The instant that a free text names; undefined when it names none. */
export function fuzzyInstant(
  text: string,
  day: CalendarDate = today(),
  options: { readonly strict?: boolean } = {},
): Instant | undefined {
  const iso = parseIsoTime(text);
  if (iso !== undefined) return iso;
  const time = parseFuzzy(text, day, options);
  return time === undefined ? undefined : instantOf(time);
}

/** From free text. Throws WEIR_INVALID_TIME. */
export function fromFuzzy(value: unknown, day?: CalendarDate): string {
  return write(typeof value === "string" ? fuzzyInstant(value, day) : undefined, value, "fuzzy");
}

/** From seconds since 1970, a number or text of one; fractions rounded half-even to microseconds. */
export function fromTimestamp(value: unknown): string {
  const seconds = secondsOf(value);
  if (seconds === undefined || !Number.isFinite(seconds)) throw refuse(value, "timestamp");
  return write(instantOfSeconds(seconds), value, "timestamp");
}

function secondsOf(value: unknown): number | undefined {
  if (isInteger(value) || isFloat(value)) return toNumber(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = numeral(value);
  return text === undefined ? undefined : parseFloating(text);
}

/** The instant of seconds as a double, rounded half-even to microseconds; undefined outside of years 1 to 9999. */
export function instantOfSeconds(seconds: number): Instant | undefined {
  return inRange(splitSeconds(seconds));
}

function splitSeconds(seconds: number): Instant {
  const whole = Math.trunc(seconds);
  const micro = roundHalfEven((seconds - whole) * 1e6);
  const carry = Math.floor(micro / 1e6);
  return { seconds: whole + carry, microseconds: micro - carry * 1e6 };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function wholeOf(value: unknown): bigint | undefined {
  if (isInteger(value)) return BigInt(value);
  if (isFloat(value)) return Number.isFinite(toNumber(value)) ? BigInt(Math.trunc(toNumber(value))) : undefined;
  if (typeof value === "boolean") return value ? 1n : 0n;
  const text = numeral(value);
  const number = text === undefined ? undefined : parseInteger(text);
  return number === undefined ? undefined : BigInt(number);
}

/**
 * From an epoch value whose unit is told by how many characters it has: 10 are seconds, 12 hundredths, 13 thousandths of a
 * second, the fraction cut off. Undefined for every other length.
 */
export function fromEpochMillis(value: unknown): string | undefined {
  const number = wholeOf(value);
  if (number === undefined) throw refuse(value, "epoch_millis");
  const divisor = divisors.get(lengthOf(value, number));
  if (divisor === undefined) return undefined;
  const seconds = Math.floor(Number(number) / divisor); // exact: a value of 13 characters is far below 2^53
  return write(inRange({ seconds, microseconds: 0 }), value, "epoch_millis");
}

const divisors: ReadonlyMap<number, number> = new Map([
  [10, 1],
  [12, 100],
  [13, 1000],
]);

/** Characters of the value as it was given, blanks and decimals included. */
function lengthOf(value: unknown, number: bigint): number {
  if (typeof value === "boolean") return value ? 4 : 5;
  if (isFloat(value)) return pythonStr(value).length;
  return (numeral(value) ?? String(number)).length;
}

/**
 * From 100 ns since 1601-01-01. IntelMQ computes in double precision, whose rounding shows in the last digits; so do we, since
 * events are compared by their times.
 */
export function fromWindowsNt(value: unknown): string {
  const ticks = wholeOf(value);
  if (ticks === undefined) throw refuse(value, "windows_nt");
  const { seconds, microseconds } = splitSeconds(Number(ticks) * 1e-7);
  return write(inRange({ seconds: seconds + windowsEpoch, microseconds }), value, "windows_nt");
}

/** 1601-01-01 in seconds since 1970. */
const windowsEpoch = -11_644_473_600;

/** From text in a format of `strptime`; no zone means UTC. */
export function fromFormat(value: unknown, format: string): string {
  const time = typeof value === "string" ? strptime(value, format) : undefined;
  return write(time === undefined ? undefined : instantOf(time), value, `from_format|${format}`);
}

/** The same for a day: midnight, whatever the text says of the time. */
export function fromFormatMidnight(value: unknown, format: string): string {
  const time = typeof value === "string" ? strptime(value, format) : undefined;
  const midnight =
    time === undefined ? undefined : instantOf({ ...time, hour: 0, minute: 0, second: 0, microsecond: 0, offset: 0 });
  return write(midnight, value, `from_format_midnight|${format}`);
}

/** The valid form only, unchanged. */
export function fromUtcIso(value: unknown): string {
  if (typeof value === "string" && isUtcIsoTime(value)) return value;
  throw refuse(value, "utc_isoformat");
}

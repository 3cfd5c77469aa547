/** Conversions into the time of messages: from texts, epoch values, Windows NT times and formats. Results are ISO 8601 in UTC. */
import { errorKind } from "../errors/error-kind.ts";
import { strptime } from "../python/strptime.ts";
import { parseFloating, parseInteger } from "../python/numbers.ts";
import { isInteger, isFloat, toNumber } from "../values/json-value.ts";
import { type CalendarDate, formatInstant, inRange, type Instant, instantOf } from "./calendar.ts";
import { parseFuzzy } from "./fuzzy.ts";
import { isUtcIsoTime, parseIsoTime } from "./iso-time.ts";

export const invalidTime = errorKind<{ value: string; form: string }>("WEIR_INVALID_TIME", {
  message: ({ value, form }) => `${value} is no time in the form ${form}`,
  remedy: "Give the right time_format; `fuzzy` reads most forms.",
  retry: "never",
});

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
export function fuzzyInstant(text: string, day: CalendarDate = today(), options: { readonly strict?: boolean } = {}): Instant | undefined {
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
  const seconds = isInteger(value) || isFloat(value) ? toNumber(value) : typeof value === "boolean" ? Number(value) : typeof value === "string" ? parseFloating(value) : undefined;
  if (seconds === undefined || !Number.isFinite(seconds)) throw refuse(value, "timestamp");
  return write(instantOfSeconds(seconds), value, "timestamp");
}

/** The instant of seconds as a double. */
export function instantOfSeconds(seconds: number): Instant | undefined {
  const whole = Math.floor(seconds);
  const micro = roundHalfEven((seconds - whole) * 1e6);
  return inRange(micro === 1_000_000 ? { seconds: whole + 1, microseconds: 0 } : { seconds: whole, microseconds: micro });
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
  const number = typeof value === "string" ? parseInteger(value) : undefined;
  return number === undefined ? undefined : BigInt(number);
}

/** From an integer whose number of characters tells the unit: 10 seconds, 12 tenths of hundredths, 13 milliseconds; else undefined. */
export function fromEpochMillis(value: unknown): string | undefined {
  const number = wholeOf(value);
  if (number === undefined) throw refuse(value, "epoch_millis");
  const { length } = number.toString();
  const divisor = length === 10 ? 1n : length === 12 ? 100n : length === 13 ? 1000n : undefined;
  if (divisor === undefined) return undefined;
  const seconds = number >= 0n || number % divisor === 0n ? number / divisor : number / divisor - 1n;
  return write(inRange({ seconds: Number(seconds), microseconds: 0 }), value, "epoch_millis");
}

/** From 100 ns since 1601-01-01. IntelMQ computes in double precision; so do we, since events are compared by their times. */
export function fromWindowsNt(value: unknown): string {
  const ticks = wholeOf(value);
  if (ticks === undefined) throw refuse(value, "windows_nt");
  const seconds = Number(ticks) * 1e-7;
  const whole = Math.trunc(seconds);
  const micro = roundHalfEven((seconds - whole) * 1e6);
  const total = { seconds: whole - 11644473600 + Math.floor(micro / 1e6), microseconds: ((micro % 1e6) + 1e6) % 1e6 };
  return write(inRange(total), value, "windows_nt");
}

/** From text in a format of `strptime`; no zone means UTC. */
export function fromFormat(value: unknown, format: string): string {
  const time = typeof value === "string" ? strptime(value, format) : undefined;
  return write(time === undefined ? undefined : instantOf(time), value, `from_format|${format}`);
}

/** The same for a day: midnight, whatever the text says of the time. */
export function fromFormatMidnight(value: unknown, format: string): string {
  const time = typeof value === "string" ? strptime(value, format) : undefined;
  const midnight = time === undefined ? undefined : instantOf({ ...time, hour: 0, minute: 0, second: 0, microsecond: 0, offset: 0 });
  return write(midnight, value, `from_format_midnight|${format}`);
}

/** The valid form only, unchanged. */
export function fromUtcIso(value: unknown): string {
  if (typeof value === "string" && isUtcIsoTime(value)) return value;
  throw refuse(value, "utc_isoformat");
}

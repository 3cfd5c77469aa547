/** Days of the proleptic Gregorian calendar and instants, without `Date`. */

/** A point in time: microseconds count from `seconds`, which count from 1970-01-01T00:00:00 UTC. */
export interface Instant {
  readonly seconds: number;
  readonly microseconds: number;
}

/** What a clock and a calendar show; `offset` is that of the zone in seconds, undefined when none was told. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly offset?: number | undefined;
}

/** A day of the calendar. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const firstSecond = -62135596800;
const lastSecond = 253402300799;

/** Days since 1970-01-01. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The day that lies so many days after 1970-01-01. */
export function civilFromDays(days: number): CalendarDate {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Monday is 0. */
export function weekdayOf(days: number): number {
  return (((days + 3) % 7) + 7) % 7;
}

/** The instant of a wall time, no zone meaning UTC; undefined when there is no such day or time, or not in years 1 to 9999. */
export function instantOf(time: WallTime): Instant | undefined {
  const { year, month, day, hour, minute, second, microsecond, offset = 0 } = time;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  if (offset <= -86400 || offset >= 86400) return undefined;
  const seconds = daysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
  return inRange({ seconds, microseconds: microsecond });
}

/** The instant itself, if it lies in the years 1 to 9999. */
export function inRange(instant: Instant): Instant | undefined {
  return instant.seconds >= firstSecond && instant.seconds <= lastSecond ? instant : undefined;
}

/** The instant as UTC shows it. */
export function wallTimeOf({ seconds, microseconds }: Instant): WallTime {
  const days = Math.floor(seconds / 86400);
  const rest = seconds - days * 86400;
  const { year, month, day } = civilFromDays(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    microsecond: microseconds,
    offset: 0,
  };
}

let lastDay = Number.NaN;
let lastDayText = "";

/** `2026-01-02T03:04:05+00:00`, with six digits of a fraction if there is one. */
export function formatInstant({ seconds, microseconds }: Instant): string {
  const days = Math.floor(seconds / 86400);
  if (days !== lastDay) {
    const { year, month, day } = civilFromDays(days);
    lastDayText = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T`;
    lastDay = days;
  }
  const rest = seconds - days * 86400;
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  const fraction = microseconds === 0 ? "" : `.${String(microseconds).padStart(6, "0")}`;
  return `${lastDayText}${time}${fraction}+00:00`;
}

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));

function two(number: number): string {
  return twoDigits[number] ?? "";
}

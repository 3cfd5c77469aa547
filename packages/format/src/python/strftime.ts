/** Dates as text by Python's `strftime`, in English, whatever the machine's locale is. */

/** A point in time as a calendar shows it; `utcOffset` in seconds where the zone is known. */
export interface CalendarTime {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly utcOffset?: number;
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** The calendar time of a `Date`, in UTC. */
export function utcTime(date: Date): CalendarTime {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000,
    utcOffset: 0,
  };
}

/** The calendar time of a `Date` in the machine's zone, without offset: Python's `datetime.now()`. */
export function localTime(date: Date): CalendarTime {
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    microsecond: date.getMilliseconds() * 1000,
  };
}

/** `str(datetime)`: `2031-02-03 04:05:06`, with microseconds and offset where there are any. */
export function timeText(time: CalendarTime): string {
  const fraction = time.microsecond === 0 ? "" : `.${padded(time.microsecond, 6)}`;
  return `${strftime(time, "%F %T").padStart(19, "0")}${fraction}${offsetText(time.utcOffset, ":")}`;
}

/**
 * Writes a time by a format. Besides Python's own directives those of the GNU C library are known (`%D %T %R %e %k %l
 * %P %s %C %n %t %h %r %F %g`, flags `-`, `_`, `0`, `^`); what is no directive stands as it is.
 */
export function strftime(time: CalendarTime, format: string): string {
  return format.replace(/%([-_0^#]?)[EO]?([\s\S])/gu, (whole, flag: string, letter: string) => {
    const text = directive(time, letter);
    if (text === undefined) return whole;
    if (flag === "^") return text.toUpperCase();
    if (flag === "-") return text.replace(/^[0 ]+(?=[0-9])/, "");
    if (flag === "_") return text.replace(/^0+(?=[0-9])/, (zeros) => " ".repeat(zeros.length));
    if (flag === "0") return text.replace(/^ +/, (blanks) => "0".repeat(blanks.length));
    return text;
  });
}

function directive(time: CalendarTime, letter: string): string | undefined {
  const { year, month, day, hour, minute, second } = time;
  const weekday = weekdayOf(time);
  switch (letter) {
    case "a":
      return DAYS[weekday]?.slice(0, 3);
    case "A":
      return DAYS[weekday];
    case "b":
    case "h":
      return MONTHS[month - 1]?.slice(0, 3);
    case "B":
      return MONTHS[month - 1];
    case "c":
      return strftime(time, "%a %b %e %H:%M:%S %Y");
    case "C":
      return padded(Math.floor(year / 100), 2);
    case "d":
      return padded(day, 2);
    case "D":
    case "x":
      return strftime(time, "%m/%d/%y");
    case "e":
      return String(day).padStart(2);
    case "f":
      return padded(time.microsecond, 6);
    case "F":
      return strftime(time, "%Y-%m-%d");
    case "g":
      return padded(isoWeek(time).year % 100, 2);
    case "G":
      return String(isoWeek(time).year);
    case "H":
      return padded(hour, 2);
    case "I":
      return padded(hour % 12 || 12, 2);
    case "j":
      return padded(dayOfYear(time) + 1, 3);
    case "k":
      return String(hour).padStart(2);
    case "l":
      return String(hour % 12 || 12).padStart(2);
    case "m":
      return padded(month, 2);
    case "M":
      return padded(minute, 2);
    case "n":
      return "\n";
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "P":
      return hour < 12 ? "am" : "pm";
    case "r":
      return strftime(time, "%I:%M:%S %p");
    case "R":
      return strftime(time, "%H:%M");
    case "s":
      return String(Math.floor(epochDay(time) * 86_400 + hour * 3600 + minute * 60 + second - (time.utcOffset ?? 0)));
    case "S":
      return padded(second, 2);
    case "t":
      return "\t";
    case "T":
    case "X":
      return strftime(time, "%H:%M:%S");
    case "u":
      return String(weekday + 1);
    case "U":
      return padded(Math.floor((dayOfYear(time) + 7 - ((weekday + 1) % 7)) / 7), 2);
    case "V":
      return padded(isoWeek(time).week, 2);
    case "w":
      return String((weekday + 1) % 7);
    case "W":
      return padded(Math.floor((dayOfYear(time) + 7 - weekday) / 7), 2);
    case "y":
      return padded(year % 100, 2);
    case "Y":
      return String(year);
    case "z":
      return offsetText(time.utcOffset, "");
    case "Z":
      return zoneName(time.utcOffset);
    case "%":
      return "%";
    default:
      return undefined;
  }
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Days since 1970-01-01. */
function epochDay({ year, month, day }: CalendarTime): number {
  const date = new Date(0);
  // Date.UTC would take the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / 86_400_000);
}

/** Monday is 0. */
function weekdayOf(time: CalendarTime): number {
  return (((epochDay(time) + 3) % 7) + 7) % 7;
}

/** The first day of January is 0. */
function dayOfYear(time: CalendarTime): number {
  return epochDay(time) - epochDay({ ...time, month: 1, day: 1 });
}

/** Year and week of ISO 8601: the week belongs to the year that its Thursday lies in. */
function isoWeek(time: CalendarTime): { year: number; week: number } {
  const thursday = new Date((epochDay(time) - weekdayOf(time) + 3) * 86_400_000);
  const year = thursday.getUTCFullYear();
  const days = Math.round(thursday.getTime() / 86_400_000) - epochDay({ ...time, year, month: 1, day: 1 });
  return { year, week: Math.floor(days / 7) + 1 };
}

function offsetText(offset: number | undefined, separator: string): string {
  if (offset === undefined) return "";
  const size = Math.abs(offset);
  const minutes = `${padded(Math.floor(size / 3600), 2)}${separator}${padded(Math.floor(size / 60) % 60, 2)}`;
  const seconds = size % 60 === 0 ? "" : `${separator}${padded(size % 60, 2)}`;
  return `${offset < 0 ? "-" : "+"}${minutes}${seconds}`;
}

function zoneName(offset: number | undefined): string {
  if (offset === undefined) return "";
  return offset === 0 ? "UTC" : `UTC${offsetText(offset, ":")}`;
}

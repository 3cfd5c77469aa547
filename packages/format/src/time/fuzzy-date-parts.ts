/**
 * Numbers of a date in the order in which they came, and which of them is year, month and day: month first where it could be
 * either, unless a number is too large for a month or a name tells.
 */
import { type CalendarDate, daysInMonth } from "./calendar.ts";

/** What a number of a date is known to be from how or where it stands. */
export type KnownPart = "year" | "month";

export interface Resolved {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
}

/** Thrown when the text is no date; the caller turns it into "nothing". */
export class NoDate extends Error {}

export class DateParts {
  readonly #values: number[] = [];
  /** Places among the values; -1 when not known. */
  #yearAt = -1;
  #monthAt = -1;
  /** True when a year was written with its century. */
  hasCentury = false;

  get length(): number {
    return this.#values.length;
  }

  /** Adds what stands in the text: more than two digits, or more than 100, is a year. */
  add(value: string | number, part?: KnownPart): void {
    const isFullYear = typeof value === "string" ? /^[0-9]{3,}$/.test(value) : value > 100;
    if (isFullYear && part === "month") throw new NoDate("a year where none can be");
    if (isFullYear) this.hasCentury = true;
    const at = this.#values.push(typeof value === "string" ? wholeNumber(value) : Math.trunc(value)) - 1;
    if (isFullYear || part === "year") {
      if (this.#yearAt !== -1) throw new NoDate("the year is there already");
      this.#yearAt = at;
    } else if (part === "month") {
      if (this.#monthAt !== -1) throw new NoDate("the month is there already");
      this.#monthAt = at;
    }
  }

  /** Whether a number that stands alone could be the day. */
  couldBeDay(value: number): boolean {
    if (this.#monthAt === -1) return value >= 1 && value <= 31;
    const year = this.#yearAt === -1 ? 2000 : this.#at(this.#yearAt); // be generous with February
    return value >= 1 && value <= daysInMonth(year, this.#at(this.#monthAt));
  }

  #at(index: number): number {
    return this.#values[index] ?? 0;
  }

  /** Year, month and day, as far as there are any. */
  resolve(): Resolved {
    const { length } = this.#values;
    if (length > 3) throw new NoDate("more than three numbers for a date");
    if (this.#yearAt !== -1 && this.#monthAt !== -1) return this.#resolveKnown();
    if (length === 3) return this.#resolveThree();
    if (length === 2) return this.#resolveTwo();
    const [only] = this.#values;
    if (only === undefined) return {};
    if (this.#monthAt === 0) return { month: only };
    return this.#yearAt === 0 || only > 31 ? { year: only } : { day: only };
  }

  #resolveKnown(): Resolved {
    const year = this.#at(this.#yearAt);
    const month = this.#at(this.#monthAt);
    if (this.#values.length === 2) return { year, month };
    return { year, month, day: this.#at(3 - this.#yearAt - this.#monthAt) };
  }

  #resolveThree(): Resolved {
    const [a = 0, b = 0, c = 0] = this.#values;
    if (this.#monthAt === 0) return b > 31 ? { year: b, month: a, day: c } : { year: c, month: a, day: b };
    if (this.#monthAt === 1) return a > 31 ? { year: a, month: b, day: c } : { year: c, month: b, day: a };
    if (this.#monthAt === 2) return b > 31 ? { year: b, month: c, day: a } : { year: a, month: c, day: b };
    if (a > 31 || this.#yearAt === 0) return { year: a, month: b, day: c };
    return a > 12 ? { year: c, month: b, day: a } : { year: c, month: a, day: b };
  }

  #resolveTwo(): Resolved {
    const [a = 0, b = 0] = this.#values;
    if (this.#monthAt !== -1) {
      const [month, other] = this.#monthAt === 0 ? [a, b] : [b, a];
      return other > 31 ? { year: other, month } : { month, day: other };
    }
    if (a > 31) return { year: a, month: b };
    return b > 31 ? { year: b, month: a } : { month: a, day: b };
  }
}

/** `int()` of a piece of text; anything else is no date. */
export function wholeNumber(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new NoDate(`${text} is no number`);
  return Number(text);
}

/** Years of two digits lie within fifty years of the present one. */
export function withCentury(year: number, today: CalendarDate): number {
  if (year >= 100) return year;
  const full = year + Math.floor(today.year / 100) * 100;
  if (full >= today.year + 50) return full - 100;
  return full < today.year - 50 ? full + 100 : full;
}

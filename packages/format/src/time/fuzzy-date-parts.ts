/**
 * Numbers of a date in the order in which they came, and which of them is year, month and day: month first where it could be
 * either, unless a number is too large for a month or a name tells.
 */
import { type CalendarDate, daysInMonth } from "./calendar.ts";

export type Part = "year" | "month" | "day";

/** Thrown when the text is no date; the caller turns it into "nothing". */
export class NoDate extends Error {}

export class DateParts {
  readonly #values: number[] = [];
  readonly #known = new Map<Part, number>();
  /** True when a year was written with its century. */
  hasCentury = false;

  get length(): number {
    return this.#values.length;
  }

  /** Adds what stands in the text: more than two digits, or more than 100, is a year. */
  add(value: string | number, part?: Part): void {
    let as = part;
    if (typeof value === "string" && /^[0-9]{3,}$/.test(value)) as = this.#asYear(part);
    else if (typeof value === "number" && value > 100) as = this.#asYear(part);
    const number = typeof value === "number" ? Math.trunc(value) : wholeNumber(value);
    this.#values.push(number);
    if (as === undefined) return;
    if (this.#known.has(as)) throw new NoDate(`the ${as} is there already`);
    this.#known.set(as, this.#values.length - 1);
  }

  #asYear(part: Part | undefined): Part {
    if (part !== undefined && part !== "year") throw new NoDate("a year where none can be");
    this.hasCentury = true;
    return "year";
  }

  /** Whether a number that stands alone could be the day. */
  couldBeDay(value: number): boolean {
    if (this.#known.has("day")) return false;
    const month = this.#of("month");
    if (month === undefined) return value >= 1 && value <= 31;
    if (month < 1 || month > 12) throw new NoDate("there is no such month");
    return value >= 1 && value <= daysInMonth(this.#of("year") ?? 2000, month);
  }

  #of(part: Part): number | undefined {
    const index = this.#known.get(part);
    return index === undefined ? undefined : this.#values[index];
  }

  /** Year, month and day, as far as there are any. */
  resolve(): Partial<Record<Part, number>> {
    const { length } = this.#values;
    if (length > 3) throw new NoDate("more than three numbers for a date");
    if ((this.#known.size > 0 && this.#known.size === length) || (length === 3 && this.#known.size === 2))
      return this.#resolveKnown();
    const [a = 0, b = 0, c = 0] = this.#values;
    const monthAt = this.#known.get("month");
    if (length === 1 || (monthAt !== undefined && length === 2)) return this.#resolveFew(monthAt);
    if (length === 2) {
      if (a > 31) return { year: a, month: b };
      return b > 31 ? { month: a, year: b } : { month: a, day: b };
    }
    if (length < 3) return {};
    if (monthAt === 0) return b > 31 ? { month: a, year: b, day: c } : { month: a, day: b, year: c };
    if (monthAt === 1) return a > 31 ? { year: a, month: b, day: c } : { day: a, month: b, year: c };
    if (monthAt === 2) return b > 31 ? { day: a, year: b, month: c } : { year: a, day: b, month: c };
    if (a > 31 || this.#known.get("year") === 0) return { year: a, month: b, day: c };
    return a > 12 ? { day: a, month: b, year: c } : { month: a, day: b, year: c };
  }

  #resolveFew(monthAt: number | undefined): Partial<Record<Part, number>> {
    const result: Partial<Record<Part, number>> = {};
    if (monthAt !== undefined) result.month = this.#values[monthAt] ?? 0;
    const other = this.#values[monthAt === 0 ? this.#values.length - 1 : 0] ?? 0;
    if (this.#values.length > 1 || monthAt === undefined) result[other > 31 ? "year" : "day"] = other;
    return result;
  }

  #resolveKnown(): Partial<Record<Part, number>> {
    const places = new Map(this.#known);
    if (this.#values.length === 3 && places.size === 2) {
      const missing = (["year", "month", "day"] as const).find((part) => !places.has(part));
      const free = [0, 1, 2].find((index) => ![...places.values()].includes(index));
      if (missing !== undefined && free !== undefined) places.set(missing, free);
    }
    return Object.fromEntries([...places].map(([part, index]) => [part, this.#values[index] ?? 0]));
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

/** Reads the tokens of a date in free text, one after the other, into numbers of the date, time, weekday and zone. */
import type { CalendarDate } from "./calendar.ts";
import { DateParts, NoDate, wholeNumber, withCentury } from "./fuzzy-date-parts.ts";
import { isUtcName, meaningOf } from "./fuzzy-names.ts";

/** What the text says; what it does not say is undefined. */
export interface Found {
  readonly parts: DateParts;
  hour?: number;
  minute?: number;
  second?: number | undefined;
  microsecond?: number;
  /** Monday is 0. */
  weekday?: number;
  /** 0 before noon, 1 after. */
  half?: 0 | 1;
  zoneName?: string | undefined;
  /** Seconds east of UTC. */
  offset?: number | undefined;
}

export interface ReaderOptions {
  /** Unknown words make the text no date. */
  readonly strict: boolean;
  readonly today: CalendarDate;
}

/** Throws {@link NoDate} where the text can be no date. */
export class FuzzyReader {
  readonly #tokens: string[];
  readonly #strict: boolean;
  readonly #today: CalendarDate;
  readonly #found: Found = { parts: new DateParts() };

  /** The reader keeps the tokens, and changes signs in them. */
  constructor(tokens: string[], { strict, today }: ReaderOptions) {
    this.#tokens = tokens;
    this.#strict = strict;
    this.#today = today;
  }

  read(): Found {
    for (let at = 0; at < this.#tokens.length; at++) at = this.#readOne(at);
    return this.#found;
  }

  /** The token there must be; a text that ends before is no date. */
  #need(at: number): string {
    const token = this.#tokens[at];
    if (token === undefined) throw new NoDate("the text ends too early");
    return token;
  }

  /** Reads at this place; gives the last place that was used. */
  #readOne(at: number): number {
    const found = this.#found;
    const token = this.#need(at);
    if (isNumber(token)) return this.#number(at, token);
    if (isNotFinite(token)) throw new NoDate("a number that is none");
    const { weekday, month, half, filler } = meaningOf(token);
    if (weekday !== undefined) {
      found.weekday = weekday;
    } else if (month !== undefined) {
      return this.#month(at, month);
    } else if (half !== undefined) {
      this.#half(half);
    } else if (this.#couldBeZone(token)) {
      this.#zone(at, token);
    } else if (found.hour !== undefined && (token === "+" || token === "-")) {
      return this.#offset(at, token);
    } else if (this.#strict && filler === undefined) {
      throw new NoDate(`"${token}" means nothing in a date`);
    }
    return at;
  }

  #month(at: number, month: number): number {
    const { parts } = this.#found;
    parts.add(month, "month");
    const sign = this.#tokens[at + 1];
    if (sign === "-" || sign === "/") {
      parts.add(this.#need(at + 2));
      if (this.#tokens[at + 3] !== sign) return at + 2;
      parts.add(this.#need(at + 4));
      return at + 4;
    }
    const [, blank, of, other, year] = this.#tokens.slice(at, at + 5);
    if (blank !== " " || other !== " " || of?.toLowerCase() !== "of" || year === undefined) return at;
    // "January of 20": that is a year; another word there is skipped.
    if (/^[0-9]+$/.test(year)) parts.add(String(withCentury(wholeNumber(year), this.#today)), "year");
    return at + 4;
  }

  #number(at: number, token: string): number {
    const found = this.#found;
    const { parts } = found;
    const next = this.#tokens[at + 1];
    const value = Number(token);
    const { length } = token;
    const digitsOnly = !token.includes(".");
    if (
      parts.length === 3 &&
      (length === 2 || length === 4) &&
      found.hour === undefined &&
      (next === undefined || (next !== ":" && meaningOf(next).unit === undefined))
    ) {
      found.hour = wholeNumber(token.slice(0, 2));
      if (length === 4) found.minute = wholeNumber(token.slice(2));
      return at;
    }
    if (length === 6 || (length > 6 && token.indexOf(".") === 6)) {
      this.#sixDigits(token, digitsOnly);
      return at;
    }
    if (length === 8 || length === 12 || length === 14) {
      parts.add(token.slice(0, 4), "year");
      parts.add(token.slice(4, 6));
      parts.add(token.slice(6, 8));
      if (length > 8) {
        found.hour = wholeNumber(token.slice(8, 10));
        found.minute = wholeNumber(token.slice(10, 12));
        if (length > 12) found.second = wholeNumber(token.slice(12));
      }
      return at;
    }
    const unitAt = this.#unitNear(at);
    if (unitAt !== undefined) return this.#withUnit(at, unitAt, token);
    if (next === ":" && this.#tokens[at + 2] !== undefined) return this.#clock(at, value);
    if (next === "-" || next === "/" || next === ".") return this.#separated(at, token, next);
    if (next === undefined || meaningOf(next).filler === true) {
      const half = meaningOf(this.#tokens[at + 2] ?? "").half;
      if (half !== undefined) {
        found.hour = adjustHour(Math.trunc(value), half);
        return at + 2;
      }
      parts.add(value);
      return at + 1;
    }
    const { half } = meaningOf(next);
    if (half !== undefined && value >= 0 && value < 24) {
      found.hour = adjustHour(Math.trunc(value), half);
      return at + 1;
    }
    if (parts.couldBeDay(value)) parts.add(value);
    else if (this.#strict) throw new NoDate(`"${token}" has no place in a date`);
    return at;
  }

  #sixDigits(token: string, digitsOnly: boolean): void {
    const found = this.#found;
    if (found.parts.length === 0 && digitsOnly) {
      for (const from of [0, 2, 4]) found.parts.add(token.slice(from, from + 2));
      return;
    }
    found.hour = wholeNumber(token.slice(0, 2));
    found.minute = wholeNumber(token.slice(2, 4));
    this.#setSeconds(token.slice(4));
  }

  /** A unit (`h`, `min` …) behind or before the number. */
  #unitNear(at: number): number | undefined {
    const unit = (index: number): boolean => meaningOf(this.#tokens[index] ?? "").unit !== undefined;
    if (unit(at + 1)) return at + 1;
    if (this.#tokens[at + 1] === " " && unit(at + 2)) return at + 2;
    if (at > 0 && unit(at - 1)) return at - 1;
    return at > 1 && at === this.#tokens.length - 1 && this.#tokens[at - 1] === " " && unit(at - 2)
      ? at - 2
      : undefined;
  }

  #withUnit(at: number, unitAt: number, token: string): number {
    const unit = meaningOf(this.#tokens[unitAt] ?? "").unit ?? 0;
    const what = unitAt > at ? unit : unit + 1; // a number behind a unit is the next smaller one: 10h30
    const value = Number(token);
    if (what === 0) {
      this.#found.hour = Math.trunc(value);
      if (value % 1 !== 0) this.#found.minute = Math.trunc(60 * (value % 1));
    } else if (what === 1) this.#setMinutes(value);
    else if (what === 2) this.#setSeconds(token);
    return Math.max(at, unitAt);
  }

  #clock(at: number, hour: number): number {
    this.#found.hour = Math.trunc(hour);
    const minutes = this.#need(at + 2);
    if (!isNumber(minutes)) throw new NoDate("no minutes after the colon");
    this.#setMinutes(Number(minutes));
    if (this.#tokens[at + 3] !== ":" || this.#tokens[at + 4] === undefined) return at + 2;
    this.#setSeconds(this.#need(at + 4));
    return at + 4;
  }

  #separated(at: number, token: string, sign: string): number {
    const { parts } = this.#found;
    parts.add(token);
    const second = this.#tokens[at + 2];
    if (second === undefined || meaningOf(second).filler === true) return at + 1;
    this.#addNumberOrMonth(second, true);
    if (this.#tokens[at + 3] !== sign) return at + 2;
    this.#addNumberOrMonth(this.#need(at + 4), false);
    return at + 4;
  }

  #addNumberOrMonth(token: string, mustBe: boolean): void {
    const month = /^[0-9]+$/.test(token) ? undefined : meaningOf(token).month;
    if (month !== undefined) this.#found.parts.add(month, "month");
    else if (mustBe && !/^[0-9]+$/.test(token)) throw new NoDate(`"${token}" is no part of a date`);
    else this.#found.parts.add(token);
  }

  #setMinutes(value: number): void {
    this.#found.minute = Math.trunc(value);
    // A later "00:00" replaces seconds that were read before.
    this.#found.second = value % 1 === 0 ? undefined : Math.trunc(60 * (value % 1));
  }

  #setSeconds(text: string): void {
    const [whole = "", fraction] = text.split(".");
    this.#found.second = wholeNumber(whole);
    this.#found.microsecond = fraction === undefined ? 0 : wholeNumber(fraction.padEnd(6, "0").slice(0, 6));
  }

  /** Before or after noon; without an hour that it fits to, it is a word like any other. */
  #half(half: 0 | 1): void {
    const found = this.#found;
    if (!this.#strict && found.half !== undefined) return;
    if (found.hour !== undefined && found.hour <= 12) {
      found.hour = adjustHour(found.hour, half);
      found.half = half;
    } else if (this.#strict) {
      throw new NoDate("am or pm without an hour from 0 to 12");
    }
  }

  #couldBeZone(token: string): boolean {
    const { hour, zoneName, offset } = this.#found;
    return (
      hour !== undefined &&
      zoneName === undefined &&
      offset === undefined &&
      (/^[A-Z]{1,5}$/.test(token) || isUtcName(token))
    );
  }

  /** A name in parentheses behind an offset: `-0500 (CDT)`. */
  #mayName(name: string | undefined): boolean {
    return name !== undefined && this.#found.zoneName === undefined && /^[A-Z]{3,5}$/.test(name);
  }

  #zone(at: number, token: string): void {
    const found = this.#found;
    found.zoneName = token;
    found.offset = isUtcName(token) ? 0 : undefined;
    const sign = this.#tokens[at + 1];
    if (sign === "+" || sign === "-") {
      // "GMT+3" is meant as "my time + 3 is GMT": the other sign.
      this.#tokens[at + 1] = sign === "+" ? "-" : "+";
      found.offset = undefined;
      if (isUtcName(token)) found.zoneName = undefined;
    }
  }

  #offset(at: number, sign: "+" | "-"): number {
    const digits = this.#need(at + 1);
    let last = at + 1;
    let hours: number;
    let minutes = 0;
    if (digits.length === 4) {
      hours = wholeNumber(digits.slice(0, 2));
      minutes = wholeNumber(digits.slice(2));
    } else if (this.#tokens[at + 2] === ":") {
      hours = wholeNumber(digits);
      minutes = wholeNumber(this.#need(at + 3));
      last = at + 3;
    } else if (digits.length <= 2) {
      hours = wholeNumber(digits);
    } else {
      throw new NoDate("an offset of another form");
    }
    this.#found.offset = (sign === "+" ? 1 : -1) * (hours * 3600 + minutes * 60);
    const [blank, open, name, close] = this.#tokens.slice(last + 1, last + 5);
    if (
      blank !== undefined &&
      meaningOf(blank).filler === true &&
      open === "(" &&
      close === ")" &&
      this.#mayName(name)
    ) {
      this.#found.zoneName = name;
      return last + 4;
    }
    return last;
  }
}

/** Digits with a decimal point or none; the tokens before have no other form that begins so. */
function isNumber(token: string): boolean {
  const first = token.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && /^[0-9]+(?:\.[0-9]*)?$/.test(token);
}

/** Words that Python reads as numbers, which then are none. */
function isNotFinite(token: string): boolean {
  return (token.length === 3 || token.length === 8) && /^(?:inf|infinity|nan)$/i.test(token);
}

function adjustHour(hour: number, half: 0 | 1): number {
  if (half === 1 && hour < 12) return hour + 12;
  return half === 0 && hour === 12 ? 0 : hour;
}

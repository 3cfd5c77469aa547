/** Numbers and their text forms as Python's `int()`, `float()` and `repr()` have them. */
import { integer } from "../values/json-value.ts";
import { isSpace } from "./strip.ts";

/**
 * The most digits that are taken as an integer: Python's own default limit, since the conversion takes quadratic time.
 */
export const MAXIMUM_INTEGER_DIGITS = 4300;

/**
 * `int(text)`: surrounding white space, a sign, `_` between digits and the decimal digits of every script are accepted;
 * `undefined` for everything else (`1.0`, `1e3`, `0x10`, empty).
 */
export function parseInteger(text: string): number | bigint | undefined {
  if (/^[+-]?[0-9]{1,15}$/.test(text)) {
    const value = Number(text);
    return value === 0 ? 0 : value;
  }
  const plain = withAsciiDigits(withoutBlanks(text));
  if (!/^[+-]?[0-9](?:_?[0-9])*$/.test(plain)) return undefined;
  const digits = plain.replaceAll("_", "").replace("+", "");
  if (digits.length > MAXIMUM_INTEGER_DIGITS + (digits.startsWith("-") ? 1 : 0)) return undefined;
  return integer(BigInt(digits.startsWith("-") ? digits.slice(1) : digits) * (digits.startsWith("-") ? -1n : 1n));
}

/**
 * `float(text)`: decimal notation with optional exponent, `_` between digits, `inf`, `infinity` and `nan` in any case,
 * a sign, surrounding white space, the decimal digits of every script; `undefined` for everything else. Too large a
 * number gives infinity, too small a one zero. The result is a plain double: see `float` in `../values/json-value.ts`.
 */
export function parseFloating(text: string): number | undefined {
  const plain = withAsciiDigits(withoutBlanks(text));
  if (
    /^[+-]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/.test(
      plain,
    )
  ) {
    return Number(plain.replaceAll("_", ""));
  }
  const word = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i.exec(plain);
  if (word === null) return undefined;
  if (word[2] === undefined) return Number.NaN;
  return word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/**
 * `repr(float)`: the shortest text that gives the same double, with a decimal at least (`100.0`), with an exponent of
 * two digits or more below 1e-4 and from 1e16 (`1e-05`, `1e+16`); `nan`, `inf`, `-inf`, `-0.0`.
 */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) {
    const text = String(value);
    return Number.isInteger(value) ? `${text}.0` : text;
  }
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const digits = exponent.slice(1).padStart(2, "0");
  return `${mantissa}e${exponent.startsWith("-") ? "-" : "+"}${digits}`;
}

/** The text with the decimal digits of all scripts replaced by those of ASCII. */
export function withAsciiDigits(text: string): string {
  if (isAscii(text)) return text;
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)));
}

/** Scripts have their ten digits one after the other from zero, so the start of a run tells the value. */
function digitValue(code: number): number {
  let zero = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (code - zero) % 10;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Numbers may stand between white space, but, other than for `strip`, U+001C to U+001F do not count as such. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return isSpace(code) && !(code >= 0x1c && code <= 0x1f);
}

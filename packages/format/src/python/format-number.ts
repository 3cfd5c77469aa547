/** Floats with a given number of digits, rounded exactly and half to even, as Python and C do. */

import type { FormatSpec } from "./format-spec.ts";
import { floatText } from "./numbers.ts";

/** A number before sign, prefix, grouping and padding. */
export interface NumberText {
  readonly negative: boolean;
  /** The digits before the point (or `inf`, `nan`). */
  readonly digits: string;
  /** Point, fraction, exponent, percent sign. */
  readonly rest: string;
  /** No number: infinity or not a number. */
  readonly special?: true;
}

/** The parts of a float by type, precision and `#` of a specification. */
export function formatFloat(value: number, spec: FormatSpec): NumberText {
  const upper = /^[EFG]$/.test(spec.type);
  const percent = spec.type === "%" ? "%" : "";
  // A percentage can pass the range of a double.
  if (!Number.isFinite(percent === "" ? value : value * 100)) {
    const word = Number.isNaN(value) ? "nan" : "inf";
    return { negative: value < 0, digits: upper ? word.toUpperCase() : word, rest: percent, special: true };
  }
  const size = Math.abs(value);
  const text = sizeText(size, spec);
  const isZero = !/[1-9]/.test(text.split("e")[0] ?? "");
  const negative = (value < 0 || Object.is(value, -0)) && !(spec.positiveZero && isZero);
  const [, digits = "0", rest = ""] = /^([0-9]+)(.*)$/.exec(upper ? text.toUpperCase() : text) ?? [];
  return { negative, digits, rest: rest + percent };
}

function sizeText(size: number, spec: FormatSpec): string {
  const { precision, alternate } = spec;
  switch (spec.type.toLowerCase()) {
    case "e":
      return exponential(size, precision ?? 6, alternate);
    case "f":
      return fixed(size, precision ?? 6, alternate);
    case "%":
      return fixed(size * 100, precision ?? 6, alternate);
    case "g":
    case "n":
      return general(size, precision ?? 6, alternate, false);
    default:
      if (precision !== undefined) return general(size, precision, alternate, true);
      return alternate ? floatText(size).replace(/^([0-9]+)e/, "$1.e") : floatText(size);
  }
}

function fixed(size: number, precision: number, point: boolean): string {
  const digits = scaled(size, precision)
    .toString()
    .padStart(precision + 1, "0");
  if (precision === 0) return point ? `${digits}.` : digits;
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

function exponential(size: number, precision: number, point: boolean): string {
  const { digits, exponent } = significant(size, precision + 1);
  const fraction = precision > 0 || point ? `.${digits.slice(1)}` : "";
  return `${digits[0]}${fraction}${exponentText(exponent)}`;
}

/** As few digits as the precision says; `whole`: with a digit behind the point at least, as without a type. */
function general(size: number, wanted: number, alternate: boolean, whole: boolean): string {
  const precision = Math.max(1, wanted);
  const { digits, exponent } = significant(size, precision);
  const isExponential = exponent < -4 || exponent >= (whole ? precision - 1 : precision);
  const kept = alternate ? digits : digits.replace(/(?!^)0+$/, "");
  if (isExponential) {
    const fraction = kept.length > 1 || alternate ? `.${kept.slice(1)}` : "";
    return `${kept[0]}${fraction}${exponentText(exponent)}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${kept}`;
  const front = kept.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const back = kept.slice(exponent + 1);
  if (back !== "") return `${front}.${back}`;
  return whole ? `${front}.0` : alternate ? `${front}.` : front;
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** The first digits of a number, rounded, and its power of ten. */
function significant(size: number, count: number): { digits: string; exponent: number } {
  if (size === 0) return { digits: "0".repeat(count), exponent: 0 };
  // The shortest text may lie on the other side of a power of ten than the number itself.
  let exponent = Number(size.toExponential().split("e")[1]);
  if (scaled(size, 20 - exponent) < 10n ** 20n) exponent--;
  let digits = scaled(size, count - 1 - exponent).toString();
  if (digits.length > count) {
    exponent++;
    digits = scaled(size, count - 1 - exponent).toString();
  }
  return { digits, exponent };
}

/** size × 10^power as an integer, rounded half to even; exact. */
function scaled(size: number, power: number): bigint {
  const { mantissa, exponent } = binary(size);
  let numerator = mantissa;
  let denominator = 1n;
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const isUp = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** size = mantissa × 2^exponent */
function binary(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const raw = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return raw === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: raw - 1075 };
}

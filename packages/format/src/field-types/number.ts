/** Number types: Boolean, Integer, Float, Accuracy, ASN. */
import { parseFloating, parseInteger } from "../python/numbers.ts";
import { strip } from "../python/strip.ts";
import { type Float, float, integer, isFloat, isInteger, toNumber } from "../values/json-value.ts";
import { numeral } from "../values/text-of-value.ts";
import type { FieldType } from "./field-type.ts";

export const booleanType: FieldType = {
  name: "Boolean",
  isValid: (value) => typeof value === "boolean",
  sanitize(value) {
    if (typeof value === "boolean") return value;
    if (typeof value === "string") return truthOf(strip(value).toLowerCase());
    if (!isInteger(value)) return undefined;
    return value === 1 ? true : value === 0 ? false : undefined;
  },
};

function truthOf(word: string): boolean | undefined {
  return word === "true" ? true : word === "false" ? false : undefined;
}

/**
 * `int()` of Python: floats cut towards zero, booleans 1 and 0, digits in text (see `parseInteger`). Undefined for what has no
 * integer, infinity included.
 */
function sanitizeInteger(value: unknown): number | bigint | undefined {
  if (typeof value === "bigint") return integer(value);
  if (isInteger(value)) return Number.isSafeInteger(value) ? value : BigInt(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (isFloat(value)) return cut(toNumber(value));
  const text = numeral(value);
  return text === undefined ? undefined : parseInteger(text);
}

function cut(number: number): number | bigint | undefined {
  return Number.isFinite(number) ? integer(BigInt(Math.trunc(number))) : undefined;
}

export const integerType: FieldType = { name: "Integer", isValid: isInteger, sanitize: sanitizeInteger };

/** `float()` of Python. Undefined for what has none, integers beyond the range of a double included. */
function sanitizeFloat(value: unknown): number | Float | undefined {
  if (isFloat(value)) return value;
  if (typeof value === "boolean") return float(value ? 1 : 0);
  if (isInteger(value)) return Number.isFinite(Number(value)) ? float(Number(value)) : undefined;
  const text = numeral(value);
  const number = text === undefined ? undefined : parseFloating(text);
  return number === undefined ? undefined : float(number);
}

export const floatType: FieldType = {
  name: "Float",
  isValid: (value) => isInteger(value) || isFloat(value),
  sanitize: sanitizeFloat,
};

/** A percentage. */
export const accuracyType: FieldType = {
  name: "Accuracy",
  isValid(value) {
    if (typeof value === "boolean") return true;
    return (isInteger(value) || isFloat(value)) && isPercentage(toNumber(value));
  },
  sanitize(value) {
    if (typeof value === "boolean") return float(value ? 100 : 0);
    const number = sanitizeFloat(value);
    return number !== undefined && isPercentage(toNumber(number)) ? number : undefined;
  },
};

function isPercentage(number: number): boolean {
  return number >= 0 && number <= 100;
}

/** Whether a value is the integer of an autonomous system: 1 to 4294967295. */
export function checkAsn(value: unknown): value is number {
  return isInteger(value) && value > 0 && value <= 4_294_967_295;
}

export const asnType: FieldType = {
  name: "ASN",
  isValid: checkAsn,
  sanitize(value) {
    if (checkAsn(value)) return value;
    const text = typeof value === "string" ? withoutAs(value) : value;
    const number = sanitizeInteger(text);
    return checkAsn(number) ? number : undefined;
  },
};

function withoutAs(text: string): string {
  const isPrefixed = (text.charCodeAt(0) | 0x20) === 0x61 && (text.charCodeAt(1) | 0x20) === 0x73;
  return isPrefixed ? text.slice(2) : text;
}

/** Number types: Boolean, Integer, Float, Accuracy, ASN. */
import { parseFloating, parseInteger } from "../python/numbers.ts";
import { strip } from "../python/strip.ts";
import { Float, float, integer, isFloat, isInteger, toNumber } from "../values/json-value.ts";
import type { FieldType } from "./field-type.ts";
import { textOrBytes } from "./text.ts";

export const booleanType: FieldType = {
  name: "Boolean",
  isValid: (value) => typeof value === "boolean",
  sanitize(value) {
    if (typeof value === "boolean") return value;
    if (typeof value === "string") {
      const text = strip(value).toLowerCase();
      return text === "true" ? true : text === "false" ? false : undefined;
    }
    return value === 1 || value === 1n ? true : value === 0 || value === 0n ? isInteger(value) ? false : undefined : undefined;
  },
};

/** As `int()` of Python: numbers cut towards zero, booleans 1 and 0, texts of digits. */
export function sanitizeInteger(value: unknown): number | bigint | undefined {
  if (isInteger(value)) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (isFloat(value)) {
    const number = toNumber(value);
    return Number.isFinite(number) ? integer(BigInt(Math.trunc(number))) : undefined;
  }
  const text = textOrBytes(value);
  return text === undefined ? undefined : parseInteger(text);
}

export const integerType: FieldType = { name: "Integer", isValid: isInteger, sanitize: sanitizeInteger };

/** As `float()` of Python. */
export function sanitizeFloat(value: unknown): number | Float | undefined {
  if (isFloat(value)) return value;
  if (typeof value === "boolean") return float(value ? 1 : 0);
  if (isInteger(value)) {
    const number = Number(value);
    return Number.isFinite(number) ? float(number) : undefined;
  }
  const text = textOrBytes(value);
  const number = text === undefined ? undefined : parseFloating(text);
  return number === undefined ? undefined : float(number);
}

export const floatType: FieldType = {
  name: "Float",
  isValid: (value) => isInteger(value) || isFloat(value),
  sanitize: sanitizeFloat,
};

export const accuracyType: FieldType = {
  name: "Accuracy",
  isValid(value) {
    if (typeof value === "boolean") return true;
    if (!isInteger(value) && !isFloat(value)) return false;
    const number = toNumber(value);
    return number >= 0 && number <= 100;
  },
  sanitize(value) {
    if (typeof value === "boolean") return float(value ? 100 : 0);
    const number = sanitizeFloat(value);
    if (number === undefined) return undefined;
    const plain = toNumber(number);
    return plain >= 0 && plain <= 100 ? number : undefined;
  },
};

/** Whether the number is one of an autonomous system: 1 to 4294967295. */
export function checkAsn(value: unknown): boolean {
  return isInteger(value) && value > 0 && value <= 4294967295;
}

export const asnType: FieldType = {
  name: "ASN",
  isValid: checkAsn,
  sanitize(value) {
    if (checkAsn(value)) return value as number; // that is what was checked
    const text = textOrBytes(value);
    const number = sanitizeInteger(text === undefined ? value : /^as/i.test(text) ? text.slice(2) : text);
    return number !== undefined && checkAsn(number) ? number : undefined;
  },
};

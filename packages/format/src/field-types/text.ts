/** Text types: String, LowercaseString, UppercaseString. Cleaning strips blanks; other values become their text form. */
import { pythonStr } from "../python/repr.ts";
import { strip } from "../python/strip.ts";
import { Base64Value, decodeUtf8 } from "../values/base64-value.ts";
import { toJsonValue } from "../values/to-json-value.ts";
import { Float } from "../values/json-value.ts";
import type { FieldType } from "./field-type.ts";

export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** The text of a text or of bytes; undefined for all else. */
export function textOrBytes(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return decodeUtf8(value);
  return value instanceof Base64Value ? value.text : undefined;
}

/** Cleans as String does: text stripped, other values that are not empty in their text form. */
export function sanitizeText(value: unknown): string | undefined {
  const text = textOrBytes(value);
  if (text !== undefined) return strip(text);
  const json = toJsonValue(value);
  if (json === undefined || json === null || isFalsy(json)) return undefined;
  return strip(pythonStr(json));
}

function isFalsy(value: unknown): boolean {
  if (value instanceof Float) return value.value === 0;
  if (value instanceof Map) return value.size === 0;
  return Array.isArray(value) ? value.length === 0 : value === false || value === 0 || value === 0n;
}

export const stringType: FieldType = { name: "String", isValid: isText, sanitize: sanitizeText };

export const genericType: FieldType = { name: "GenericType", isValid: isText, sanitize: sanitizeText };

export const lowercaseStringType: FieldType = {
  name: "LowercaseString",
  isValid: (value) => isText(value) && value === value.toLowerCase(),
  sanitize(value) {
    const text = textOrBytes(value);
    return text === undefined ? undefined : strip(text.toLowerCase());
  },
};

export const uppercaseStringType: FieldType = {
  name: "UppercaseString",
  isValid: (value) => isText(value) && value === value.toUpperCase(),
  sanitize(value) {
    const text = textOrBytes(value);
    return text === undefined ? undefined : strip(text.toUpperCase());
  },
};

/** A type with a fixed list of values: cleaned by letter case and white space, then by a table of other names. */
export function listType(name: string, values: readonly string[], fold: (text: string) => string): FieldType {
  const known = new Set(values);
  return {
    name,
    isValid: (value) => typeof value === "string" && known.has(value),
    sanitize(value) {
      const text = textOrBytes(value);
      return text === undefined ? undefined : fold(text);
    },
  };
}

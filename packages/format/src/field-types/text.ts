/** Text types: String, LowercaseString, UppercaseString. Cleaning strips blanks; other values become their text form. */
import { pythonStr } from "../python/repr.ts";
import { strip } from "../python/strip.ts";
import { type JsonValue, toNumber } from "../values/json-value.ts";
import { textOrBytes } from "../values/text-of-value.ts";
import { toJsonValue } from "../values/to-json-value.ts";
import type { FieldType } from "./field-type.ts";

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/**
 * Cleans as String does: text stripped, other values in their text form; undefined for what Python takes as false (empty
 * text and lists, 0, false). A text of white space only becomes empty, which no type takes.
 */
export function sanitizeText(value: unknown): string | undefined {
  const text = textOrBytes(value);
  if (text !== undefined) return text === "" ? undefined : strip(text);
  const json = toJsonValue(value);
  return json === undefined || isFalsy(json) ? undefined : strip(pythonStr(json));
}

/** What Python takes as false. */
export function isFalsy(value: JsonValue): boolean {
  if (value === null || value === false || value === "") return true;
  if (typeof value === "string" || value === true) return false;
  if (value instanceof Map) return value.size === 0;
  if (Array.isArray(value)) return value.length === 0;
  return toNumber(value as number) === 0; // numbers of all kinds are left
}

/** Text and bytes changed by a function, then stripped; undefined for all else and for empty text. */
function cleaned(value: unknown, change: (text: string) => string): string | undefined {
  const text = textOrBytes(value);
  return text === undefined || text === "" ? undefined : strip(change(text));
}

export const stringType: FieldType = { name: "String", isValid: isText, sanitize: sanitizeText };

export const genericType: FieldType = { name: "GenericType", isValid: isText, sanitize: sanitizeText };

const lowerCase = (text: string): string => text.toLowerCase();
const upperCase = (text: string): string => text.toUpperCase();

export const lowercaseStringType: FieldType = {
  name: "LowercaseString",
  isValid: (value) => isText(value) && value === value.toLowerCase(),
  sanitize: (value) => cleaned(value, lowerCase),
};

export const uppercaseStringType: FieldType = {
  name: "UppercaseString",
  isValid: (value) => isText(value) && value === value.toUpperCase(),
  sanitize: (value) => cleaned(value, upperCase),
};

/**
 * A type with a fixed list of values. Cleaning changes letter case, strips, and takes other names of a value for it; what is
 * no value then is given back all the same, so that a message about it shows it cleaned.
 */
export function listType(name: string, values: readonly string[], rules: ListRules): FieldType {
  const known = new Set(values);
  const change = rules.letters === "lower" ? lowerCase : upperCase;
  const rename = rules.rename ?? ((text: string) => text);
  return {
    name,
    isValid: (value) => typeof value === "string" && known.has(value),
    sanitize(value) {
      if (typeof value === "string" && known.has(value)) return value;
      const text = cleaned(value, change);
      if (text === undefined || (text === "" && rules.blank === "nothing")) return undefined;
      return rename(text);
    },
  };
}

interface ListRules {
  /** The case in which values are written. */
  readonly letters: "lower" | "upper";
  /** What a text of white space only becomes; either is invalid. */
  readonly blank: "nothing" | "empty";
  /** Gives the value for a text in the right case and without white space at its ends. */
  readonly rename?: (text: string) => string;
}

/** Types whose text encodes something: Base64, JSON, JSONDict. */
import { invalidJson } from "../errors/kinds.ts";
import { strip } from "../python/strip.ts";
import { isBase64 } from "../values/base64.ts";
import { Base64Value } from "../values/base64-value.ts";
import type { JsonValue } from "../values/json-value.ts";
import { textOrBytes } from "../values/text-of-value.ts";
import { toJsonValue } from "../values/to-json-value.ts";
import { parseJson } from "../wire/parse-json.ts";
import { writeJson } from "../wire/write-json.ts";
import type { FieldType } from "./field-type.ts";
import { isFalsy } from "./text.ts";

/** Base64: a text that decodes. Cleaning *encodes* what is given. */
export const base64Type: FieldType = {
  name: "Base64",
  isValid(value) {
    if (value instanceof Base64Value) return value.isNotEmpty;
    return typeof value === "string" && value !== "" && isBase64(value);
  },
  sanitize(value) {
    if (value instanceof Base64Value) return value;
    if (typeof value === "string") return Base64Value.ofText(value);
    return value instanceof Uint8Array ? Base64Value.ofBytes(value) : undefined;
  },
};

/** JSON: a text of any JSON value. */
export const jsonType: FieldType = {
  name: "JSON",
  isValid: (value) => typeof value === "string" && parsed(value) !== undefined,
  sanitize: (value) => cleaned(value, isJson),
};

/** JSONDict: a text of a JSON object that is not empty. */
export const jsonDictType: FieldType = {
  name: "JSONDict",
  isValid: (value) => typeof value === "string" && isDictionary(value),
  sanitize: (value) => (isEmpty(value) ? undefined : cleaned(value, isDictionary)),
};

/**
 * A text that is accepted stays, without the white space around it; bytes that are not accepted are nothing; any other value,
 * a text that is not accepted included, is written as JSON with sorted names.
 */
function cleaned(value: unknown, isAccepted: (text: string) => boolean): string | undefined {
  const text = textOrBytes(value);
  const stripped = text === undefined ? undefined : strip(text);
  if (stripped !== undefined && isAccepted(stripped)) return stripped;
  if (text !== undefined && typeof value !== "string") return undefined;
  const json = toJsonValue(value);
  return json === undefined || json === null ? undefined : writeJson(json, { sorted: true });
}

function isEmpty(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  const json = toJsonValue(value);
  return json !== undefined && isFalsy(json);
}

function isJson(text: string): boolean {
  return parsed(text) !== undefined;
}

function isDictionary(text: string): boolean {
  const value = parsed(text);
  return value instanceof Map && value.size > 0;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (invalidJson.is(error)) return undefined;
    throw error;
  }
}

/** Types whose text encodes something: Base64, JSON, JSONDict. */
import { strip } from "../python/strip.ts";
import { decodeBase64 } from "../values/base64.ts";
import { Base64Value } from "../values/base64-value.ts";
import type { JsonValue } from "../values/json-value.ts";
import { toJsonValue } from "../values/to-json-value.ts";
import { parseJson } from "../wire/parse-json.ts";
import { writeJson } from "../wire/write-json.ts";
import type { FieldType } from "./field-type.ts";
import { textOrBytes } from "./text.ts";

/** Base64: a text that decodes. Cleaning *encodes* what is given. */
export const base64Type: FieldType = {
  name: "Base64",
  isValid(value) {
    if (value instanceof Base64Value) return value.isNotEmpty;
    return typeof value === "string" && value !== "" && decodeBase64(value) !== undefined;
  },
  sanitize(value) {
    if (value instanceof Base64Value) return value;
    if (typeof value === "string") return Base64Value.ofText(value);
    return value instanceof Uint8Array ? Base64Value.ofBytes(value) : undefined;
  },
};

function parsed(text: string): { readonly value: JsonValue } | undefined {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "WEIR_INVALID_JSON") return undefined;
    throw error;
  }
}

/** JSON: a text of any JSON value. */
export const jsonType: FieldType = {
  name: "JSON",
  isValid: (value) => typeof value === "string" && value !== "" && parsed(value) !== undefined,
  sanitize(value) {
    const text = textOrBytes(value);
    if (text !== undefined) {
      const stripped = strip(text);
      return parsed(stripped) === undefined ? writeJson(stripped) : stripped;
    }
    const json = toJsonValue(value);
    return json === undefined || json === null ? undefined : writeJson(json, { sorted: true });
  },
};

function isDictionary(text: string): boolean {
  const result = parsed(text);
  return result?.value instanceof Map && result.value.size > 0;
}

/** JSONDict: a text of a JSON object that is not empty. */
export const jsonDictType: FieldType = {
  name: "JSONDict",
  isValid: (value) => typeof value === "string" && isDictionary(value),
  sanitize(value) {
    const text = textOrBytes(value);
    if (text !== undefined) {
      const stripped = strip(text);
      if (stripped === "") return undefined;
      return isDictionary(stripped) ? stripped : writeJson(stripped);
    }
    const json = toJsonValue(value);
    if (json === undefined || json === null || (json instanceof Map && json.size === 0)) return undefined;
    return writeJson(json, { sorted: true });
  },
};

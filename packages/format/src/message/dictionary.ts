/** A JSONDict given as a whole, as the items that are stored. */

import { invalidJson } from "../errors/kinds.ts";
import { strip } from "../python/strip.ts";
import { decodeUtf8 } from "../values/base64-value.ts";
import type { JsonObject, JsonValue } from "../values/json-value.ts";
import { toJsonValue } from "../values/to-json-value.ts";
import { parseJson } from "../wire/parse-json.ts";
import { compareCodePoints } from "../wire/write-json.ts";

/**
 * Members of an object (sorted by name at every depth, as IntelMQ serialises it first) or of a JSON text of one (in its own
 * order). Undefined when it is neither; a map counts only when values may be cleaned.
 */
export function asDictionary(value: unknown, sanitize: boolean): readonly (readonly [string, JsonValue])[] | undefined {
  const text =
    typeof value === "string" ? value : sanitize && value instanceof Uint8Array ? decodeUtf8(value) : undefined;
  if (text !== undefined) return parseObject(sanitize ? strip(text) : text);
  if (!sanitize) return undefined;
  const json = toJsonValue(value);
  return json instanceof Map ? [...sorted(json)] : undefined;
}

function parseObject(text: string): readonly (readonly [string, JsonValue])[] | undefined {
  try {
    const value = parseJson(text);
    return value instanceof Map ? [...value] : undefined;
  } catch (error) {
    if (invalidJson.is(error)) return undefined;
    throw error;
  }
}

function sorted(object: JsonObject): JsonObject {
  const members = [...object].sort(([a], [b]) => compareCodePoints(a, b));
  return new Map(members.map(([name, item]) => [name, sortedValue(item)]));
}

function sortedValue(value: JsonValue): JsonValue {
  if (value instanceof Map) return sorted(value);
  return Array.isArray(value) ? value.map((item: JsonValue) => sortedValue(item)) : value;
}

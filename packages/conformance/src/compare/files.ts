/** Files that a bot left: same paths, exact contents; `.json` files as values. */
import type { JsonObject, JsonValue } from "@weir/format";
import { type Difference, difference, memberAt } from "./difference.ts";
import { jsonInText } from "./message.ts";
import { compareMispEvent, isMispEvent } from "./misp-event.ts";
import { compareAsMultiset } from "./multiset.ts";
import { compareValue, isObject, type ValueRules } from "./value.ts";

export interface FileRules extends ValueRules {
  /** Base names are random, so files are a multiset. */
  readonly volatileNames?: boolean;
}

export function compareFiles(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  rules: FileRules,
): Difference | undefined {
  return compareAsMultiset(expected, observed, at, (one, other, path) => compareFile(one, other, path, rules));
}

function compareFile(expected: JsonValue, observed: JsonValue, at: string, rules: FileRules): Difference | undefined {
  if (!isObject(expected) || !isObject(observed)) return difference(at, expected, observed);
  return (
    compareValue(expected.get("path"), observed.get("path"), memberAt(at, "path")) ??
    compareContent(expected, observed, at, rules)
  );
}

function compareContent(
  expected: JsonObject,
  observed: JsonObject,
  at: string,
  rules: FileRules,
): Difference | undefined {
  if (expected.has("json")) {
    const one = expected.get("json");
    const other = observed.get("json") ?? jsonOf(observed);
    const [event, otherEvent] = [mispEventIn(one), mispEventIn(other)];
    if (event !== undefined && otherEvent !== undefined) {
      return compareMispEvent(event, otherEvent, memberAt(at, "json"), rules);
    }
    return compareValue(one, other, memberAt(at, "json"), rules);
  }
  const path = expected.get("path");
  if (typeof path === "string" && path.endsWith(".json")) {
    const [one, other] = [jsonOf(expected), jsonOf(observed)];
    if (one !== undefined && other !== undefined) return compareValue(one, other, memberAt(at, "text"), rules);
  }
  return (
    compareValue(expected.get("text"), observed.get("text"), memberAt(at, "text"), rules) ??
    compareValue(expected.get("base64"), observed.get("base64"), memberAt(at, "base64"), rules)
  );
}

function mispEventIn(value: JsonValue | undefined): JsonObject | undefined {
  const event = isObject(value) ? value.get("Event") : undefined;
  return isMispEvent(event) ? event : undefined;
}

function jsonOf(file: JsonObject): JsonValue | undefined {
  const text = file.get("text");
  return typeof text === "string" ? jsonInText(text) : undefined;
}

/** Events of MISP: what they say counts; identifiers, time stamps and template details are information. */
import { isList, type JsonObject, type JsonValue } from "@weir/format";
import { type Difference, memberAt } from "./difference.ts";
import { compareValue, isObject, type ValueRules } from "./value.ts";

const attributeMembers = ["object_relation", "type", "category", "value", "to_ids", "disable_correlation"];

export function isMispEvent(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && isList(value.get("Object")) && value.has("info");
}

export function compareMispEvent(
  expected: JsonObject,
  observed: JsonObject,
  at: string,
  rules: ValueRules,
): Difference | undefined {
  return (
    compareValue(expected.get("info"), observed.get("info"), memberAt(at, "info"), rules) ??
    compareValue(tagNames(expected), tagNames(observed), memberAt(at, "Tag"), rules) ??
    compareValue(attributes(expected), attributes(observed), memberAt(at, "Object"), rules)
  );
}

function tagNames(event: JsonObject): JsonValue {
  return items(event.get("Tag")).map((tag) => (isObject(tag) ? (tag.get("name") ?? null) : tag));
}

function attributes(event: JsonObject): JsonValue {
  return items(event.get("Object")).map((object) =>
    items(isObject(object) ? object.get("Attribute") : undefined).map((attribute) =>
      isObject(attribute)
        ? new Map(attributeMembers.flatMap((name) => pairIfSet(name, attribute.get(name))))
        : attribute,
    ),
  );
}

function pairIfSet(name: string, value: JsonValue | undefined): readonly (readonly [string, JsonValue])[] {
  return value === undefined ? [] : [[name, value]];
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

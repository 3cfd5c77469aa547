/** Differences between two values as edits, so that replacing a whole configuration keeps the comments of what stays. */
import type { JsonValue } from "@weir/format";
import { type Edit, type EditPath, editConfiguration, isSame } from "./edit.ts";
import { loadConfiguration } from "./load-configuration.ts";

/** The text changed so that it has this value. Throws as `editConfiguration` does. */
export function updateConfiguration(text: string, value: JsonValue, source?: string): string {
  return editConfiguration(text, editsBetween(loadConfiguration(text, source ?? "runtime.yaml"), value), source);
}

/** The edits that make one mapping into another: deep in mappings, whole for lists and scalars. */
export function editsBetween(before: JsonValue, after: JsonValue, path: EditPath = []): Edit[] {
  if (isSame(before, after)) return [];
  const from = before === null && path.length === 0 ? new Map<string, JsonValue>() : before;
  if (!(from instanceof Map) || !(after instanceof Map) || (after.size === 0 && path.length > 0)) {
    return [{ kind: "set", path, value: after }];
  }
  const edits: Edit[] = [];
  for (const [key, value] of after) {
    const old = from.get(key);
    if (old === undefined) edits.push({ kind: "set", path: [...path, key], value });
    else edits.push(...editsBetween(old, value, [...path, key]));
  }
  for (const key of from.keys()) if (!after.has(key)) edits.push({ kind: "remove", path: [...path, key] });
  return edits;
}

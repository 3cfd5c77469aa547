/** Values that say nothing: feeds write them where they have no value, so messages do not store them. */
import type { JsonValue } from "../values/json-value.ts";

/** Null, nothing, and the texts `""`, `-` and `N/A`, to the letter. */
export function isIgnored(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === "-" || value === "N/A";
}

/** What is left out of a JSONDict that is given as a whole (`extra` keeps all): such texts, and what is empty. */
export function isEmptyItem(item: JsonValue): boolean {
  if (item === "-" || item === "N/A" || item === "") return true;
  return Array.isArray(item) ? item.length === 0 : item instanceof Map && item.size === 0;
}

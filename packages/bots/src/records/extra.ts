import type { JsonValue, Message } from "@weir/format";

/**
 * Adds what a feed says beyond the fields of the format: each entry becomes `extra.<name>`, empty values too.
 * An event that has `extra.*` already, from its report, keeps that and gets the entries in addition, with names that fit the format.
 */
export function addExtra(event: Message, entries: ReadonlyMap<string, JsonValue>): void {
  if (entries.size === 0) return;
  if (!event.has("extra")) {
    event.insert("extra", entries);
    return;
  }
  for (const [name, value] of entries) event.set(`extra.${fitting(name)}`, value);
}

/** The name in lower case, with `_` for every character that names may not hold. */
function fitting(name: string): string {
  const safe = name.toLowerCase().replace(/[^a-z0-9_.]/g, "_");
  return /^[a-z_]/.test(safe) ? safe : `_${safe}`;
}

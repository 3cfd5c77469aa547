/** What a bot did to an event, field by field. */
import type { Message } from "@weir/format";

export type FieldChange =
  | { readonly kind: "added"; readonly field: string; readonly after: string }
  | { readonly kind: "changed"; readonly field: string; readonly before: string; readonly after: string }
  | { readonly kind: "removed"; readonly field: string; readonly before: string };

/** Differences in the order of the fields; values in text form. */
export function fieldChanges(before: Message, after: Message): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of before.keys()) {
    const old = before.text(field) ?? "";
    const now = after.text(field);
    if (now === undefined) changes.push({ kind: "removed", field, before: old });
    else if (now !== old) changes.push({ kind: "changed", field, before: old, after: now });
  }
  for (const field of after.keys()) {
    if (!before.has(field)) changes.push({ kind: "added", field, after: after.text(field) ?? "" });
  }
  return changes;
}

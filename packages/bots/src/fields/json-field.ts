import type { JsonValue, Message } from "@weir/format";

/** A field as JSON value: base64 fields as text, `extra` as its JSON text. Undefined when the event does not have it. */
export function jsonField(event: Message, field: string): JsonValue | undefined {
  return event.get(field) as JsonValue | undefined; // `get` gives base64 as text, all other values are JSON
}

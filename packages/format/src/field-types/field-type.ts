/** What a field may hold: one object per type of the data format. */
import type { Base64Value } from "../values/base64-value.ts";
import type { JsonValue } from "../values/json-value.ts";

/** A stored value. Base64 fields hold a {@link Base64Value}, items below a JSONDict any JSON value. */
export type FieldValue = JsonValue | Base64Value;

export interface FieldType {
  /** As in harmonization.conf. */
  readonly name: string;
  /** Whether the value is accepted as it is. Never throws. */
  isValid(value: unknown): boolean;
  /** The cleaned value, which may still be invalid; undefined when the value cannot be repaired. Never throws. */
  sanitize(value: unknown): FieldValue | undefined;
  /** What `sanitize` gives, if that is valid; undefined otherwise. For types where one look does for both. */
  clean?(value: unknown): FieldValue | undefined;
}

/** The value cleaned, if it is valid then; else undefined. */
export function cleanedBy(type: FieldType, value: unknown): FieldValue | undefined {
  if (type.clean !== undefined) return type.clean(value);
  const cleaned = type.sanitize(value);
  return cleaned !== undefined && type.isValid(cleaned) ? cleaned : undefined;
}

/** The text in a value that was given as text, as bytes, or as content of a Base64 field. */
import { Base64Value, decodeUtf8 } from "./base64-value.ts";

/** A text itself, bytes as UTF-8 without those that are none; undefined for all else. */
export function textOrBytes(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return decodeUtf8(value);
  return value instanceof Base64Value ? value.text : undefined;
}

/** The same for what shall be read as a number, where bytes must be ASCII, as Python's `int()` and `float()` want them. */
export function numeral(value: unknown): string | undefined {
  if (value instanceof Uint8Array && !value.every((byte) => byte < 0x80)) return undefined;
  return textOrBytes(value);
}

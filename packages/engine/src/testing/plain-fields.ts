/** Messages as plain objects, for tests: numbers as JavaScript has them, objects plain, `raw` as base64 text. */
import { Float, type Message } from "@weir/format";

export type PlainFields = Record<string, unknown>;

/** The fields of a message in their order. Whole floats become plain numbers. */
export function plainFields(message: Message): PlainFields {
  return Object.fromEntries([...message.entries()].map(([name, value]) => [name, plainValue(value)]));
}

/** A value without Weir's own kinds; integers beyond 2^53 stay `bigint`. */
export function plainValue(value: unknown): unknown {
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, member]): [string, unknown] => [String(name), plainValue(member)]));
}

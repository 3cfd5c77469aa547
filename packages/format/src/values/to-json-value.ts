/** What bot authors write (objects, arrays, numbers of JavaScript) as canonical values. */
import { Float, integer, isFloat, type JsonValue } from "./json-value.ts";

/**
 * Plain objects become maps in their own order, whole numbers integers, numbers beyond 2^53 bigints. Canonical values stay.
 * Undefined when something in it has no JSON form (functions, symbols, cycles, bytes).
 */
export function toJsonValue(input: unknown, depth = 0): JsonValue | undefined {
  if (input === null || typeof input === "string" || typeof input === "boolean" || input instanceof Float) return input;
  if (typeof input === "number") {
    if (isFloat(input) || Number.isSafeInteger(input)) return input;
    return BigInt(input);
  }
  if (typeof input === "bigint") return integer(input);
  if (typeof input !== "object" || depth > 500) return undefined;
  if (Array.isArray(input)) {
    const items: JsonValue[] = [];
    for (const item of input) {
      const value = toJsonValue(item, depth + 1);
      if (value === undefined) return undefined; // at once, or cycles would be followed on every way
      items.push(value);
    }
    return items;
  }
  const entries = input instanceof Map ? [...input] : isPlainObject(input) ? Object.entries(input) : undefined;
  if (entries === undefined) return undefined;
  const result = new Map<string, JsonValue>();
  for (const [name, item] of entries) {
    const value = toJsonValue(item, depth + 1);
    if (value === undefined || typeof name !== "string") return undefined;
    result.set(name, value);
  }
  return result;
}

function isPlainObject(input: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || prototype === Object.prototype;
}

/** Equality as Python sees it: numbers by value whatever their kind, true equals 1, objects whatever their order. */
import { Float, type JsonValue, toNumber } from "../values/json-value.ts";

export function pythonEquals(a: JsonValue, b: JsonValue): boolean {
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== undefined || right !== undefined)
    return left !== undefined && right !== undefined && sameNumber(left, right);
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false;
    for (const [name, item] of a) {
      const theirs: JsonValue | undefined = b.get(name);
      if (theirs === undefined || !pythonEquals(item, theirs)) return false;
    }
    return true;
  }
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item: JsonValue, index) => pythonEquals(item, b[index] ?? null));
  }
  return a === b;
}

function asNumber(value: JsonValue): number | bigint | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value instanceof Float ? toNumber(value) : undefined;
}

function sameNumber(a: number | bigint, b: number | bigint): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: compares a number with a bigint by value
  return a == b;
}

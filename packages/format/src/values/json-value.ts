/**
 * Values as the wire format means them, with the kind of every number kept.
 *
 * Invariants of a `JsonValue`
 * - an integer is a `number` that is whole and safe, or a `bigint` beyond ±(2^53 - 1); never `-0`;
 * - a float is a `number` that is not whole, `-0`, `NaN` or `±Infinity`, or a {@link Float} for every other whole number
 *   (`100.0`): so `100` and `100.0` differ, as they do on the wire and in message hashes;
 * - an object is a `Map`, which keeps the order of integer-like names and has no magic ones.
 */

/** A float that happens to be whole (`100.0`). Frozen; behaves as its number in arithmetic and comparison. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
    Object.freeze(this);
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = null | boolean | number | bigint | Float | string | readonly JsonValue[] | JsonObject;

/** The float with this value in canonical form. */
export function float(value: number): number | Float {
  return Number.isInteger(value) && !Object.is(value, -0) ? new Float(value) : value;
}

/** The integer with this value in canonical form: a `number` where that is exact. */
export function integer(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Whether a value is a list. TypeScript does not narrow a readonly array out of a union by `Array.isArray`. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isInteger(value: unknown): value is number | bigint {
  return typeof value === "number" ? Number.isInteger(value) && !Object.is(value, -0) : typeof value === "bigint";
}

export function isFloat(value: unknown): value is number | Float {
  return value instanceof Float || (typeof value === "number" && !isInteger(value));
}

/** The nearest double of a number of any kind. */
export function toNumber(value: number | bigint | Float): number {
  return value instanceof Float ? value.value : Number(value);
}

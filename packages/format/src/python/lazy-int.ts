/** `lazy_int` of IntelMQ: an integer where the value is one, else the value itself. */
import { Float, type JsonValue } from "../values/json-value.ts";
import { parseInteger } from "./numbers.ts";

/**
 * Text by the rules of Python's `int()`, floats cut to integers, true as 1; everything else comes back unchanged, NaN
 * too. Throws a RangeError for an infinity, which is neither an integer nor a text to keep.
 */
export function lazyInteger(value: string | number | bigint | boolean | Float): JsonValue {
  if (typeof value === "string") return parseInteger(value) ?? value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint") return value;
  const number = value instanceof Float ? value.value : value;
  if (Number.isNaN(number)) return value;
  if (!Number.isFinite(number)) throw new RangeError(`${number} is no integer`);
  const whole = Math.trunc(number);
  return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
}

/** Values: equal in value and kind, with wildcards. */
import { Float, isList, type JsonObject, type JsonValue, toNumber } from "@weir/format";
import { equalButForLaterTimes, isLaterEpochTime } from "./clock-times.ts";
import { type Difference, difference, memberAt } from "./difference.ts";
import { matchesText, wildcard } from "./wildcard.ts";

export interface ValueRules {
  /** Times may be later than recorded, since the step has a clock. */
  readonly laterTimes?: boolean;
}

/** The first difference, undefined when there is none. An absent value is `undefined`. */
export function compareValue(
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  at: string,
  rules: ValueRules = {},
): Difference | undefined {
  if (observed !== undefined && expected === wildcard) return undefined;
  if (expected === undefined || observed === undefined) {
    return expected === observed ? undefined : difference(at, expected, observed);
  }
  if (isObject(expected) && isObject(observed)) return compareMembers(expected, observed, at, rules);
  if (isList(expected) && isList(observed)) return compareItems(expected, observed, at, rules);
  return equalScalars(expected, observed, rules) ? undefined : difference(at, expected, observed);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

function compareMembers(
  expected: JsonObject,
  observed: JsonObject,
  at: string,
  rules: ValueRules,
): Difference | undefined {
  for (const name of new Set([...expected.keys(), ...observed.keys()])) {
    const found = compareValue(expected.get(name), observed.get(name), memberAt(at, name), rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compareItems(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  rules: ValueRules,
): Difference | undefined {
  for (let index = 0; index < Math.max(expected.length, observed.length); index++) {
    const found = compareValue(expected[index], observed[index], `${at}[${index}]`, rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

function equalScalars(expected: JsonValue, observed: JsonValue, { laterTimes = false }: ValueRules): boolean {
  if (typeof expected === "string" && typeof observed === "string") {
    return matchesText(expected, observed) || (laterTimes && equalButForLaterTimes(expected, observed));
  }
  if (isNumber(expected) && isNumber(observed)) {
    if (laterTimes && isLaterEpochTime(toNumber(expected), toNumber(observed))) return true;
    if (expected instanceof Float !== observed instanceof Float) return false;
    return Object.is(numberKey(expected), numberKey(observed));
  }
  return expected === observed;
}

function isNumber(value: JsonValue): value is number | bigint | Float {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Float;
}

function numberKey(value: number | bigint | Float): number | bigint {
  return value instanceof Float ? value.value : value;
}

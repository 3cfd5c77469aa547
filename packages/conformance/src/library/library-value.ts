/** Values of library vectors: `{"$bytes"}`, `{"$int"}`, `{"$float"}`, `{"$tuple"}`, `{"$other"}`, `{"raises"}`. */
import { float, integer, isList, type JsonObject, type JsonValue } from "@weir/format";
import { isObject } from "../compare/value.ts";
import { wildcard } from "../compare/wildcard.ts";

/** An argument as our functions take it: bytes as `Uint8Array`, tuples as lists. */
export function argumentOf(value: JsonValue): unknown {
  if (isList(value)) return value.map(argumentOf);
  if (!isObject(value)) return value;
  const [only] = [...value];
  if (value.size !== 1 || only === undefined) {
    return new Map([...value].map(([name, member]) => [name, argumentOf(member)]));
  }
  const [name, content] = only;
  if (name === "$bytes" && typeof content === "string") return Buffer.from(content, "base64");
  if (name === "$tuple" && isList(content)) return content.map(argumentOf);
  return numberOf(name, content) ?? new Map([[name, argumentOf(content)]]);
}

/** What is expected, in the form that {@link resultOf} gives observed values. */
export function expectedOf(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(expectedOf);
  if (!isObject(value)) return value;
  const [only] = [...value];
  if (value.size === 1 && only !== undefined) {
    const [name, content] = only;
    if (name === "$tuple" && isList(content)) return content.map(expectedOf);
    if (name === "$other") return wildcard;
    if (name === "raises") return raised;
    const number = numberOf(name, content);
    if (number !== undefined) return number;
  }
  return new Map([...value].map(([name, member]) => [name, name === "raises" ? wildcard : expectedOf(member)]));
}

/** Stands for "an error, or invalid". */
export const raised: JsonObject = new Map([["raises", wildcard]]);

/** An observed value as a JSON value; bytes as `{"$bytes"}`, undefined as null. */
export function resultOf(value: unknown): JsonValue {
  if (value instanceof Uint8Array) return new Map([["$bytes", Buffer.from(value).toString("base64")]]);
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(resultOf);
  if (value instanceof Map) return new Map([...value].map(([name, member]) => [String(name), resultOf(member)]));
  // Everything else that our functions give back is a JSON value already.
  return value as JsonValue;
}

/** Where an error is expected, nothing and false are one too: our functions say "invalid" so. */
export function invalidAsRaised(expected: JsonValue | undefined, observed: JsonValue): JsonValue {
  if (expected === raised && (observed === null || observed === false)) return raised;
  if (isObject(expected) && isObject(observed)) {
    return new Map([...observed].map(([name, value]) => [name, invalidAsRaised(expected.get(name), value)]));
  }
  if (isList(expected) && isList(observed))
    return observed.map((value, index) => invalidAsRaised(expected[index], value));
  return observed;
}

/** What a function gives, or {@link raised}. */
export async function outcomeOf(run: () => unknown): Promise<JsonValue> {
  try {
    return resultOf(await run());
  } catch {
    return raised; // the vectors compare only that there was an error
  }
}

function numberOf(name: string, content: JsonValue): JsonValue | undefined {
  if (typeof content !== "string") return undefined;
  if (name === "$int") return integer(BigInt(content));
  if (name !== "$float") return undefined;
  if (content === "nan") return Number.NaN;
  return float(content.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}

/** Messages: sets of fields, with the rules for `raw`, JSON texts and comma-separated fields. */
import { isList, type JsonObject, type JsonValue, parseJson } from "@weir/format";
import { type Difference, difference, memberAt } from "./difference.ts";
import { compareAsMultiset } from "./multiset.ts";
import { compareValue, isObject, type ValueRules } from "./value.ts";
import { wildcard } from "./wildcard.ts";

export interface MessageRules extends ValueRules {
  /** Fields whose comma-separated parts are a set. */
  readonly commaSets?: ReadonlySet<string>;
}

/** The first difference between two messages (or other JSON objects that hold fields). */
export function compareMessage(
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  at: string,
  rules: MessageRules = {},
): Difference | undefined {
  if (!isObject(expected) || !isObject(observed)) return compareValue(expected, observed, at, rules);
  for (const name of new Set([...expected.keys(), ...observed.keys()])) {
    const found = compareField(name, expected.get(name), observed.get(name), memberAt(at, name), rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Lists of messages, in order or not. */
export function compareMessages(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  rules: MessageRules & { readonly unordered?: boolean },
): Difference | undefined {
  if (rules.unordered === true) {
    return compareAsMultiset(expected, observed, at, (one, other, path) => compareMessage(one, other, path, rules));
  }
  for (let index = 0; index < Math.max(expected.length, observed.length); index++) {
    const found = compareMessage(expected[index], observed[index], `${at}[${index}]`, rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compareField(
  name: string,
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  at: string,
  rules: MessageRules,
): Difference | undefined {
  if (typeof expected === "string" && typeof observed === "string" && expected !== wildcard) {
    if (name === "raw") {
      return bytesOf(expected).equals(bytesOf(observed)) ? undefined : difference(at, expected, observed);
    }
    if (rules.commaSets?.has(name)) {
      return equalSets(expected.split(","), observed.split(",")) ? undefined : difference(at, expected, observed);
    }
    const wanted = jsonInText(expected);
    const found = jsonInText(observed);
    if (wanted !== undefined && found !== undefined) return compareValue(wanted, found, at, rules);
  }
  return compareValue(expected, observed, at, rules);
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

function equalSets(expected: readonly string[], observed: readonly string[]): boolean {
  const wanted = new Set(expected.map((part) => part.trim()));
  const found = new Set(observed.map((part) => part.trim()));
  return wanted.size === found.size && [...wanted].every((part) => found.has(part));
}

/** The object or list that a text holds; undefined for all other texts. */
export function jsonInText(text: string): JsonObject | readonly JsonValue[] | undefined {
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[") return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) || isList(value) ? value : undefined;
  } catch {
    return undefined; // a text that only looks like JSON is compared as text
  }
}

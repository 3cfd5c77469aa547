/** Sent mails: envelope, headers, parts. */
import { isList, type JsonObject, type JsonValue } from "@weir/format";
import { type Difference, memberAt } from "./difference.ts";
import { compareAsMultiset } from "./multiset.ts";
import { compareValue, isObject, type ValueRules } from "./value.ts";

/** Mails in order; `envelope_to` as a set, line ends of texts normalised. */
export function compareMails(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  rules: ValueRules,
): Difference | undefined {
  for (let index = 0; index < Math.max(expected.length, observed.length); index++) {
    const path = `${at}[${index}]`;
    const one = expected[index];
    const other = observed[index];
    if (!isObject(one) || !isObject(other)) return compareValue(one, other, path, rules);
    const found =
      compareAsMultiset(recipients(one), recipients(other), memberAt(path, "envelope_to"), compareValue) ??
      compareValue(rest(one), rest(other), path, rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

function recipients(mail: JsonObject): readonly JsonValue[] {
  const to = mail.get("envelope_to");
  return isList(to) ? [...new Set(to)] : [];
}

function rest(mail: JsonObject): JsonValue {
  return new Map([...mail].filter(([name]) => name !== "envelope_to").map(([name, value]) => [name, unixLines(value)]));
}

function unixLines(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.replaceAll("\r\n", "\n");
  if (isList(value)) return value.map(unixLines);
  if (isObject(value)) return new Map([...value].map(([name, member]) => [name, unixLines(member)]));
  return value;
}

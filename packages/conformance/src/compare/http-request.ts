/** Requests that a bot made: method, address, listed headers, body. */
import type { JsonObject, JsonValue } from "@weir/format";
import { type Difference, difference, memberAt } from "./difference.ts";
import { compareMispEvent, isMispEvent } from "./misp-event.ts";
import { compareAsMultiset } from "./multiset.ts";
import { compareTicketForm, isTicketForm } from "./ticket-form.ts";
import { compareValue, isObject, type ValueRules } from "./value.ts";
import { matchesText } from "./wildcard.ts";

export interface RequestRules extends ValueRules {
  readonly anyOrder?: boolean;
  /** Top-level members of JSON bodies that are compared; all when absent. */
  readonly bodyMembers?: ReadonlySet<string>;
}

/** Mark in an observed request whose connection failed: consecutive equal ones are tries of one request. */
export const failedMark = "$failed";

/** Lists of requests. */
export function compareRequests(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  rules: RequestRules = {},
): Difference | undefined {
  const made = onePerFailure(observed, observed, rules);
  const wanted = onePerFailure(expected, observed, rules);
  const compare = (one: JsonValue, other: JsonValue, path: string) => compareRequest(one, other, path, rules);
  if (rules.anyOrder === true) return compareAsMultiset(wanted, made, at, compare);
  for (let index = 0; index < Math.max(wanted.length, made.length); index++) {
    const one = wanted[index];
    const other = made[index];
    if (one === undefined || other === undefined) return difference(`${at}[${index}]`, one, other);
    const found = compare(one, other, `${at}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One request against one. */
export function compareRequest(
  expected: JsonValue,
  observed: JsonValue,
  at: string,
  rules: RequestRules = {},
): Difference | undefined {
  if (!isObject(expected) || !isObject(observed)) return difference(at, expected, observed);
  return (
    compareValue(expected.get("method"), observed.get("method"), memberAt(at, "method")) ??
    compareUrl(expected.get("url"), observed.get("url"), memberAt(at, "url"), rules) ??
    compareHeaders(expected.get("headers"), observed.get("headers"), memberAt(at, "headers"), rules) ??
    compareBody(expected, observed, at, rules)
  );
}

function onePerFailure(
  requests: readonly JsonValue[],
  observed: readonly JsonValue[],
  rules: RequestRules,
): readonly JsonValue[] {
  const failed = observed.filter((request) => isObject(request) && request.get(failedMark) === true);
  return requests.filter((request, index) => {
    const before = requests[index - 1];
    if (before === undefined || compareRequest(before, request, "", rules) !== undefined) return true;
    return !failed.some((one) => compareRequest(request, one, "", rules) === undefined);
  });
}

function compareUrl(
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  at: string,
  rules: ValueRules,
): Difference | undefined {
  if (typeof expected !== "string" || typeof observed !== "string") return compareValue(expected, observed, at, rules);
  const one = splitAddress(expected);
  const other = splitAddress(observed);
  const found =
    compareValue(one.address, other.address, at, rules) ??
    compareAsMultiset(one.query, other.query, at, (pair, otherPair, path) =>
      compareValue(pair, otherPair, path, rules),
    );
  return found === undefined ? undefined : difference(at, expected, observed);
}

/** Address without fragment, percent-encoding decoded, and the query as decoded pairs. */
function splitAddress(url: string): { address: string; query: readonly (readonly [string, string])[] } {
  const [address = "", ...query] = (url.split("#")[0] ?? "").split("?");
  return { address: percentDecoded(address), query: [...new URLSearchParams(query.join("?"))] };
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString());
}

function compareHeaders(
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  at: string,
  rules: ValueRules,
): Difference | undefined {
  if (!isObject(expected)) return undefined;
  for (const [name, value] of expected) {
    const other = isObject(observed) ? observed.get(name) : undefined;
    const found = compareValue(value, other, memberAt(at, name), rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compareBody(
  expected: JsonObject,
  observed: JsonObject,
  at: string,
  rules: RequestRules,
): Difference | undefined {
  const json = expected.get("body_json");
  if (json !== undefined) {
    const path = memberAt(at, "body_json");
    const other = chosenMembers(observed.get("body_json"), rules.bodyMembers);
    if (isMispEvent(json) && isMispEvent(other)) return compareMispEvent(json, other, path, rules);
    return compareValue(chosenMembers(json, rules.bodyMembers), other, path, rules);
  }
  const text = expected.get("body_text");
  if (text !== undefined) return compareText(expected, observed, text, memberAt(at, "body_text"), rules);
  const bytes = expected.get("body_base64");
  if (bytes !== undefined) return compareValue(bytes, observed.get("body_base64"), memberAt(at, "body_base64"));
  const surplus = observed.get("body_json") ?? observed.get("body_text") ?? observed.get("body_base64");
  return surplus === undefined || surplus === "" ? undefined : difference(memberAt(at, "body"), undefined, surplus);
}

function compareText(
  expected: JsonObject,
  observed: JsonObject,
  text: JsonValue,
  at: string,
  rules: ValueRules,
): Difference | undefined {
  const other = observed.get("body_text");
  if (typeof text !== "string" || typeof other !== "string") return compareValue(text, other, at, rules);
  if (!isForm(expected)) return compareValue(text, other, at, rules);
  const one = [...new URLSearchParams(text)];
  const two = [...new URLSearchParams(other)];
  return compareAsMultiset(one, two, at, (pair, otherPair, path) => comparePair(pair, otherPair, path, rules));
}

function comparePair(expected: JsonValue, observed: JsonValue, at: string, rules: ValueRules): Difference | undefined {
  const [name, value] = Array.isArray(expected) ? expected : [];
  const [otherName, otherValue] = Array.isArray(observed) ? observed : [];
  if (name === "content" && name === otherName && isTicketForm(value) && isTicketForm(otherValue)) {
    return compareTicketForm(value, otherValue, at);
  }
  return compareValue(expected, observed, at, rules);
}

function isForm(request: JsonObject): boolean {
  const headers = request.get("headers");
  const type = isObject(headers) ? headers.get("content-type") : undefined;
  return typeof type === "string" && matchesText("application/x-www-form-urlencoded<any>", type.toLowerCase());
}

function chosenMembers(body: JsonValue | undefined, members: ReadonlySet<string> | undefined): JsonValue | undefined {
  if (members === undefined || !isObject(body)) return body;
  return new Map([...body].filter(([name]) => members.has(name)));
}

/** One step of a bot vector: everything that was observed against everything that was recorded. */
import type { JsonObject, JsonValue } from "@weir/format";
import type { BotVector, Step } from "../bot-vector.ts";
import { list, object, text } from "../bot-vector.ts";
import { type Difference, difference, memberAt } from "./difference.ts";
import { compareFiles } from "./files.ts";
import { compareReceived } from "./frames.ts";
import { compareRequests } from "./http-request.ts";
import { compareMails } from "./mail.ts";
import { compareMessage, compareMessages, type MessageRules } from "./message.ts";
import { compareAsMultiset } from "./multiset.ts";
import { compareStatements } from "./sql.ts";
import { compareValue, isObject } from "./value.ts";

/** The first difference of a step; `observed` has the members of `expect`. */
export function compareStep(vector: BotVector, step: Step, observed: JsonObject, at: string): Difference | undefined {
  const { expect } = step;
  const rules: MessageRules = {
    laterTimes: step.hasClock,
    commaSets: new Set(list(vector.source.get("comma_sets")).map(text)),
  };
  const start = compareStart(expect, observed, at);
  if (start !== undefined) return start.outcome;
  return (
    compareOutput(vector, expect, observed, memberAt(at, "output"), rules) ??
    compareOccurrence(expect, observed, memberAt(at, "errors")) ??
    (vector.libraryPeer ? undefined : compareOccurrence(expect, observed, memberAt(at, "warnings"))) ??
    compareDeadLetters(list(expect.get("dump")), list(observed.get("dump")), memberAt(at, "dump"), rules) ??
    compareValue(expect.has("exit"), observed.get("exit") === true, memberAt(at, "exit")) ??
    compareValue(expect.get("unprocessed") ?? 0, observed.get("unprocessed") ?? 0, memberAt(at, "unprocessed")) ??
    compareSideEffects(vector, expect, observed, at, rules)
  );
}

/** Decides steps in which the bot refused to start; undefined: go on. */
function compareStart(
  expect: JsonObject,
  observed: JsonObject,
  at: string,
): { readonly outcome: Difference | undefined } | undefined {
  const refused = observed.get("init_error");
  if (expect.has("init_error")) {
    if (refused !== undefined) return { outcome: undefined };
    return { outcome: difference(memberAt(at, "init_error"), expect.get("init_error"), refused) };
  }
  if (refused === undefined) return undefined;
  const sent = [...object(expect.get("output")).values()].some((messages) => list(messages).length > 0);
  // The reference logged an error and stopped during its start: refusing to start is equal.
  if (isPositive(expect.get("errors")) && !sent) return { outcome: undefined };
  return { outcome: difference(memberAt(at, "init_error"), undefined, refused) };
}

function compareOutput(
  vector: BotVector,
  expect: JsonObject,
  observed: JsonObject,
  at: string,
  rules: MessageRules,
): Difference | undefined {
  const expected = object(expect.get("output"));
  const sent = object(observed.get("output"));
  for (const path of new Set([...expected.keys(), ...sent.keys()])) {
    const found = compareMessages(list(expected.get(path)), list(sent.get(path)), memberAt(at, path), {
      ...rules,
      unordered: vector.source.get("unordered") === true,
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Only whether there were any. */
function compareOccurrence(expect: JsonObject, observed: JsonObject, at: string): Difference | undefined {
  const name = at.slice(at.lastIndexOf(".") + 1);
  const same = isPositive(expect.get(name)) === isPositive(observed.get(name));
  return same ? undefined : difference(at, expect.get(name), observed.get(name));
}

function compareDeadLetters(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  rules: MessageRules,
): Difference | undefined {
  for (let index = 0; index < Math.max(expected.length, observed.length); index++) {
    const path = `${at}[${index}]`;
    const one = expected[index];
    const other = observed[index];
    if (!isObject(one) || !isObject(other)) return difference(path, one, other);
    const found = compareDeadLetter(one, other, path, rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compareDeadLetter(
  expected: JsonObject,
  observed: JsonObject,
  at: string,
  rules: MessageRules,
): Difference | undefined {
  const base64 = expected.get("message_base64");
  if (base64 === undefined) {
    return compareMessage(expected.get("message"), observed.get("message"), memberAt(at, "message"), rules);
  }
  // The reference keeps the part that it had read before the invalid value; we keep the whole message.
  if (isJson(text(base64))) return undefined;
  return compareValue(base64, observed.get("message_base64"), memberAt(at, "message_base64"), rules);
}

function compareSideEffects(
  vector: BotVector,
  expect: JsonObject,
  observed: JsonObject,
  at: string,
  rules: MessageRules,
): Difference | undefined {
  for (const [name, expected] of expect) {
    const compare = sideEffects.get(name);
    if (compare === undefined) continue;
    const found = compare({ vector, expected, observed: observed.get(name), at: memberAt(at, name), rules });
    if (found !== undefined) return found;
  }
  return undefined;
}

interface SideEffect {
  readonly vector: BotVector;
  readonly expected: JsonValue;
  readonly observed: JsonValue | undefined;
  readonly at: string;
  readonly rules: MessageRules;
}

const sideEffects = new Map<string, (effect: SideEffect) => Difference | undefined>([
  [
    "http_requests",
    ({ vector, expected, observed, at, rules }) => {
      const members = vector.source.get("body_members");
      return compareRequests(list(expected), list(observed), at, {
        ...rules,
        anyOrder: vector.source.get("sort_requests") === true,
        ...(members === undefined ? {} : { bodyMembers: new Set(list(members).map(text)) }),
      });
    },
  ],
  ["http_answers", compareExactly],
  ["dns_queries", compareAsSet],
  ["mail", ({ expected, observed, at, rules }) => compareMails(list(expected), list(observed), at, rules)],
  [
    "imap",
    ({ expected, observed, at, rules }) =>
      compareAsSet({
        expected: object(expected).get("marked_seen") ?? [],
        observed: object(observed).get("marked_seen") ?? [],
        at: memberAt(at, "marked_seen"),
        rules,
      }),
  ],
  ["sql", ({ expected, observed, at, rules }) => compareStatements(list(expected), list(observed), at, rules)],
  ["tcp_clients", compareExactly],
  ["servers", ({ expected, observed, at, rules }) => compareReceived(expected, observed, at, rules)],
  [
    "files",
    ({ vector, expected, observed, at, rules }) =>
      compareFiles(list(expected), list(observed), at, {
        ...rules,
        volatileNames: vector.source.get("volatile_file_names") === true,
      }),
  ],
  ["tables", compareExactly],
  ["mtime_is_now", compareExactly],
  ["redis_list", ({ expected, observed, at, rules }) => compareMessages(list(expected), list(observed), at, rules)],
  [
    "redis_lists",
    ({ expected, observed, at, rules }) => {
      const lists = object(observed);
      for (const name of new Set([...object(expected).keys(), ...lists.keys()])) {
        const wanted = list(object(expected).get(name));
        const found = compareMessages(wanted, list(lists.get(name)), memberAt(at, name), rules);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  ],
  ["cache", ({ expected, observed, at, rules }) => compareMessage(expected, observed, at, rules)],
]);

function compareExactly({ expected, observed, at, rules }: Omit<SideEffect, "vector">): Difference | undefined {
  return compareValue(expected, observed, at, rules);
}

function compareAsSet({ expected, observed, at, rules }: Omit<SideEffect, "vector">): Difference | undefined {
  return compareAsMultiset(distinct(list(expected)), distinct(list(observed)), at, (one, other, path) =>
    compareValue(one, other, path, rules),
  );
}

function distinct(items: readonly JsonValue[]): readonly JsonValue[] {
  return items.filter(
    (item, index) => items.findIndex((other) => compareValue(item, other, "") === undefined) === index,
  );
}

function isPositive(value: JsonValue | undefined): boolean {
  return typeof value === "number" && value > 0;
}

function isJson(base64: string): boolean {
  try {
    JSON.parse(Buffer.from(base64, "base64").toString());
    return true;
  } catch {
    return false; // bytes that are no JSON are compared as bytes
  }
}

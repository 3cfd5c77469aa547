/** What servers of a vector received: exact, but for the free parts of STOMP frames. */
import { isList, type JsonValue } from "@weir/format";
import { type Difference, difference, memberAt } from "./difference.ts";
import { compareValue, isObject, type ValueRules } from "./value.ts";

const freeHeaders = new Set(["accept-version", "heart-beat", "content-length"]);

/** `servers` of a step: by name, connections or datagrams, what was received. */
export function compareReceived(
  expected: JsonValue | undefined,
  observed: JsonValue | undefined,
  at: string,
  rules: ValueRules,
): Difference | undefined {
  if (isList(expected) && isList(observed)) {
    for (let index = 0; index < Math.max(expected.length, observed.length); index++) {
      const found = compareReceived(expected[index], observed[index], `${at}[${index}]`, rules);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(expected) || !isObject(observed)) return compareValue(expected, observed, at, rules);
  const text = expected.get("text");
  const other = observed.get("text");
  if (typeof text === "string" && typeof other === "string") {
    const one = stompFrame(text);
    const two = stompFrame(other);
    if (one !== undefined && two !== undefined) return compareFrames(one, two, at, rules);
    return compareValue(text, other, memberAt(at, "text"), rules);
  }
  for (const name of new Set([...expected.keys(), ...observed.keys()])) {
    const found = compareReceived(expected.get(name), observed.get(name), memberAt(at, name), rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface StompFrame {
  readonly command: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

function stompFrame(text: string): StompFrame | undefined {
  if (!text.endsWith("\0")) return undefined;
  const lines = text.replace(/^\n+/, "").replaceAll("\r\n", "\n");
  const end = lines.indexOf("\n\n");
  const [command = "", ...headers] = lines.slice(0, end === -1 ? 0 : end).split("\n");
  if (!/^[A-Z]+$/.test(command)) return undefined;
  const pairs = headers.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
  return {
    command: command === "STOMP" ? "CONNECT" : command,
    headers: new Map(pairs.filter(([name]) => !freeHeaders.has(name))),
    body: lines.slice(end + 2, -1),
  };
}

/** Headers that only we send are allowed: a frame says at least what was recorded. */
function compareFrames(
  expected: StompFrame,
  observed: StompFrame,
  at: string,
  rules: ValueRules,
): Difference | undefined {
  const command = compareValue(expected.command, observed.command, `${at}.command`);
  if (command !== undefined) return command;
  for (const [name, value] of expected.headers) {
    if (observed.headers.get(name) !== value) {
      return difference(memberAt(`${at}.headers`, name), value, observed.headers.get(name));
    }
  }
  return compareValue(expected.body, observed.body, `${at}.body`, rules);
}

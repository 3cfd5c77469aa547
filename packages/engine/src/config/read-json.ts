/**
 * JSON text → a tree with positions; for configurations that YAML refuses because they are indented with tabs. `NaN`, `Infinity`
 * and `-Infinity` are numbers; of equal keys the last counts.
 */
import { float, integer } from "@weir/format";
import type { Located, LocatedEntry, ScalarValue } from "./located.ts";
import { type Problem, positionsIn, type ReadResult } from "./problem.ts";

const deepestJson = 200;
const longestNumber = 1000;

/** Reads one JSON text. */
export function readJson(text: string, file: string): ReadResult {
  const positions = positionsIn(file, text);
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let problem: Problem | undefined;

  const root = readValue(0);
  skipBlanks();
  if (problem === undefined && at < text.length) fail("there is more text after the end of the JSON value");
  return problem === undefined ? { root, problems: [] } : { root: undefined, problems: [problem] };

  function fail(message: string): undefined {
    problem ??= { code: "unreadable", at: positions(Math.min(at, text.length)), message: `as JSON: ${message}` };
    return undefined;
  }

  function skipBlanks(): void {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      at++;
    }
  }

  function readValue(depth: number): Located | undefined {
    skipBlanks();
    if (depth > deepestJson) return fail(`nested more than ${deepestJson} levels deep`);
    const char = text[at];
    if (char === "{") return readObject(depth);
    if (char === "[") return readArray(depth);
    const start = at;
    const value = char === '"' ? readString() : readWord();
    return value === undefined ? undefined : { kind: "scalar", value, ...place(start) };
  }

  function place(start: number) {
    return { at: positions(start, at), start, end: at };
  }

  function readObject(depth: number): Located | undefined {
    const start = at++;
    const entries = new Map<string, LocatedEntry>();
    skipBlanks();
    if (text[at] === "}") {
      at++;
      return { kind: "map", entries, ...place(start) };
    }
    for (;;) {
      skipBlanks();
      if (text[at] !== '"') return fail("a name in double quotes is missing");
      const keyStart = at;
      const name = readString();
      if (name === undefined) return undefined;
      const key = positions(keyStart, at);
      skipBlanks();
      if (text[at] !== ":") return fail("`:` is missing after a name");
      at++;
      const value = readValue(depth + 1);
      if (value === undefined) return undefined;
      entries.set(name, { at: key, value });
      skipBlanks();
      const next = text[at];
      if (next !== "," && next !== "}") return fail("`,` or `}` is missing");
      at++;
      if (next === "}") return { kind: "map", entries, ...place(start) };
    }
  }

  function readArray(depth: number): Located | undefined {
    const start = at++;
    const items: Located[] = [];
    skipBlanks();
    if (text[at] === "]") {
      at++;
      return { kind: "list", items, ...place(start) };
    }
    for (;;) {
      const value = readValue(depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
      skipBlanks();
      const next = text[at];
      if (next !== "," && next !== "]") return fail("`,` or `]` is missing");
      at++;
      if (next === "]") return { kind: "list", items, ...place(start) };
    }
  }

  function readString(): string | undefined {
    const start = at++;
    for (;;) {
      const char = text[at];
      if (char === undefined) return fail("a text has no closing quote");
      at += char === "\\" ? 2 : 1;
      if (char === '"') break;
    }
    try {
      const value: unknown = JSON.parse(text.slice(start, at));
      if (typeof value === "string") return value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    at = start;
    return fail("this text holds a control character or an escape that JSON lacks");
  }

  function readWord(): ScalarValue | undefined {
    const start = at;
    while (at < text.length && /[-+.0-9A-Za-z]/.test(text[at] ?? "")) at++;
    const word = text.slice(start, at);
    const known = words.get(word);
    if (known !== undefined) return known;
    if (word.length <= longestNumber) {
      if (/^-?(?:0|[1-9][0-9]*)$/.test(word)) return word === "-0" ? 0 : integer(BigInt(word));
      if (/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.test(word)) return float(Number(word));
    }
    at = start;
    return fail(word === "" ? "a value is missing" : `${JSON.stringify(word.slice(0, 40))} is no JSON value`);
  }
}

const words = new Map<string, ScalarValue>([
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

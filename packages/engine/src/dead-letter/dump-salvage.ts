/**
 * Entries of a dump file that was cut off or damaged, as IntelMQ leaves it when it is interrupted while writing: those that
 * are whole are read, what follows the damage is lost.
 */
import { type JsonValue, parseJson } from "@weir/format";

export interface Salvaged {
  readonly entries: ReadonlyMap<string, JsonValue>;
  /** Character at which reading ended. */
  readonly end: number;
}

/** Never throws; time grows with the length of the text only. */
export function salvageEntries(text: string): Salvaged {
  const entries = new Map<string, JsonValue>();
  let at = skip(text, 0);
  if (text[at] !== "{") return { entries, end: at };
  at += 1;
  for (;;) {
    at = skip(text, at);
    const name = endOfString(text, at);
    const colon = name === undefined ? -1 : skip(text, name);
    if (name === undefined || text[colon] !== ":") break;
    const start = skip(text, colon + 1);
    const end = endOfObject(text, start);
    if (end === undefined) break;
    const entry = parse(`[${text.slice(at, name)}, ${text.slice(start, end)}]`);
    if (entry === undefined) break;
    entries.set(...entry);
    at = end;
  }
  return { entries, end: at };
}

/** A name and a value, or nothing when this is no JSON. */
function parse(pair: string): [string, JsonValue] | undefined {
  try {
    const value = parseJson(pair);
    if (!Array.isArray(value)) return undefined;
    return [String(value[0]), value[1] ?? null];
  } catch {
    return undefined; // damage is what this is for
  }
}

/** Behind white space and commas. */
function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n,".includes(text.charAt(at))) at += 1;
  return at;
}

/** Behind the string that begins here. */
function endOfString(text: string, from: number): number | undefined {
  if (text[from] !== '"') return undefined;
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === '"') return at + 1;
  }
  return undefined;
}

/** Behind the object that begins here. */
function endOfObject(text: string, from: number): number | undefined {
  if (text[from] !== "{") return undefined;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The first difference between what was expected and what was observed, and how to show it. */
import { type JsonValue, writeJson } from "@weir/format";

export interface Difference {
  /** Where: `steps[0].output._default[1]["source.ip"]`. */
  readonly at: string;
  readonly expected: string;
  readonly observed: string;
}

const shownCharacters = 600;

/** A difference of two values; `undefined` stands for "absent". */
export function difference(at: string, expected: JsonValue | undefined, observed: JsonValue | undefined): Difference {
  return { at, expected: show(expected), observed: show(observed) };
}

/** A value as one line of JSON with its number kinds, cut when long. */
function show(value: JsonValue | undefined): string {
  if (value === undefined) return "(absent)";
  const text = writeJson(value);
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}… (${text.length} characters)`;
}

/** The path of a member: dotted for plain names, quoted for all others. */
export function memberAt(at: string, name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `${at}.${name}` : `${at}[${JSON.stringify(name)}]`;
}

/**
 * Text forms of values as Python's `repr`, `str` and `ascii` give them. Message hashes are made of them, so they must
 * be exact to the character.
 *
 * Printable is what Unicode does not call a control, format, surrogate, private, unassigned or separator character
 * (the space itself is printable), by the tables of Unicode 14, which are those of Python 3.11.
 */
import { Float, isFloat, type JsonValue, toNumber } from "../values/json-value.ts";
import { floatText } from "./numbers.ts";
import { assignedAfterUnicode14 } from "./unicode-14.ts";

const unprintable = new RegExp(`\\\\|(?! )[\\p{C}\\p{Z}]|${assignedAfterUnicode14.source}`, "gu");

/**
 * `repr(value)`: texts quoted and escaped, `None`, `True`, `False`, `100`, `100.0`, `[1, 'x']`, `{'k': 'v'}` in stored
 * order. Follows the nesting by recursion; the decoder of the wire format limits its depth.
 */
export function pythonRepr(value: JsonValue): string {
  return representation(value, quoted);
}

/** `str(value)`: a text as it is, every other value as {@link pythonRepr}. */
export function pythonStr(value: JsonValue): string {
  return typeof value === "string" ? value : representation(value, quoted);
}

/** `ascii(value)`: as {@link pythonRepr} with every character outside ASCII escaped. */
export function pythonAscii(value: JsonValue): string {
  return representation(value, (text) => quoted(text).replace(/[^\0-\x7f]/gu, escaped));
}

function representation(value: JsonValue, text: (value: string) => string): string {
  if (typeof value === "string") return text(value);
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (value instanceof Float || isFloat(value)) return floatText(toNumber(value));
  if (typeof value === "number" || typeof value === "bigint") return wholeText(value);
  if (value instanceof Map) {
    const items = [...value].map(([name, item]) => `${text(name)}: ${representation(item, text)}`);
    return `{${items.join(", ")}}`;
  }
  // TypeScript does not narrow a readonly array out of a union by Array.isArray, nor a ReadonlyMap by instanceof Map.
  const list = value as readonly JsonValue[];
  return `[${list.map((item) => representation(item, text)).join(", ")}]`;
}

function wholeText(value: number | bigint): string {
  // A whole number from 1e21 would be written with an exponent; a canonical value is a bigint there.
  return (typeof value === "number" && Math.abs(value) >= 1e21 ? BigInt(value) : value).toString();
}

function quoted(text: string): string {
  if (/^[ -&(-[\]-~]*$/.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = text.replace(unprintable, escaped);
  if (quote === "'") body = body.replaceAll("'", "\\'");
  return quote + body + quote;
}

function escaped(character: string): string {
  if (character === "\\") return "\\\\";
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

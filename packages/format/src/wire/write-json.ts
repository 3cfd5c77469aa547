/**
 * Writes JSON as the wire format has it: separators `, ` and `: `, floats with a fraction or exponent in their shortest
 * form, NaN and Infinity as these words.
 */
import { floatText } from "../python/numbers.ts";
import { Float, isFloat, type JsonObject, type JsonValue, toNumber } from "../values/json-value.ts";

export interface WriteJsonOptions {
  /** Everything outside ASCII as `\uXXXX`. Default true. */
  readonly ascii?: boolean;
  /** Names sorted by code point, at every depth. Default false: in their order. */
  readonly sorted?: boolean;
  /** Default `, `. */
  readonly itemSeparator?: string;
  /** Default `: `. */
  readonly nameSeparator?: string;
}

/** The text of a value. */
export function writeJson(value: JsonValue, options: WriteJsonOptions = {}): string {
  const { ascii = true, sorted = false, itemSeparator = ", ", nameSeparator = ": " } = options;
  const text = ascii ? quoteAscii : quote;
  const write = (item: JsonValue): string => {
    if (typeof item === "string") return text(item);
    if (item === null) return "null";
    if (typeof item === "boolean") return item ? "true" : "false";
    if (item instanceof Float || typeof item === "number" || typeof item === "bigint") return writeNumber(item);
    if (item instanceof Map) return writeObject(item);
    const list = item as readonly JsonValue[]; // the only kind that is left
    return `[${list.map(write).join(itemSeparator)}]`;
  };
  const writeObject = (object: JsonObject): string => {
    const members = sorted ? [...object].sort(([a], [b]) => compareCodePoints(a, b)) : [...object];
    return `{${members.map(([name, item]) => text(name) + nameSeparator + write(item)).join(itemSeparator)}}`;
  };
  return write(value);
}

/** A number in its kind: `100`, `100.0`, `1e+16`, `NaN`, `-Infinity`. */
export function writeNumber(value: number | bigint | Float): string {
  if (typeof value === "number" && Number.isInteger(value) && !Object.is(value, -0)) return String(value);
  if (typeof value === "bigint") return value.toString();
  const number = toNumber(value);
  if (Number.isFinite(number)) return isFloat(value) ? floatText(number) : String(number);
  return Number.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
}

/** Order by code points, which differs from JavaScript's order above U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others of one unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** True when the text needs no escape in either form. A regular expression is faster, but slower to begin. */
function isPlain(text: string): boolean {
  if (text.length > 12) return !needsEscape.test(text);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code > 126 || code === 34 || code === 92) return false;
  }
  return true;
}

const needsEscape = /[^ !#-[\]-~]/;

/** In double quotes, only what JSON demands escaped; lone surrogates too, since UTF-8 has no form for them. */
export function quote(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  // JSON.stringify escapes what JSON demands and lone surrogates; U+007F stays, as in Python.
  return JSON.stringify(text);
}

/** In double quotes, everything outside printable ASCII escaped (U+007F included). */
export function quoteAscii(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

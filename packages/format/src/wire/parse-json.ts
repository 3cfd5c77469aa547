/**
 * Reads JSON as the wire format means it: the kind of every number kept, integers of any size, object members in their
 * order, and the tokens NaN, Infinity and -Infinity.
 *
 * - A number with fraction or exponent is a float, any other an integer; a float out of range becomes infinite.
 * - A name that comes twice has the last value in the place of the first. Lone surrogates are kept.
 * - Nesting deeper than `maxDepth` and integers of more than 4,300 digits are refused, so that no input exhausts stack or time.
 */
import { invalidJson } from "../errors/kinds.ts";
import { MAXIMUM_INTEGER_DIGITS } from "../python/numbers.ts";
import { float, integer, type JsonValue } from "../values/json-value.ts";

export const maxDepth = 500;

/** Parses a whole text. Throws WEIR_INVALID_JSON. */
export function parseJson(text: string): JsonValue {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

const quote = 34;
const backslash = 92;

/** Reads values one after another; throws WEIR_INVALID_JSON. */
export class JsonReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  /** Where the next value is looked for. */
  get at(): number {
    return this.#at;
  }

  /** The value from here on; `depth` is the number of objects and arrays around it. */
  value(depth: number): JsonValue {
    this.#skipBlanks();
    const text = this.#text;
    switch (text.charCodeAt(this.#at)) {
      case quote:
        return this.#string();
      case 123:
        return this.#object(depth);
      case 91:
        return this.#array(depth);
      case 116:
        return this.#word("true", true);
      case 102:
        return this.#word("false", false);
      case 110:
        return this.#word("null", null);
      case 78:
        return this.#word("NaN", Number.NaN);
      case 73:
        return this.#word("Infinity", Number.POSITIVE_INFINITY);
      default:
        return this.#number();
    }
  }

  /** Makes sure that nothing follows. */
  end(): void {
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#error("something follows the value");
  }

  #skipBlanks(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error("no value begins like this");
    this.#at += word.length;
    return value;
  }

  #object(depth: number): JsonValue {
    if (depth >= maxDepth) throw this.#error(`it is nested more than ${maxDepth} deep`);
    const result = new Map<string, JsonValue>();
    this.#at += 1;
    this.#skipBlanks();
    if (this.#text.charCodeAt(this.#at) === 125) {
      this.#at += 1;
      return result;
    }
    for (;;) {
      this.#skipBlanks();
      if (this.#text.charCodeAt(this.#at) !== quote) throw this.#error("a name in double quotes is expected");
      const name = this.#string();
      this.#skipBlanks();
      if (this.#text.charCodeAt(this.#at) !== 58) throw this.#error("a colon is expected after the name");
      this.#at += 1;
      result.set(name, this.value(depth + 1));
      this.#skipBlanks();
      const code = this.#text.charCodeAt(this.#at);
      if (code === 125) break;
      if (code !== 44) throw this.#error("a comma or } is expected");
      this.#at += 1;
    }
    this.#at += 1;
    return result;
  }

  #array(depth: number): JsonValue {
    if (depth >= maxDepth) throw this.#error(`it is nested more than ${maxDepth} deep`);
    const result: JsonValue[] = [];
    this.#at += 1;
    this.#skipBlanks();
    if (this.#text.charCodeAt(this.#at) === 93) {
      this.#at += 1;
      return result;
    }
    for (;;) {
      result.push(this.value(depth + 1));
      this.#skipBlanks();
      const code = this.#text.charCodeAt(this.#at);
      if (code === 93) break;
      if (code !== 44) throw this.#error("a comma or ] is expected");
      this.#at += 1;
    }
    this.#at += 1;
    return result;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash) return this.#escapedString(start, at);
      if (!(code >= 32)) {
        this.#at = at;
        throw this.#error(at >= text.length ? "a text without end" : "a control character in a text");
      }
    }
  }

  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    let result = text.slice(start, firstEscape);
    let at = firstEscape;
    for (let from = at; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return result + text.slice(from, at);
      }
      if (code === backslash) {
        result += text.slice(from, at);
        this.#at = at;
        result += this.#escape();
        at = this.#at - 1;
        from = this.#at;
      } else if (!(code >= 32)) {
        this.#at = at;
        throw this.#error(at >= text.length ? "a text without end" : "a control character in a text");
      }
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? "";
    if (letter === "u") {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#error("\\u needs four hexadecimal digits");
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = escapes.get(letter);
    if (character === undefined) throw this.#error("an unknown escape");
    this.#at += 2;
    return character;
  }

  #number(): JsonValue {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    if (text.charCodeAt(at) === 45) at += 1;
    if (at > start && text.startsWith("Infinity", at)) {
      this.#at = at + 8;
      return Number.NEGATIVE_INFINITY;
    }
    const first = text.charCodeAt(at);
    const whole = skipDigits(text, at);
    if (whole === at) throw this.#error(at >= text.length ? "it ends too early" : "no value begins like this");
    at = first === 48 ? at + 1 : whole;
    let isFloat = false;
    if (text.charCodeAt(at) === 46) {
      const end = skipDigits(text, at + 1);
      if (end > at + 1) {
        isFloat = true;
        at = end;
      }
    }
    const mark = text.charCodeAt(at);
    if (mark === 101 || mark === 69) {
      const sign = text.charCodeAt(at + 1);
      const digits = at + (sign === 43 || sign === 45 ? 2 : 1);
      const end = skipDigits(text, digits);
      if (end > digits) {
        isFloat = true;
        at = end;
      }
    }
    this.#at = at;
    const source = text.slice(start, at);
    if (isFloat) return float(Number(source));
    if (source.length <= 15) return source === "-0" ? 0 : Number(source);
    if (source.length > MAXIMUM_INTEGER_DIGITS) throw this.#error("an integer of too many digits");
    return integer(BigInt(source));
  }

  #error(reason: string): Error {
    return invalidJson({ offset: this.#at, reason, near: this.#text.slice(this.#at, this.#at + 20) });
  }
}

function skipDigits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at += 1;
  return at;
}

const escapes = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

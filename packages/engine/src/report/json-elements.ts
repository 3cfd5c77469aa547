/**
 * Finds the elements of a JSON array in its bytes, without reading them.
 *
 *     [ element , element , element ]
 *      ^start  ^end: behind the comma or the bracket; a reader may go on from here
 *
 * Only brackets, braces, strings and commas are looked at (UTF-8 never hides one of these in another character); whether an
 * element is JSON is for its reader to find out. Work is linear, memory bounded by the longest element.
 */
import { jsonArrayBroken } from "./errors.ts";

export interface JsonElement {
  readonly bytes: Uint8Array;
  /** Place of its first byte in the body. */
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

const longestElement = 64 << 20;

/**
 * The elements in a stream that begins at this byte of the body: at the beginning, or behind an element that is not the
 * last one. Throws
 * WEIR_REPORT_JSON_ARRAY for an array that does not end, or does not end there.
 */
export async function* jsonElements(stream: AsyncIterable<Uint8Array>, from: number): AsyncGenerator<JsonElement> {
  const scan = new ElementScan(from);
  for await (const part of stream) yield* scan.add(part);
  scan.finish();
}

type Place = "before" | "inside" | "behind";

class ElementScan {
  #place: Place;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** Bytes of an element that began in an earlier part. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  /** Place in the body of the part's first byte. */
  #offset: number;
  /** Elements so far: after a comma one has to follow. */
  #count = 0;

  constructor(from: number) {
    this.#offset = from;
    this.#place = from === 0 ? "before" : "inside";
    this.#count = from === 0 ? 0 : 1;
  }

  *add(part: Uint8Array): Generator<JsonElement> {
    let start = 0;
    let at = 0;
    if (this.#place === "before") {
      at = skipBlanks(part, 0);
      if (at === part.length) return this.#passed(part);
      if (part[at] !== openBracket) throw this.#broken(at, "it does not begin with [");
      this.#place = "inside";
      at += 1;
      start = at;
    }
    while (this.#place === "inside") {
      at = this.#findEnd(part, at);
      if (at === part.length) break;
      const isLast = part[at] === closeBracket;
      const element = this.#element(part.subarray(start, at), at, isLast);
      at += 1;
      start = at;
      if (isLast) this.#place = "behind";
      if (element !== undefined) yield element;
    }
    if (this.#place === "behind") {
      const rest = skipBlanks(part, at);
      if (rest < part.length) throw this.#broken(rest, "something follows behind its end");
    } else {
      this.#begun.push(part.subarray(start));
      this.#begunBytes += part.length - start;
      if (this.#begunBytes > longestElement)
        throw this.#broken(at, `an element is longer than ${longestElement >> 20} MiB`);
    }
    this.#passed(part);
  }

  finish(): void {
    if (this.#place !== "behind") throw this.#broken(0, "it does not end");
  }

  #passed(part: Uint8Array): void {
    this.#offset += part.length;
  }

  #broken(at: number, problem: string) {
    return jsonArrayBroken({ offset: this.#offset + at, problem });
  }

  /** Where the comma or bracket behind the element is; the end of the part when it is not in it. */
  #findEnd(part: Uint8Array, from: number): number {
    for (let at = from; at < part.length; at++) {
      const byte = part[at];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#isInString = false;
      } else if (byte === quote) {
        this.#isInString = true;
      } else if (byte === openBrace || byte === openBracket) {
        this.#depth += 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (this.#depth === 0) {
          if (byte === closeBracket) return at;
          throw this.#broken(at, "a brace closes what is not open");
        }
        this.#depth -= 1;
      } else if (byte === comma && this.#depth === 0) {
        return at;
      }
    }
    return part.length;
  }

  #element(end: Uint8Array, at: number, isLast: boolean): JsonElement | undefined {
    const bytes = this.#begun.length === 0 ? end : Buffer.concat([...this.#begun, end]);
    this.#begun = [];
    this.#begunBytes = 0;
    const place = this.#offset + at;
    if (skipBlanks(bytes, 0) === bytes.length) {
      if (isLast && this.#count === 0) return undefined; // an empty array
      throw this.#broken(at, "an element is missing");
    }
    this.#count += 1;
    return { bytes, start: place - bytes.length, end: place + 1, isLast };
  }
}

const quote = 34;
const comma = 44;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break;
    at += 1;
  }
  return at;
}

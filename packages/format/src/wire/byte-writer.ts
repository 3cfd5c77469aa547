/**
 * Bytes in the making, in a buffer that is used again: what is written there leaves nothing for the garbage collector.
 *
 * Invariants
 * - `bytes` up to `length` is what was written; a method that throws has written nothing.
 * - `bytes` is another array after it has grown: nobody keeps it across a write.
 */
import { quote } from "./write-json.ts";

const encoder = new TextEncoder();
const doubleQuote = 34;
const backslash = 92;
/** A longer text is encoded by the platform in one call, a shorter one in a loop. */
const shortText = 200;

export class ByteWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 4096) {
    this.bytes = new Uint8Array(capacity);
  }

  /** What was written: a view, good until the next write. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Makes room for so many more bytes. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.written);
    this.bytes = larger;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  put(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The text in UTF-8; a lone surrogate, which has no form there, as U+FFFD. */
  text(text: string): void {
    if (text.length <= shortText && this.ascii(text)) return;
    this.reserve(text.length * 3); // no UTF-16 unit needs more
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** Writes the text if it is ASCII; else nothing. Says which. */
  ascii(text: string): boolean {
    const { length } = text;
    this.reserve(length);
    const { bytes, length: at } = this;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      bytes[at + index] = code;
    }
    this.length = at + length;
    return true;
  }

  /** A number from 0 to 2^31 - 1 in decimal digits, which leaves no text behind; false, with nothing written, for another. */
  small(value: number): boolean {
    if (value !== (value | 0) || value < 0 || Object.is(value, -0)) return false;
    this.reserve(10);
    const { bytes } = this;
    let digits = 1;
    for (let bound = 10; digits < 10 && value >= bound; bound *= 10) digits += 1;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const tenth = Math.floor(rest / 10);
      bytes[at] = 48 + rest - tenth * 10;
      rest = tenth;
    }
    this.length += digits;
    return true;
  }

  /** The text as a JSON string, as `quote` gives it, in UTF-8. */
  quoted(text: string): void {
    const { length } = text;
    this.reserve(length + 2);
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = doubleQuote;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code < 32 || code > 126 || code === doubleQuote || code === backslash) {
        this.text(quote(text));
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = doubleQuote;
    this.length = at;
  }
}

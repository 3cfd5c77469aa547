import { type EncodingErrorMode, encodeUtf8 } from "./utf8.ts";

/**
 * Collects texts as UTF-8 bytes. Encoding each text as it comes is several times faster than joining them to one large text.
 *
 * `bytes` is a view of a buffer that is used again after `clear`.
 */
export class Utf8Buffer {
  readonly #mode: EncodingErrorMode;
  #buffer: Buffer;
  #length = 0;

  constructor(mode: EncodingErrorMode, capacity = 1 << 12) {
    this.#mode = mode;
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** Adds a text. Throws WEIR_BOT_NOT_ENCODABLE, and is then as before. */
  append(text: string): void {
    this.#reserve(text.length * 3); // no UTF-16 unit needs more
    const written = this.#buffer.write(text, this.#length);
    if (written === text.length) {
      this.#length += written; // all of it ASCII
      return;
    }
    const bytes = encodeUtf8(text, this.#mode);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}

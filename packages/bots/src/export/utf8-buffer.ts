import { ByteWriter } from "@weir/format";
import { type EncodingErrorMode, encodeUtf8 } from "./utf8.ts";

/**
 * Collects texts as UTF-8 bytes. Encoding each text as it comes is several times faster than joining them to one large text.
 *
 * `bytes` is a view of a buffer that is used again after `clear`.
 */
export class Utf8Buffer {
  /** For what writes UTF-8 itself. */
  readonly writer: ByteWriter;
  readonly #mode: EncodingErrorMode;

  constructor(mode: EncodingErrorMode, capacity = 1 << 12) {
    this.#mode = mode;
    this.writer = new ByteWriter(capacity);
  }

  /** Adds a text. Throws WEIR_BOT_NOT_ENCODABLE, and is then as before. */
  append(text: string): void {
    if (!this.writer.ascii(text)) this.writer.put(encodeUtf8(text, this.#mode));
  }

  get bytes(): Uint8Array {
    return this.writer.written;
  }

  clear(): void {
    this.writer.clear();
  }
}

/**
 * A value that is base64 on the wire: kept in the form in which it came, the other forms made when asked for. Most raw
 * data is never looked at, so most of it is never encoded.
 */
import { decodeBase64, encodeBase64 } from "./base64.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export class Base64Value {
  #text: string | undefined;
  #bytes: Uint8Array | undefined;
  #base64: string | undefined;

  private constructor(text: string | undefined, bytes: Uint8Array | undefined, base64: string | undefined) {
    this.#text = text;
    this.#bytes = bytes;
    this.#base64 = base64;
  }

  /** Of a text, which stands for its UTF-8 bytes; a lone surrogate, which has none, becomes U+FFFD. */
  static ofText(text: string): Base64Value {
    return new Base64Value(text.toWellFormed(), undefined, undefined);
  }

  static ofBytes(bytes: Uint8Array): Base64Value {
    return new Base64Value(undefined, bytes, undefined);
  }

  /** Of what stands on the wire; it is kept to the character. The text must decode. */
  static ofBase64(base64: string): Base64Value {
    return new Base64Value(undefined, undefined, base64);
  }

  /** As on the wire. */
  get base64(): string {
    const base64 = this.#base64 ?? encodeBase64(this.bytes);
    this.#base64 = base64;
    return base64;
  }

  get bytes(): Uint8Array {
    const bytes =
      this.#bytes ??
      (this.#text === undefined ? (decodeBase64(this.#base64 ?? "") ?? new Uint8Array()) : encoder.encode(this.#text));
    this.#bytes = bytes;
    return bytes;
  }

  /** The bytes as UTF-8; those that are none are dropped. */
  get text(): string {
    this.#text ??= decodeUtf8(this.bytes);
    return this.#text;
  }

  /** False for what encodes nothing. */
  get isNotEmpty(): boolean {
    if (this.#text !== undefined) return this.#text !== "";
    if (this.#base64 !== undefined) return this.#base64 !== "";
    return this.bytes.length > 0;
  }

  /** The form at hand, for stores that want to keep it without work. */
  get form(): { readonly text: string } | { readonly base64: string } | { readonly bytes: Uint8Array } {
    if (this.#text !== undefined && this.#base64 === undefined && this.#bytes === undefined)
      return { text: this.#text };
    if (this.#base64 !== undefined) return { base64: this.#base64 };
    return { bytes: this.bytes };
  }
}

/** Decodes UTF-8 and drops what is none; a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  // A replacement character is either one that was there, or stands for bytes that are no UTF-8: only the latter go.
  const marked = encoder.encode("\ufffd");
  return decodeBetween(bytes, marked);
}

function decodeBetween(bytes: Uint8Array, mark: Uint8Array): string {
  let result = "";
  let from = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    if (bytes[at] !== mark[0] || bytes[at + 1] !== mark[1] || bytes[at + 2] !== mark[2]) continue;
    result += `${withoutReplacements(bytes.subarray(from, at))}\ufffd`;
    at += 2;
    from = at + 1;
  }
  return result + withoutReplacements(bytes.subarray(from));
}

function withoutReplacements(bytes: Uint8Array): string {
  return decoder.decode(bytes).replaceAll("\ufffd", "");
}

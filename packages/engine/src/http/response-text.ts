/**
 * Text of an answer: by the declared charset, what is malformed replaced; without one UTF-8 where the bytes are that, else
 * ISO-8859-1, unless a byte order mark says UTF-16.
 */
import { isUtf8 } from "node:buffer";
import { isKnownEncoding, streamDecoder } from "../report/text-encoding.ts";

/** The charset of a Content-Type, if there is one that is known here; an unknown one is as good as none. */
export function declaredCharset(contentType: string | undefined): string | undefined {
  const charset = /;\s*charset\s*=\s*["']?([^\s;"']+)/i.exec(contentType ?? "")?.[1];
  return charset !== undefined && isKnownEncoding(charset) ? charset : undefined;
}

/** The whole text. */
export function responseText(bytes: Uint8Array, contentType: string | undefined): string {
  const charset = declaredCharset(contentType) ?? guessCharset(bytes.subarray(0, 2), isUtf8(bytes));
  const decoder = streamDecoder(charset, "replace");
  return decoder.decode(bytes) + decoder.decode();
}

/** Charset of bytes that come without one: by their first two, and by whether all of them are UTF-8. */
export function guessCharset(head: Uint8Array, isUtf8: boolean): string {
  if (isUtf8) return "utf-8";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return "iso-8859-1";
}

/** The text of a stream as UTF-8, however long it is. */
export async function* asUtf8(stream: AsyncIterable<Uint8Array>, charset: string): AsyncGenerator<Uint8Array> {
  const decoder = streamDecoder(charset, "replace");
  for await (const part of stream) {
    const text = decoder.decode(part);
    if (text !== "") yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== "") yield Buffer.from(rest);
}

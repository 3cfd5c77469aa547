/**
 * Bytes to text and back by the name of an encoding, as Python names them.
 *
 * The platform's decoder follows the web's rules, where `iso-8859-1` and `ascii` mean windows-1252; feeds and Python mean
 * what the names say, so these are done here.
 */
import { isAscii } from "node:buffer";
import { TextDecoder } from "node:util";
import { notInEncoding, unknownEncoding } from "./errors.ts";

/** What becomes of bytes or characters that the encoding does not have. */
export type Malformed = "refuse" | "replace" | "drop";

/** Decodes a stream piece by piece; the last call without bytes gives what is left. */
export interface StreamDecoder {
  decode(bytes?: Uint8Array): string;
}

/** True for names of encodings that can be decoded. */
export function isKnownEncoding(encoding: string): boolean {
  return singleByteLimit(encoding) !== undefined || platformDecoder(encoding, false) !== undefined;
}

/** Decodes bytes of any length. Throws WEIR_TEXT_ENCODING_UNKNOWN; with `refuse` WEIR_TEXT_ENCODING. A byte order mark is kept. */
export function streamDecoder(encoding: string, malformed: Malformed): StreamDecoder {
  const limit = singleByteLimit(encoding);
  if (limit !== undefined)
    return { decode: (bytes = new Uint8Array()) => decodeSingleBytes(bytes, limit, encoding, malformed) };
  const decoder = platformDecoder(encoding, malformed === "refuse");
  if (decoder === undefined) throw unknownEncoding({ encoding });
  return {
    decode(bytes) {
      try {
        return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
      } catch (error) {
        throw notInEncoding({ encodings: [encoding], direction: "decoded" }, { cause: error });
      }
    },
  };
}

/** Decodes by the first encoding that fits. With `force` the last one drops what does not fit. Throws WEIR_TEXT_ENCODING. */
export function decodeText(bytes: Uint8Array, encodings: readonly string[] = ["utf-8"], force = false): string {
  for (const encoding of encodings) {
    try {
      return decodeWhole(bytes, encoding, "refuse");
    } catch (error) {
      if (!notInEncoding.is(error)) throw error;
    }
  }
  if (force) return decodeWhole(bytes, encodings.at(-1) ?? "utf-8", "drop");
  throw notInEncoding({ encodings, direction: "decoded" });
}

function decodeWhole(bytes: Uint8Array, encoding: string, malformed: Malformed): string {
  if (malformed === "drop" && singleByteLimit(encoding) === undefined) return dropMalformed(bytes, encoding);
  const decoder = streamDecoder(encoding, malformed);
  return decoder.decode(bytes) + decoder.decode();
}

/** The platform can only replace; replacement characters that were in the data themselves are kept. */
function dropMalformed(bytes: Uint8Array, encoding: string): string {
  const replace = (part: Uint8Array): string => {
    const decoder = streamDecoder(encoding, "replace");
    return (decoder.decode(part) + decoder.decode()).replaceAll("\ufffd", "");
  };
  if (platformDecoder(encoding, false)?.encoding !== "utf-8") return replace(bytes);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const own = Buffer.from("\ufffd");
  let text = "";
  let from = 0;
  for (let at = view.indexOf(own); at !== -1; at = view.indexOf(own, from)) {
    text += `${replace(view.subarray(from, at))}\ufffd`;
    from = at + own.length;
  }
  return text + replace(view.subarray(from));
}

/** Encodes by the first encoding that has all characters. With `force` the last one leaves out what it lacks. Throws WEIR_TEXT_ENCODING. */
export function encodeText(text: string, encodings: readonly string[] = ["utf-8"], force = false): Uint8Array {
  for (const encoding of encodings) {
    const bytes = encodeWhole(text, encoding, false);
    if (bytes !== undefined) return bytes;
  }
  const last = force ? encodeWhole(text, encodings.at(-1) ?? "utf-8", true) : undefined;
  if (last !== undefined) return last;
  throw notInEncoding({ encodings, direction: "encoded" });
}

function encodeWhole(text: string, encoding: string, drop: boolean): Uint8Array | undefined {
  const limit = singleByteLimit(encoding);
  if (limit !== undefined) {
    const fits = [...text].filter((character) => (character.codePointAt(0) ?? 0) < limit);
    const kept = fits.join("");
    return drop || kept.length === text.length ? Buffer.from(kept, "latin1") : undefined;
  }
  const whole = drop ? text.replace(/\p{Surrogate}/gu, "") : text;
  if (/\p{Surrogate}/u.test(whole)) return undefined;
  switch (platformDecoder(encoding, false)?.encoding) {
    case "utf-8":
      return Buffer.from(whole, "utf8");
    case "utf-16le":
      return Buffer.from(whole, "utf16le");
    case "utf-16be":
      return Buffer.from(whole, "utf16le").swap16();
    default:
      throw unknownEncoding({ encoding });
  }
}

/** Number of characters of encodings whose bytes are the characters' numbers. */
function singleByteLimit(encoding: string): number | undefined {
  return singleByteLimits.get(encoding.toLowerCase().replaceAll("_", "-"));
}

const singleByteLimits = new Map([
  ["ascii", 128],
  ["us-ascii", 128],
  ["iso-8859-1", 256],
  ["iso8859-1", 256],
  ["latin-1", 256],
  ["latin1", 256],
  ["l1", 256],
]);

function decodeSingleBytes(bytes: Uint8Array, limit: number, encoding: string, malformed: Malformed): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  if (limit === 256 || isAscii(bytes)) return text;
  if (malformed === "refuse") throw notInEncoding({ encodings: [encoding], direction: "decoded" });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, control characters too
  return text.replace(/[^\x00-\x7f]/g, malformed === "drop" ? "" : "\ufffd");
}

/** Python's names are those of the web but for some hyphens. */
function platformDecoder(encoding: string, fatal: boolean): TextDecoder | undefined {
  const name = encoding.toLowerCase().replaceAll("_", "-");
  for (const one of [name, name.replace(/^(utf-16)-?(le|be)$/, "$1$2"), name.replace(/^cp(125[0-8])$/, "windows-$1")]) {
    try {
      return new TextDecoder(one, { fatal, ignoreBOM: true });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return undefined;
}

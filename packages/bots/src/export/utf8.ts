/** UTF-8 with a choice of what happens to lone surrogates, which have no UTF-8 form. Names and results are Python's. */
import { errorKind } from "@weir/format/errors";

export const encodingErrorModes = [
  "strict",
  "ignore",
  "replace",
  "backslashreplace",
  "xmlcharrefreplace",
  "namereplace",
  "surrogateescape",
  "surrogatepass",
] as const;
export type EncodingErrorMode = (typeof encodingErrorModes)[number];

const notEncodable = errorKind<{ character: string }>("WEIR_BOT_NOT_ENCODABLE", {
  message: ({ character }) => `the text holds ${character}, half of a character, which has no UTF-8 form`,
  remedy: "Set encoding_errors_mode to say what is written instead, such as `backslashreplace`.",
  retry: "never",
});

/** The text's UTF-8 bytes. Throws WEIR_BOT_NOT_ENCODABLE for a lone surrogate, where the mode has no place for it. */
export function encodeUtf8(text: string, mode: EncodingErrorMode): Uint8Array {
  if (!loneSurrogate.test(text)) return Buffer.from(text, "utf8");
  const parts: Uint8Array[] = [];
  for (const [index, part] of text.split(loneSurrogates).entries()) {
    // Every second part is what the pattern's group has caught.
    parts.push(index % 2 === 0 ? Buffer.from(part, "utf8") : bytesFor(part.charCodeAt(0), mode));
  }
  return Buffer.concat(parts);
}

const loneSurrogate = /\p{Surrogate}/u;
const loneSurrogates = /(\p{Surrogate})/u;

function bytesFor(code: number, mode: EncodingErrorMode): Uint8Array {
  const escaped = `\\u${code.toString(16)}`;
  switch (mode) {
    case "ignore":
      return Buffer.alloc(0);
    case "replace":
      return Buffer.from("?");
    case "backslashreplace":
    case "namereplace": // surrogates have no name
      return Buffer.from(escaped);
    case "xmlcharrefreplace":
      return Buffer.from(`&#${code};`);
    case "surrogatepass":
      return Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    case "surrogateescape":
      if (code >= 0xdc80 && code <= 0xdcff) return Uint8Array.of(code & 0xff);
      throw notEncodable({ character: escaped });
    case "strict":
      throw notEncodable({ character: escaped });
  }
}

/** Messages and values as text: the wire form, JSON, exports, hashes, and the chunks of the embedded store. */

export { ByteWriter } from "./byte-writer.ts";
export { decodeMessages, encodeMessages } from "./chunk.ts";
export { compileExport, type ExportOptions, exportJson, exportMap } from "./export.ts";
export { compileHashInput, type HashFilter, hashInput, messageHash } from "./hash.ts";
export { type FieldTables, messageFromMap, parseMessage, writeMessage } from "./message-json.ts";
export { parseJson } from "./parse-json.ts";
export { sha256, sha256Hex } from "./sha256.ts";
export { compareCodePoints, quote, quoteAscii, type WriteJsonOptions, writeJson, writeNumber } from "./write-json.ts";

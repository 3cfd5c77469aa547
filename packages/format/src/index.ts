/** The data format of Weir: values, fields, messages and their form on the wire. Pure: it runs in a browser, too. */
export {
  invalidArgument,
  invalidJson,
  invalidKey,
  invalidMessage,
  invalidValue,
  keyExists,
  keyNotExists,
} from "./errors/kinds.ts";
export type { FieldType, FieldValue } from "./field-types/field-type.ts";
export { defaultHarmonization, laterFields } from "./fields/default-harmonization.ts";
export { compileFields, type Field, FieldTable, isRefusal } from "./fields/field-table.ts";
export {
  type FieldDefinition,
  type Harmonization,
  type HarmonizationFinding,
  type ParsedHarmonization,
  parseHarmonization,
} from "./fields/harmonization.ts";
export {
  createEvent,
  createReport,
  eventFromReport,
  eventTemplate,
  reportFromEvent,
  restoreMessage,
} from "./message/create.ts";
export { isIgnored } from "./message/ignored-value.ts";
export { Message, type MessageType, type Mode, type Outcome, type PutOptions } from "./message/message.ts";
export { pythonEquals } from "./message/python-equality.ts";
export { decodeBase64, encodeBase64 } from "./values/base64.ts";
export { Base64Value, decodeUtf8 } from "./values/base64-value.ts";
export {
  Float,
  float,
  integer,
  isFloat,
  isInteger,
  isList,
  type JsonObject,
  type JsonValue,
  toNumber,
} from "./values/json-value.ts";
export { toJsonValue } from "./values/to-json-value.ts";
export { ByteWriter } from "./wire/byte-writer.ts";
export { decodeMessages, encodeMessages } from "./wire/chunk.ts";
export { compileExport, type ExportOptions, exportJson, exportMap } from "./wire/export.ts";
export { compileHashInput, type HashFilter, hashInput, messageHash } from "./wire/hash.ts";
export { type FieldTables, messageFromMap, parseMessage, writeMessage } from "./wire/message-json.ts";
export { parseJson } from "./wire/parse-json.ts";
export { type WriteJsonOptions, writeJson } from "./wire/write-json.ts";

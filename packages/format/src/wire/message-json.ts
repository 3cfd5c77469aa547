/**
 * Messages on the wire: a JSON object in ASCII, members in the order of the fields, `__type` last. Readers take any order,
 * white space and UTF-8.
 */
import { invalidMessage } from "../errors/kinds.ts";
import type { FieldValue } from "../field-types/field-type.ts";
import type { FieldTable } from "../fields/field-table.ts";
import { restoreMessage } from "../message/create.ts";
import type { Message } from "../message/message.ts";
import { Base64Value } from "../values/base64-value.ts";
import type { JsonValue } from "../values/json-value.ts";
import { parseJson } from "./parse-json.ts";
import { readMessage } from "./read-message.ts";
import { quoteAscii, writeJson, writeNumber } from "./write-json.ts";

export interface FieldTables {
  readonly event: FieldTable;
  readonly report: FieldTable;
}

/** Reads a message. Throws WEIR_INVALID_JSON, WEIR_INVALID_MESSAGE, WEIR_INVALID_KEY, WEIR_INVALID_VALUE. */
export function parseMessage(text: string, tables: FieldTables, defaultType?: "Event" | "Report"): Message {
  const type = text.endsWith(', "__type": "Event"}')
    ? "Event"
    : text.endsWith(', "__type": "Report"}')
      ? "Report"
      : undefined;
  const message = type && readMessage(text, type, type === "Event" ? tables.event : tables.report);
  return message ?? parseAnyMessage(text, tables, defaultType);
}

function parseAnyMessage(text: string, tables: FieldTables, defaultType?: "Event" | "Report"): Message {
  const value = parseJson(text);
  if (!(value instanceof Map)) throw invalidMessage({ reason: "it is no JSON object" });
  return messageFromMap(value, tables, defaultType);
}

/** The same from the object. */
export function messageFromMap(
  object: ReadonlyMap<string, JsonValue>,
  tables: FieldTables,
  defaultType?: "Event" | "Report",
): Message {
  const type = object.get("__type") ?? defaultType;
  if (type === undefined) throw invalidMessage({ reason: "__type is missing" });
  if (type !== "Event" && type !== "Report") {
    throw invalidMessage({ reason: `__type is ${writeJson(type).slice(0, 80)}; it has to be "Event" or "Report"` });
  }
  const table = type === "Event" ? tables.event : tables.report;
  const entries = [...object].filter(([key]) => key !== "__type");
  return restoreMessage(type, table, entries);
}

/** The wire form. */
export function writeMessage(message: Message): string {
  const { starts } = message.shape;
  let text = "{";
  for (let place = 0; place < starts.length; place++)
    text += `${starts[place]}${writeValue(message.storedAt(place) ?? null)}, `;
  return `${text}"__type": "${message.type}"}`;
}

function writeValue(value: FieldValue): string {
  if (typeof value === "string") return quoteAscii(value);
  if (typeof value === "number") return writeNumber(value);
  if (value instanceof Base64Value) return quoteAscii(value.base64);
  return writeJson(value);
}

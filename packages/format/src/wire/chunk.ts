/**
 * Many messages as one text, for our own store: native JSON does the work, values whose kind it would lose are tagged.
 *
 * Layout: `[shapes, rows]`. A shape is the type and the names of a message's fields, in order; most messages share few. A row
 * is the number of its shape and the values: texts, booleans, null and safe integers as they are, everything else in an
 * array of a tag and what belongs to it (so an array is always a tagged value).
 *
 * Invariants
 * - `decodeMessages(encodeMessages(list))` gives equal messages, kinds and order included.
 * - A message that can no longer be read (a field that the harmonization lost) is an error in its place, not of the chunk.
 */
import { invalidMessage } from "../errors/kinds.ts";
import type { FieldValue } from "../field-types/field-type.ts";
import type { FieldTable } from "../fields/field-table.ts";
import { Message, type MessageType } from "../message/message.ts";
import { emptyShape, type Shape } from "../message/shape.ts";
import { Base64Value } from "../values/base64-value.ts";
import { Float, float, isInteger, type JsonValue } from "../values/json-value.ts";
import type { FieldTables } from "./message-json.ts";

type Plain = string | number | boolean | null | readonly Plain[];

/** The text of these messages. */
export function encodeMessages(messages: readonly Message[]): string {
  const shapes: Plain[] = [];
  const numbers = { Event: new Map<Shape, number>(), Report: new Map<Shape, number>() };
  const rows: Plain[] = [];
  for (const message of messages) {
    const { type, shape } = message;
    let number = numbers[type].get(shape);
    if (number === undefined) {
      number = shapes.length;
      numbers[type].set(shape, number);
      shapes.push([type, ...shape.names]);
    }
    const row: Plain[] = [number];
    for (let place = 0; place < shape.size; place++) row.push(encodeValue(message.storedAt(place) ?? null));
    rows.push(row);
  }
  return JSON.stringify([shapes, rows]);
}

function encodeValue(value: FieldValue): Plain {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return isInteger(value) ? value : ["f", floatSource(value)];
  if (typeof value === "bigint") return ["i", value.toString()];
  if (value instanceof Float) return ["f", String(value.value)];
  if (value instanceof Base64Value) {
    const { form } = value;
    if ("text" in form) return ["t", form.text];
    return "base64" in form ? ["b", form.base64] : ["b", value.base64];
  }
  if (value instanceof Map) return ["m", ...[...value].flatMap(([name, item]) => [name, encodeValue(item)])];
  return ["a", ...(value as readonly JsonValue[]).map(encodeValue)]; // the only kind that is left
}

function floatSource(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The messages of a text of `encodeMessages`, or why one cannot be read. Throws WEIR_INVALID_MESSAGE when the text is none. */
export function decodeMessages(text: string, tables: FieldTables): readonly (Message | Error)[] {
  let chunk: unknown;
  try {
    chunk = JSON.parse(text);
  } catch (error) {
    throw invalidMessage({ reason: "a chunk of the store is no JSON" }, { cause: error });
  }
  if (!isPair(chunk)) throw invalidMessage({ reason: "a chunk of the store has another form" });
  const [shapes, rows] = chunk;
  const templates = shapes.map((names) => attempt(() => readTemplate(names, tables)));
  return rows.map((row) => attempt(() => decodeRow(row, templates)));
}

function attempt<Value>(run: () => Value): Value | Error {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isPair(value: unknown): value is readonly [readonly unknown[], readonly unknown[]] {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[0]) && Array.isArray(value[1]);
}

/** What the messages of one shape have in common. */
interface Template {
  readonly type: MessageType;
  readonly table: FieldTable;
  readonly shape: Shape;
}

function readTemplate(names: unknown, tables: FieldTables): Template {
  if (!Array.isArray(names)) throw invalidMessage({ reason: "a shape of the store has another form" });
  const type = names[0] === "Report" ? "Report" : "Event";
  const table = type === "Event" ? tables.event : tables.report;
  let shape = emptyShape;
  for (const name of names.slice(1).map(String)) {
    if (!table.isStorable(name)) table.field(name); // throws what is wrong with it
    const longer = shape.append(name);
    if (longer === undefined) throw invalidMessage({ reason: `the store has two values for ${name}` });
    shape = longer;
  }
  return { type, table, shape };
}

function decodeRow(row: unknown, templates: readonly (Template | Error)[]): Message {
  if (!Array.isArray(row)) throw invalidMessage({ reason: "a row of the store has another form" });
  const template = templates[Number(row[0])];
  if (template instanceof Error) throw template;
  if (template?.shape.size !== row.length - 1) throw invalidMessage({ reason: "a row of the store has no shape" });
  const values: FieldValue[] = [];
  for (let place = 1; place < row.length; place++) values.push(decodeValue(row[place]));
  return new Message(template.type, template.table, template.shape, values);
}

function decodeValue(value: unknown): FieldValue {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number" || value === null)
    return value;
  if (!Array.isArray(value)) throw invalidMessage({ reason: "a value of the store has another form" });
  const [tag, ...rest] = value;
  switch (tag) {
    case "f":
      return float(Number(rest[0]));
    case "i":
      return BigInt(String(rest[0]));
    case "t":
      return Base64Value.ofText(String(rest[0]));
    case "b":
      return Base64Value.ofBase64(String(rest[0]));
    case "a":
      return rest.map((item) => decodeValue(item) as JsonValue); // no base64 inside of JSON
    case "m": {
      const object = new Map<string, JsonValue>();
      for (let index = 0; index + 1 < rest.length; index += 2)
        object.set(String(rest[index]), decodeValue(rest[index + 1]) as JsonValue);
      return object;
    }
    default:
      throw invalidMessage({ reason: "a value of the store has an unknown tag" });
  }
}

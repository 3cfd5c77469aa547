/**
 * Records that are the elements of a JSON array (of an object: the names of its members).
 *
 * Invariants
 * - A small body is parsed as a whole before its first record is given: a damaged one gives none. A large one is read
 *   element by element, in memory that does not grow with the body; when it breaks, the elements before it have been given.
 * - Elements that say nothing (null, false, 0, empty texts, lists and objects) are skipped, as IntelMQ does.
 */
import { Base64Value, decodeUtf8, isFloat, type JsonValue, parseJson, toNumber, writeJson } from "@weir/format";
import { jsonArrayBroken, notRecords } from "./errors.ts";
import { jsonElements } from "./json-elements.ts";
import type { RecordReader, ReportBody } from "./record-reader.ts";
import { readText } from "./whole.ts";

export interface JsonArrayOptions {
  /** Bodies up to this size in bytes are parsed as a whole. Default 4 MiB. */
  readonly wholeBytes?: number;
}

const batchRecords = 1000;
const batchBytes = 1 << 20;

/** Each element's `raw` is an array with just that element. Throws WEIR_REPORT_NO_RECORDS, WEIR_REPORT_JSON_ARRAY. */
export function jsonArray({ wholeBytes = 4 << 20 }: JsonArrayOptions = {}): RecordReader<JsonValue> {
  return {
    async *read(body, from) {
      const isStreamed = body.size > wholeBytes && (await firstCharacter(body)) === "[";
      const batches = isStreamed ? streamed(body, from?.offset ?? 0) : whole(body, placeIn(from?.reader));
      let record = from?.record ?? 0;
      for await (const { records, offset, place } of batches) {
        record += records.length;
        yield {
          records,
          raw: (index) => Base64Value.ofText(writeJson([records[index] ?? null])),
          mark: { offset, record, reader: place },
        };
      }
    },
  };
}

interface Batch {
  readonly records: readonly JsonValue[];
  readonly offset: number;
  /** Elements that are done, skipped ones too, where the body is parsed as a whole. */
  readonly place: number;
}

function placeIn(mark: unknown): number {
  return typeof mark === "number" ? mark : 0;
}

async function* whole(body: ReportBody, from: number): AsyncGenerator<Batch> {
  const all = elementsOf(parseJson(await readText(body)));
  for (let at = from; at < all.length; at += batchRecords) {
    const part = all.slice(at, at + batchRecords);
    const place = at + part.length;
    yield { records: part.filter(saysSomething), offset: place === all.length ? body.size : 0, place };
  }
}

function elementsOf(value: JsonValue): readonly JsonValue[] {
  if (value instanceof Map) return [...value.keys()];
  if (Array.isArray(value)) return value;
  throw notRecords({ found: value === null ? "null" : typeof value === "string" ? "a text" : `a ${typeof value}` });
}

async function* streamed(body: ReportBody, from: number): AsyncGenerator<Batch> {
  let records: JsonValue[] = [];
  let bytes = 0;
  let offset = from;
  if (from >= body.size) return;
  for await (const element of jsonElements(body.stream(from), from)) {
    offset = element.isLast ? body.size : element.end;
    const value = parseElement(element.bytes, element.start);
    if (saysSomething(value)) records.push(value);
    bytes += element.bytes.length;
    if (records.length < batchRecords && bytes < batchBytes) continue;
    yield { records, offset, place: 0 };
    records = [];
    bytes = 0;
  }
  if (records.length > 0) yield { records, offset: body.size, place: 0 };
}

function parseElement(bytes: Uint8Array, start: number): JsonValue {
  try {
    return parseJson(decodeUtf8(bytes));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw jsonArrayBroken({ offset: start, problem }, { cause: error });
  }
}

async function firstCharacter(body: ReportBody): Promise<string> {
  for await (const part of body.stream(0)) {
    for (const byte of part) if (byte !== 32 && (byte < 9 || byte > 13)) return String.fromCharCode(byte);
  }
  return "";
}

function saysSomething(value: JsonValue): boolean {
  if (value === null || value === false || value === "") return false;
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value)) return value.length > 0;
  return !(typeof value === "number" || typeof value === "bigint" || isFloat(value)) || toNumber(value) !== 0;
}

/** Bodies that are one record, and JSON documents. */
import { Base64Value, decodeUtf8, type JsonValue, parseJson, writeJson } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import type { RecordReader, ReportBody } from "./record-reader.ts";

export const bodyTooLarge = errorKind<{ size: number; limit: number }>("WEIR_REPORT_TOO_LARGE", {
  message: ({ size, limit }) => `the report has ${Math.round(size / 2 ** 20)} MiB; this form is read as a whole, up to ${limit >> 20} MiB`,
  remedy: "Have the collector split the report (chunk_size), or use a form that is read in pieces, such as lines.",
  retry: "never",
});

export const notRecords = errorKind<{ found: string }>("WEIR_REPORT_NO_RECORDS", {
  message: ({ found }) => `the report is ${found}; a JSON array of records is expected`,
  remedy: "Look at what the collector fetched: the feed's form has changed, or it is an error page.",
  retry: "never",
});

const largestWhole = 128 << 20;

async function readText(body: ReportBody): Promise<string> {
  if (body.size > largestWhole) throw bodyTooLarge({ size: body.size, limit: largestWhole });
  const parts: Uint8Array[] = [];
  for await (const part of body.stream(0)) parts.push(part);
  return decodeUtf8(Buffer.concat(parts));
}

/** The whole text as one record. */
export function wholeText(): RecordReader<string> {
  return {
    async *read(body, from) {
      if (from !== undefined && from.record > 0) return;
      const text = await readText(body);
      yield { records: [text], raw: () => Base64Value.ofText(text), mark: { offset: body.size, record: 1 } };
    },
  };
}

/** Elements of a JSON array, or the names of an object's members. Each one's `raw` is an array with just that element. */
export function jsonArray(): RecordReader<JsonValue> {
  return {
    async *read(body, from) {
      const value = parseJson(await readText(body));
      const all = elementsOf(value);
      for (let at = from?.record ?? 0; at < all.length; at += batchRecords) {
        const records = all.slice(at, at + batchRecords);
        const kept = records.filter((record) => !isEmpty(record));
        yield {
          records: kept,
          raw: (index) => Base64Value.ofText(writeJson([kept[index] ?? null])),
          mark: { offset: 0, record: at + records.length },
        };
      }
    },
  };
}

const batchRecords = 1000;

function elementsOf(value: JsonValue): readonly JsonValue[] {
  if (value instanceof Map) return [...value.keys()];
  if (Array.isArray(value)) return value;
  throw notRecords({ found: value === null ? "null" : `a ${typeof value}` });
}

/** Records that say nothing are skipped, as IntelMQ does: null, false, 0, empty texts, lists and objects. */
function isEmpty(value: JsonValue): boolean {
  if (value === null || value === false || value === "" || value === 0) return true;
  if (value instanceof Map) return value.size === 0;
  return Array.isArray(value) && value.length === 0;
}


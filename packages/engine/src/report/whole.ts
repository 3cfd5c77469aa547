/** Bodies that are read as a whole: one record, text or JSON. */
import { Base64Value, decodeUtf8, type JsonValue, parseJson } from "@weir/format";
import { reportTooLarge } from "./errors.ts";
import type { RecordReader, ReportBody } from "./record-reader.ts";

const largestWhole = 128 << 20;

/** The whole text. Throws WEIR_REPORT_TOO_LARGE above 128 MiB. */
export async function readText(body: ReportBody, limit = largestWhole): Promise<string> {
  if (body.size > limit) throw reportTooLarge({ size: body.size, limit });
  const parts: Uint8Array[] = [];
  for await (const part of body.stream(0)) parts.push(part);
  return decodeUtf8(Buffer.concat(parts));
}

/** The whole text as one record. */
export function wholeText(): RecordReader<string> {
  return wholeRecord((text) => text);
}

/** The whole text as one JSON document; its `raw` is the text. Throws what {@link parseJson} throws. */
export function wholeJson(): RecordReader<JsonValue> {
  return wholeRecord(parseJson);
}

function wholeRecord<Item>(parse: (text: string) => Item): RecordReader<Item> {
  return {
    async *read(body, from) {
      if (from !== undefined && from.offset > 0) return;
      const text = await readText(body);
      yield { records: [parse(text)], raw: () => Base64Value.ofText(text), mark: { offset: body.size, record: 1 } };
    },
  };
}

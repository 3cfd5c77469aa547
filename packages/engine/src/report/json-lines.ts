/** Records that are JSON values, one a line. */
import { type JsonValue, parseJson } from "@weir/format";
import { lines } from "./lines.ts";
import { type RecordReader, UnreadableRecord } from "./record-reader.ts";

/** A line that is no JSON is an unreadable record of its own; blank lines are left out. A record's `raw` is its line. */
export function jsonLines(): RecordReader<JsonValue> {
  const reader = lines();
  return {
    async *read(body, from) {
      for await (const batch of reader.read(body, from)) yield { ...batch, records: batch.records.map(parse) };
    },
  };
}

function parse(line: string | UnreadableRecord): JsonValue | UnreadableRecord {
  if (line instanceof UnreadableRecord) return line;
  try {
    return parseJson(line);
  } catch (error) {
    return new UnreadableRecord(error instanceof Error ? error : new Error(String(error)));
  }
}

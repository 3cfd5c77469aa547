/** A record reader for tests: every character of a small body is a record. */
import { Base64Value } from "@weir/format";
import type { RecordReader } from "../report/record-reader.ts";

export const letters: RecordReader<string> = {
  async *read(body, from) {
    const parts: Uint8Array[] = [];
    for await (const part of body.stream(from?.offset ?? 0)) parts.push(part);
    const records = [...new TextDecoder().decode(Buffer.concat(parts))];
    yield {
      records,
      raw: (index) => Base64Value.ofText(records[index] ?? ""),
      mark: { offset: body.size, record: (from?.record ?? 0) + records.length },
    };
  },
};

/** For tests of record readers: bodies in parts, readings in one go and with restarts. */
import type { ProgressMark } from "../broker/broker.ts";
import { type RecordBatch, type RecordReader, type ReportBody, UnreadableRecord } from "./record-reader.ts";

/** A body that comes in parts of this many bytes. */
export function bodyInParts(bytes: Uint8Array, size = 1 << 16): ReportBody {
  return {
    size: bytes.length,
    async *stream(offset) {
      for (let at = offset; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
}

export interface ReadRecord<Item> {
  readonly record: Item | string;
  readonly raw: string;
  readonly original: string;
}

/** Every record with what is kept of it; an unreadable one as `unreadable`. */
export async function readAll<Item>(reader: RecordReader<Item>, body: ReportBody): Promise<ReadRecord<Item>[]> {
  const all: ReadRecord<Item>[] = [];
  for await (const batch of reader.read(body, undefined)) all.push(...recordsOf(batch));
  return all;
}

/** The same, but with a new reader after every batch that goes on from the mark as it comes back from the disk. */
export async function readWithRestarts<Item>(
  make: () => RecordReader<Item>,
  body: ReportBody,
): Promise<ReadRecord<Item>[]> {
  const all: ReadRecord<Item>[] = [];
  let mark: ProgressMark | undefined;
  for (;;) {
    const batches = make().read(body, mark)[Symbol.asyncIterator]();
    const next = await batches.next();
    await batches.return?.();
    if (next.done === true) return all;
    all.push(...recordsOf(next.value));
    mark = JSON.parse(JSON.stringify({ ...next.value.mark, record: all.length }));
  }
}

function recordsOf<Item>(batch: RecordBatch<Item>): ReadRecord<Item>[] {
  return batch.records.map((record, index) => ({
    record: record instanceof UnreadableRecord ? "unreadable" : record,
    raw: batch.raw(index).text,
    original: (batch.original ?? batch.raw)(index).text,
  }));
}

/** Records that are lines. */
import { Base64Value } from "@weir/format";
import { splitLines, strip } from "@weir/format/python";
import type { RecordReader } from "./record-reader.ts";
import { textBlocks } from "./text-blocks.ts";

export interface LineOptions {
  /** Blanks at both ends of a line are no part of it. Default true. */
  readonly strip?: boolean;
  /** Lines that begin like this are left out. */
  readonly ignore?: readonly string[];
  /** Lines that belong to those after them: they are records, too, and stand before a failing line where it is kept. */
  readonly comments?: (line: string) => boolean;
}

/** Lines by Python's line ends; empty ones are left out unless they are not stripped. */
export function lines({ strip: stripped = true, ignore = [], comments }: LineOptions = {}): RecordReader<string> {
  return {
    async *read(body, from) {
      const remembered: string[] = isTexts(from?.reader) ? [...from.reader] : [];
      let record = from?.record ?? 0;
      for await (const block of textBlocks(body, from?.offset ?? 0)) {
        const records = split(block.text, stripped, ignore);
        for (const line of records) if (comments?.(line)) remembered.push(line);
        record += records.length;
        const headers = comments === undefined ? [] : remembered.slice();
        yield {
          records,
          raw: (index) => Base64Value.ofText(records[index] ?? ""),
          // All comments up to here, those behind the line too: IntelMQ writes what failed at the end of a report.
          original: (index) => Base64Value.ofText([...headers, records[index] ?? ""].join("\n")),
          mark: { offset: block.end, record, ...(comments === undefined ? {} : { reader: headers }) },
        };
      }
    },
  };
}

const otherLineEnds = /[\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

function split(text: string, stripped: boolean, ignore: readonly string[]): string[] {
  const all = otherLineEnds.test(text) ? splitLines(text) : splitAtFeeds(text);
  if (!stripped) return all;
  const records: string[] = [];
  for (const line of all) {
    const record = strip(line);
    if (record !== "" && !ignore.some((prefix) => record.startsWith(prefix))) records.push(record);
  }
  return records;
}

function splitAtFeeds(text: string): string[] {
  const all = text.split("\n");
  if (all.at(-1) === "") all.pop();
  return all;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Records that are lines. */
import { Base64Value } from "@weir/format";
import { splitLines, strip } from "@weir/format/python";
import type { RecordReader } from "./record-reader.ts";
import { textBlocks } from "./text-blocks.ts";

export interface LineOptions {
  /** Blanks at both ends of a line are no part of it, and blank lines are left out. Default true. */
  readonly strip?: boolean;
  /** Lines that begin like this are left out. */
  readonly ignore?: readonly string[];
  /**
   * Lines that describe the others, such as those that tell a time: they are records, too, and all of them that were read so
   * far (in a short report: all) stand before a failing line where it is kept.
   */
  readonly comments?: (line: string) => boolean;
}

/** Comments are remembered up to this many characters: they travel in every mark. */
const longestComments = 64 << 10;

/** Lines by Python's line ends (`str.splitlines`). */
export function lines({ strip: stripped = true, ignore = [], comments }: LineOptions = {}): RecordReader<string> {
  return {
    async *read(body, from) {
      const remembered: string[] = isTexts(from?.reader) ? [...from.reader] : [];
      let length = remembered.reduce((sum, line) => sum + line.length, 0);
      let record = from?.record ?? 0;
      for await (const block of textBlocks(body, from?.offset ?? 0, "text")) {
        const records = split(block.text, stripped, ignore);
        if (comments !== undefined) {
          for (const line of records) {
            if (length + line.length > longestComments) break;
            if (!comments(line)) continue;
            remembered.push(line);
            length += line.length;
          }
        }
        record += records.length;
        const headers = remembered.slice();
        yield {
          records,
          raw: (index) => Base64Value.ofText(records[index] ?? ""),
          original: (index) => Base64Value.ofText([...headers, records[index] ?? ""].join("\n")),
          mark: { offset: block.end, record, ...(comments === undefined ? {} : { reader: headers }) },
        };
      }
    },
  };
}

/** Line ends of Python other than the line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const otherLineEnds = /[\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

function split(text: string, stripped: boolean, ignore: readonly string[]): string[] {
  const all = otherLineEnds.test(text) ? splitLines(text) : splitAtFeeds(text);
  if (!stripped && ignore.length === 0) return all;
  const records: string[] = [];
  for (const line of all) {
    const record = stripped ? strip(line) : line;
    if (stripped && record === "") continue;
    if (!ignore.some((prefix) => record.startsWith(prefix))) records.push(record);
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

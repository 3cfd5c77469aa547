/** Records that are rows of CSV: lists of cells by position, or cells by the names of a header. */
import { Base64Value } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import { strip } from "@weir/format/python";
import { type CsvRow, splitCsv, writeCsv } from "./csv-text.ts";
import type { RecordReader, ReportBody } from "./record-reader.ts";
import { lineEndOf, textBlocks } from "./text-blocks.ts";

export const headerMissing = errorKind<{ wanted: number; found: number }>("WEIR_CSV_HEADER_MISSING", {
  message: ({ wanted, found }) => `the report has ${found} line(s), but skip_header leaves out ${wanted}`,
  remedy: "Correct skip_header, or look at what the collector fetched.",
  retry: "never",
});

export interface CsvRowOptions {
  readonly delimiter?: string;
  /** Lines at the start that are no rows; they stand before every row in its `raw`. */
  readonly skipHeader?: number;
  /** Lines that begin with `#`, blank lines, and blanks at the beginning of lines are left out. */
  readonly skipComments?: boolean;
  /** Lines that begin like this are left out. */
  readonly ignore?: readonly string[];
}

interface RowMark {
  readonly lineEnd: string;
  readonly header: readonly string[];
}

/** Rows as lists of cells; a row's `raw` is written anew with commas, behind the header lines. */
export function csvRows(options: CsvRowOptions = {}): RecordReader<readonly string[]> {
  const { delimiter = ",", skipHeader = 0 } = options;
  return {
    async *read(body, from) {
      const known = from?.reader as RowMark | undefined; // our own mark
      const lineEnd = known?.lineEnd ?? (await lineEndOf(body));
      let header = known?.header;
      let record = from?.record ?? 0;
      const keepsSource = delimiter === ",";
      for await (const { text, end } of rowTexts(body, from?.offset ?? 0, options)) {
        let content = text;
        if (header === undefined) {
          const taken = takeLines(content, skipHeader);
          header = taken.lines;
          content = taken.rest;
        }
        const rows = splitCsv(content, delimiter, true).rows.filter(({ cells }) => cells.length > 0);
        const prefix = header.map((line) => line + lineEnd).join("");
        record += rows.length;
        yield {
          records: rows.map(({ cells }) => cells),
          raw: (index) => Base64Value.ofText(prefix + rawRow(rows[index], lineEnd, keepsSource)),
          original: (index) => Base64Value.ofText(prefix + (rows[index]?.source ?? "")),
          mark: { offset: end, record, reader: { lineEnd, header } satisfies RowMark },
        };
      }
    },
  };
}

/** Written with commas, a row without quotes is what it was. */
function rawRow(row: CsvRow | undefined, lineEnd: string, keepsSource: boolean): string {
  if (row === undefined) return "";
  const { cells, source } = row;
  if (keepsSource && !source.includes('"') && source.endsWith(lineEnd) && source.length > lineEnd.length) return source;
  return writeCsv(cells, lineEnd) + lineEnd;
}

/** The first lines without their ends. Throws WEIR_CSV_HEADER_MISSING when there are fewer, or none ends. */
function takeLines(text: string, count: number): { readonly lines: readonly string[]; readonly rest: string } {
  const lines: string[] = [];
  let at = 0;
  while (lines.length < count) {
    const match = /\r\n|\n|\r/g;
    match.lastIndex = at;
    const found = match.exec(text);
    if (found === null) {
      const last = text.slice(at);
      if (last === "" || lines.length + 1 < count || lines.length === 0) throw headerMissing({ wanted: count, found: lines.length + (last === "" ? 0 : 1) });
      return { lines: [...lines, last], rest: "" };
    }
    lines.push(text.slice(at, found.index));
    at = match.lastIndex;
  }
  return { lines, rest: text.slice(at) };
}

/** Texts that end with a whole row, cleaned of what is no row. */
async function* rowTexts(body: ReportBody, offset: number, { delimiter = ",", skipComments = false, ignore = [] }: CsvRowOptions): AsyncGenerator<{ text: string; end: number }> {
  let carried = "";
  for await (const { text, end, isLast } of textBlocks(body, offset)) {
    const cleaned = clean(text, skipComments, ignore);
    const whole = carried === "" ? cleaned : carried + cleaned;
    if (!isLast && whole.includes('"') && splitCsv(whole, delimiter, false).rest < whole.length) {
      carried = whole; // a quoted cell goes on in the next block; the mark stays before it
      continue;
    }
    carried = "";
    yield { text: whole, end };
  }
}

function clean(text: string, skipComments: boolean, ignore: readonly string[]): string {
  let result = text.includes("\0") ? text.replaceAll("\0", "") : text;
  if (skipComments) {
    // A line begins at the start or behind a line feed; JavaScript's own `^` would also stand behind a carriage return.
    if (result.includes("#")) result = result.replace(/(?<![^\n])[ \t]*#[^\n]*\n?/g, "");
    if (/^[ \t\r\n]|\n[ \t\r\n]/.test(result)) result = result.replace(/(?<![^\n])[ \t]*(?:\r?\n)?/g, "");
  }
  if (ignore.length > 0) {
    result = result
      .split(/(?<=\n|\r(?!\n))/)
      .filter((line) => !ignore.some((prefix) => line.startsWith(prefix)))
      .join("");
  }
  return result;
}

export interface CsvDictOptions {
  readonly delimiter?: string;
  readonly ignore?: readonly string[];
  /** `current`: header and the row as it stands; `rewrite`: both written anew. Default `rewrite`. */
  readonly raw?: "current" | "rewrite";
  /** Every cell of the header in `raw` is in quotes. */
  readonly quoteHeader?: boolean;
}

/** Cells by the names of the first row; a row that is too short has null for what is missing. */
export type CsvRecord = ReadonlyMap<string, string | null>;

export function csvDicts({ delimiter = ",", ignore = [], raw = "rewrite", quoteHeader = false }: CsvDictOptions = {}): RecordReader<CsvRecord> {
  return {
    async *read(body, from) {
      const known = from?.reader as RowMark | undefined; // our own mark
      const lineEnd = known?.lineEnd ?? (await lineEndOf(body));
      let header = known?.header;
      let record = from?.record ?? 0;
      for await (const { text, end } of rowTexts(body, from?.offset ?? 0, { delimiter, ignore })) {
        const content = header === undefined ? withoutBlanksInFront(text) : text;
        let rows = splitCsv(content, delimiter, true).rows.filter(({ cells }) => cells.length > 0 && !(cells.length === 1 && strip(cells[0] ?? "") === ""));
        if (header === undefined) {
          header = rows[0]?.cells ?? [];
          rows = rows.slice(1);
        }
        const names = header;
        const head = writeCsv(names, lineEnd, { all: quoteHeader });
        record += rows.length;
        const kept = rows;
        yield {
          records: kept.map(({ cells }) => new Map(names.map((name, index) => [name, cells[index] ?? null]))),
          raw: (index) => {
            const row = kept[index];
            const line = raw === "current" ? (row?.source ?? "") : writeCsv((row?.cells ?? []).slice(0, names.length), lineEnd);
            return Base64Value.ofText(strip(head + lineEnd + line));
          },
          mark: { offset: end, record, reader: { lineEnd, header: names } satisfies RowMark },
        };
      }
    },
  };
}

function withoutBlanksInFront(text: string): string {
  return text.slice(text.length - text.trimStart().length);
}

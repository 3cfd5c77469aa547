/**
 * Records that are rows of CSV: lists of cells by position, or cells by the names of a header.
 *
 * Invariants
 * - A batch ends behind a whole row.
 * - Header and line end are part of the mark: a resumed reader gives the same records and the same `raw`.
 */
import { Base64Value } from "@weir/format";
import { strip } from "@weir/format/python";
import type { ProgressMark } from "../broker/broker.ts";
import { type CsvRow, writeCsv } from "./csv-text.ts";
import { csvHeaderMissing, csvSurplusCells } from "./errors.ts";
import { lineEndOf } from "./line-end.ts";
import type { RecordReader } from "./record-reader.ts";
import { type RowStart, type RowText, rowBlocks } from "./row-blocks.ts";

export interface CsvRowOptions extends RowText {
  /** Lines at the start that are no rows; they stand before every row in its `raw`. */
  readonly skipHeader?: number;
}

interface RowMark {
  readonly lineEnd: string;
  readonly header: readonly string[];
  /** See {@link RowStart}. */
  readonly isInLine: boolean;
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
      const begin = (text: string, isLast: boolean): string | undefined => {
        if (header !== undefined) return text;
        const taken = takeLines(text, skipHeader, isLast);
        header = taken?.lines;
        return taken?.rest;
      };
      const start = { offset: from?.offset ?? 0, isInLine: known?.isInLine ?? false };
      for await (const { rows, next } of rowBlocks({ body, start, options, begin })) {
        const prefix = (header ?? []).map((line) => line + lineEnd).join("");
        record += rows.length;
        yield {
          records: rows.map(({ cells }) => cells),
          raw: (index) => Base64Value.ofText(prefix + rawRow(rows[index], lineEnd, delimiter)),
          original: (index) => Base64Value.ofText(prefix + (rows[index]?.source ?? "")),
          mark: markOf(next, record, { lineEnd, header: header ?? [] }),
        };
      }
      begin("", true); // a report that ends before its header is complete
    },
  };
}

function markOf({ offset, isInLine }: RowStart, record: number, reader: Omit<RowMark, "isInLine">): ProgressMark {
  return { offset, record, reader: { ...reader, isInLine } satisfies RowMark };
}

/** Written with commas, a row without quotes is what it was. */
function rawRow(row: CsvRow | undefined, lineEnd: string, delimiter: string): string {
  if (row === undefined) return "";
  const { cells, source } = row;
  if (delimiter === "," && source.endsWith(lineEnd) && !source.includes('"')) return source;
  return writeCsv(cells, lineEnd) + lineEnd;
}

/** The first lines without their ends. Undefined: there may be more. Throws WEIR_CSV_HEADER_MISSING when there are too few. */
function takeLines(
  text: string,
  count: number,
  isLast: boolean,
): { lines: readonly string[]; rest: string } | undefined {
  const lines: string[] = [];
  let at = 0;
  while (lines.length < count) {
    const end = /\r\n|\n|\r/g;
    end.lastIndex = at;
    const found = end.exec(text);
    if (found === null) {
      if (!isLast) return undefined;
      const last = text.slice(at);
      // A header whose last line has no end is all there is; a text without any line end has no header.
      if (last !== "" && lines.length > 0 && lines.length + 1 === count) return { lines: [...lines, last], rest: "" };
      throw csvHeaderMissing({ wanted: count, found: lines.length + (last === "" ? 0 : 1) });
    }
    lines.push(text.slice(at, found.index));
    at = end.lastIndex;
  }
  return { lines, rest: text.slice(at) };
}

export interface CsvDictOptions {
  /** One character. Default: a comma. */
  readonly delimiter?: string;
  /** Lines that begin like this are left out. */
  readonly ignore?: readonly string[];
  /**
   * `current`: header and the row as it stands. `rewrite`: both written anew; a row with more cells than the header then
   * has no `raw`, so that it fails. Default `rewrite`.
   */
  readonly raw?: "current" | "rewrite";
  /** Every cell of the header in `raw` is in quotes. */
  readonly quoteHeader?: boolean;
}

/** Cells by the names of the first row; a row that is too short has null for what is missing, surplus cells are left out. */
export type CsvRecord = ReadonlyMap<string, string | null>;

/** Rows as cells by name. Blanks at both ends of the report are no part of it. */
export function csvDicts(options: CsvDictOptions = {}): RecordReader<CsvRecord> {
  const { delimiter = ",", ignore = [], raw = "rewrite", quoteHeader = false } = options;
  return {
    async *read(body, from) {
      const known = from?.reader as RowMark | undefined; // our own mark
      const lineEnd = known?.lineEnd ?? (await lineEndOf(body));
      let header = known?.header;
      let record = from?.record ?? 0;
      const blocks = rowBlocks({
        body,
        start: { offset: from?.offset ?? 0, isInLine: known?.isInLine ?? false },
        options: { delimiter, ignore, strip: true },
        begin: (text) => text,
      });
      for await (const { rows: all, next } of blocks) {
        let rows = all.filter(({ cells }) => cells.length > 1 || strip(cells[0] ?? "") !== "");
        if (header === undefined && rows.length > 0) {
          header = rows[0]?.cells ?? [];
          rows = rows.slice(1);
        }
        if (header === undefined) continue;
        const names = header;
        const head = writeCsv(names, lineEnd, { all: quoteHeader }) + lineEnd;
        const kept = rows;
        const original = (index: number) => Base64Value.ofText(strip(head + (kept[index]?.source ?? "")));
        record += kept.length;
        yield {
          records: kept.map(({ cells }) => recordOf(names, cells)),
          raw:
            raw === "current"
              ? original
              : (index) => Base64Value.ofText(strip(head + rewritten(kept[index], names, lineEnd))),
          original,
          mark: markOf(next, record, { lineEnd, header: names }),
        };
      }
    },
  };
}

function recordOf(names: readonly string[], cells: readonly string[]): CsvRecord {
  const record = new Map<string, string | null>();
  for (let index = 0; index < names.length; index++) record.set(names[index] ?? "", cells[index] ?? null);
  return record;
}

function rewritten(row: CsvRow | undefined, names: readonly string[], lineEnd: string): string {
  const cells = row?.cells ?? [];
  if (cells.length > names.length) throw csvSurplusCells({ cells: cells.length, columns: names.length });
  return writeCsv(
    names.map((_, index) => cells[index] ?? null),
    lineEnd,
  );
}

/**
 * CSV by the rules of Python's reader and writer: a doubled quote is a quote, a quote inside an unquoted cell is a character,
 * what follows a closing quote is appended, quoted cells may hold line ends.
 */
import { errorKind } from "@weir/format/errors";

export const csvCellTooLong = errorKind<{ limit: number }>("WEIR_CSV_CELL_TOO_LONG", {
  message: ({ limit }) => `a cell is longer than ${limit} characters`,
  remedy: "A quote is probably not closed; look at the report.",
  retry: "never",
});

/** Longest cell, as in Python's reader. */
export const longestCell = 131_072;

export interface CsvRow {
  readonly cells: readonly string[];
  /** The row as it stands, with its line end. */
  readonly source: string;
}

export interface CsvSplit {
  readonly rows: readonly CsvRow[];
  /** Where an unfinished quoted cell's row begins; the length of the text when there is none. */
  readonly rest: number;
}

/** Splits a text into rows. `isLast`: an unclosed quote ends with the text. Blank lines are rows without cells. */
export function splitCsv(text: string, delimiter: string, isLast: boolean): CsvSplit {
  const rows: CsvRow[] = [];
  const returns = text.includes("\r");
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf("\n", at);
    let end = feed === -1 ? text.length : feed + 1;
    if (returns) end = Math.min(end, behindReturn(text, at, end));
    const source = text.slice(at, end);
    if (!source.includes('"')) {
      const line = withoutEnd(source);
      rows.push({ cells: line === "" ? [] : plainCells(line, delimiter), source });
      at = end;
      continue;
    }
    const row = quotedRow(text, at, delimiter);
    if (row.open && !isLast) return { rows, rest: at };
    rows.push({ cells: row.cells, source: text.slice(at, row.end) });
    at = row.end;
  }
  return { rows, rest: text.length };
}

/** A carriage return ends a line, alone or before a line feed. */
function behindReturn(text: string, at: number, end: number): number {
  const ret = text.indexOf("\r", at);
  if (ret === -1 || ret >= end) return end;
  return text.charCodeAt(ret + 1) === 10 ? ret + 2 : ret + 1;
}

function withoutEnd(source: string): string {
  let end = source.length;
  if (source.charCodeAt(end - 1) === 10) end -= 1;
  if (source.charCodeAt(end - 1) === 13) end -= 1;
  return end === source.length ? source : source.slice(0, end);
}

function plainCells(line: string, delimiter: string): string[] {
  const cells = line.split(delimiter);
  if (line.length > longestCell && cells.some((cell) => cell.length > longestCell)) throw csvCellTooLong({ limit: longestCell });
  return cells;
}

function quotedRow(text: string, start: number, delimiter: string): { cells: string[]; end: number; open: boolean } {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    let cell = "";
    if (text.startsWith('"', at)) {
      at += 1;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote === -1) {
          cell += text.slice(at);
          checkLength(cell);
          return { cells: [...cells, cell], end: text.length, open: true };
        }
        cell += text.slice(at, quote);
        at = quote + 1;
        if (text.charCodeAt(at) !== 34) break;
        cell += '"';
        at += 1;
      }
    }
    const from = at;
    let character = text.charAt(at);
    while (at < text.length && character !== "\n" && character !== "\r" && character !== delimiter) {
      at += 1;
      character = text.charAt(at);
    }
    cell += text.slice(from, at);
    checkLength(cell);
    cells.push(cell);
    if (character === delimiter) {
      at += 1;
      continue;
    }
    if (character === "\r" && text.charCodeAt(at + 1) === 10) at += 1;
    return { cells, end: Math.min(at + 1, text.length), open: false };
  }
}

function checkLength(cell: string): void {
  if (cell.length > longestCell) throw csvCellTooLong({ limit: longestCell });
}

/** A row as text without line end: cells with a comma, a quote or a character of the line end in quotes; `all`: every cell. */
export function writeCsv(cells: readonly (string | null)[], lineEnd: string, { all = false }: { readonly all?: boolean } = {}): string {
  if (cells.length === 1 && (cells[0] === "" || cells[0] === null)) return '""';
  return cells.map((cell) => writeCell(cell ?? "", lineEnd, all)).join(",");
}

function writeCell(cell: string, lineEnd: string, all: boolean): string {
  const needs = all || cell.includes(",") || cell.includes('"') || [...lineEnd].some((character) => cell.includes(character));
  return needs ? `"${cell.replaceAll('"', '""')}"` : cell;
}

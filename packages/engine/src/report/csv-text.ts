/**
 * CSV by the rules of Python's reader and writer: a doubled quote is a quote, a quote inside an unquoted cell is a character,
 * what follows a closing quote is appended, quoted cells may hold line ends. Lines end at `\n`, `\r\n` and `\r`.
 */
import { csvCellTooLong } from "./errors.ts";

/** Longest cell, as in Python's reader. */
const longestCell = 131_072;

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

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/** Splits a text into rows. `isLast`: an unclosed quote ends with the text. Blank lines are rows without cells. */
export function splitCsv(text: string, delimiter: string, isLast: boolean): CsvSplit {
  const rows: CsvRow[] = [];
  // Each character is looked for only when the last one found has been passed: the work stays linear.
  let quoteAt = -1;
  let feedAt = -1;
  let returnAt = -1;
  for (let at = 0; at < text.length; ) {
    if (quoteAt < at) quoteAt = placeOf(text, '"', at);
    if (feedAt < at) feedAt = placeOf(text, "\n", at);
    if (returnAt < at) returnAt = placeOf(text, "\r", at);
    const lineEnd = Math.min(feedAt, returnAt);
    if (quoteAt >= lineEnd) {
      const end = Math.min(returnAt + 1 === feedAt ? feedAt + 1 : lineEnd + 1, text.length);
      const cells = lineEnd === at ? [] : plainCells(text.slice(at, lineEnd), delimiter);
      rows.push({ cells, source: text.slice(at, end) });
      at = end;
      continue;
    }
    const row = quotedRow(text, at, delimiter);
    if (row.isOpen && !isLast) return { rows, rest: at };
    rows.push({ cells: row.cells, source: text.slice(at, row.end) });
    at = row.end;
  }
  return { rows, rest: text.length };
}

/** The end of the text when the character does not follow. */
function placeOf(text: string, character: string, from: number): number {
  const found = text.indexOf(character, from);
  return found === -1 ? text.length : found;
}

function plainCells(line: string, delimiter: string): string[] {
  const cells = line.split(delimiter);
  if (line.length > longestCell && cells.some((cell) => cell.length > longestCell)) {
    throw csvCellTooLong({ limit: longestCell });
  }
  return cells;
}

interface QuotedRow {
  readonly cells: string[];
  readonly end: number;
  /** The text ends inside of a quoted cell. */
  readonly isOpen: boolean;
}

function quotedRow(text: string, start: number, delimiter: string): QuotedRow {
  const cells: string[] = [];
  for (let at = start; ; ) {
    let cell = "";
    if (text.charCodeAt(at) === quote) {
      const quoted = quotedCell(text, at + 1);
      if (quoted.isOpen) return { cells: [...cells, quoted.cell], end: text.length, isOpen: true };
      ({ cell, end: at } = quoted);
    }
    const end = plainEnd(text, at, delimiter);
    if (end > at) cell = cell === "" ? text.slice(at, end) : cell + text.slice(at, end);
    if (cell.length > longestCell) throw csvCellTooLong({ limit: longestCell });
    cells.push(cell);
    const code = text.charCodeAt(end);
    if (end >= text.length) return { cells, end, isOpen: false };
    if (code === lineFeed) return { cells, end: end + 1, isOpen: false };
    if (code === carriageReturn) {
      return { cells, end: text.charCodeAt(end + 1) === lineFeed ? end + 2 : end + 1, isOpen: false };
    }
    at = end + delimiter.length;
  }
}

/** From behind the opening quote to behind the closing one. */
function quotedCell(text: string, start: number): { cell: string; end: number; isOpen: boolean } {
  let cell = "";
  for (let at = start; ; ) {
    const close = text.indexOf('"', at);
    const end = close === -1 ? text.length : close;
    cell = at === start ? text.slice(at, end) : cell + text.slice(at, end);
    if (cell.length > longestCell) throw csvCellTooLong({ limit: longestCell });
    if (close === -1) return { cell, end, isOpen: true };
    if (text.charCodeAt(close + 1) !== quote) return { cell, end: close + 1, isOpen: false };
    cell += '"';
    at = close + 2;
  }
}

/** Where the unquoted characters end: at a delimiter, a line end or the end. */
function plainEnd(text: string, start: number, delimiter: string): number {
  const code = delimiter.charCodeAt(0);
  for (let at = start; at < text.length; at++) {
    const one = text.charCodeAt(at);
    if (one === lineFeed || one === carriageReturn) return at;
    if (one === code && (delimiter.length === 1 || text.startsWith(delimiter, at))) return at;
  }
  return text.length;
}

/** A row as text without line end: cells with a comma, a quote or a character of the line end in quotes; `all`: every cell. */
export function writeCsv(
  cells: readonly (string | null)[],
  lineEnd: string,
  { all = false }: { readonly all?: boolean } = {},
): string {
  if (cells.length === 1 && (cells[0] === "" || cells[0] === null)) return '""';
  return cells.map((cell) => writeCell(cell ?? "", lineEnd, all)).join(",");
}

function writeCell(cell: string, lineEnd: string, all: boolean): string {
  if (cell.includes('"')) return `"${cell.replaceAll('"', '""')}"`;
  const needsQuotes =
    all ||
    cell.includes(",") ||
    (lineEnd.includes("\n") && cell.includes("\n")) ||
    (lineEnd.includes("\r") && cell.includes("\r"));
  return needsQuotes ? `"${cell}"` : cell;
}

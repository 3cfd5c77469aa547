/**
 * The rows of a CSV body, block by block, without what is no row.
 *
 *     | block 1            | block 2            |
 *     row, row, "quoted cell that goes on", row
 *              ^ next of block 1: the unfinished row is kept for block 2
 *
 * Invariants
 * - Blocks of rows end behind whole rows; reading on from a block's `next` gives the same rows as reading in one go.
 * - Work is linear: a row that does not end is looked at again only when twice as much of it is there.
 */
import { stripLeft, stripRight } from "@weir/format/python";
import { type CsvRow, splitCsv } from "./csv-text.ts";
import { csvRowTooLong } from "./errors.ts";
import type { ReportBody } from "./record-reader.ts";
import { decode, type TextBlock, textBlocks } from "./text-blocks.ts";

/** What of a text is rows. */
export interface RowText {
  /** One character. Default: a comma. */
  readonly delimiter?: string;
  /** Lines that begin with `#`, blank lines, and (unless a blank is the delimiter) blanks at the beginning of lines are left out. */
  readonly skipComments?: boolean;
  /** Lines that begin like this are left out. */
  readonly ignore?: readonly string[];
  /** Blanks at both ends of the report are no part of it. Default false. */
  readonly strip?: boolean;
}

/** A place between two rows. */
export interface RowStart {
  /** Bytes of the body before it. */
  readonly offset: number;
  /** It is behind a bare carriage return, which ends rows but not the lines that comments and blanks are looked for in. */
  readonly isInLine: boolean;
}

export interface RowBlock {
  /** Without those that have no cells. */
  readonly rows: readonly CsvRow[];
  /** Where reading goes on behind the rows. */
  readonly next: RowStart;
}

export interface RowReading {
  readonly body: ReportBody;
  readonly start: RowStart;
  readonly options: RowText;
  /** Takes from the beginning what is no row; undefined: more text is needed first. */
  begin(text: string, isLast: boolean): string | undefined;
}

/** Characters; a row that is longer is a quote that somebody forgot, or an attack. */
const longestRow = 64 << 20;

/** Throws WEIR_CSV_CELL_TOO_LONG, WEIR_CSV_ROW_TOO_LONG, WEIR_REPORT_LINE_TOO_LONG. */
export async function* rowBlocks({ body, start, options, begin }: RowReading): AsyncGenerator<RowBlock> {
  const { delimiter = "," } = options;
  let waiting = "";
  let wanted = 0;
  let { isInLine } = start;
  let isAtStart = start.offset === 0;
  for await (const block of textBlocks(body, start.offset, "file")) {
    let text = clean(block.text, options, isInLine);
    isInLine = !block.text.endsWith("\n");
    if (options.strip === true) {
      if (isAtStart) text = stripLeft(text);
      if (block.isLast) text = stripRight(text);
    }
    isAtStart &&= text === "";
    waiting += text;
    if (!block.isLast && (isAtStart || waiting.length < wanted)) continue;
    const content = begin(waiting, block.isLast);
    if (content !== undefined) {
      const { rows, rest } = splitCsv(content, delimiter, block.isLast);
      const left = content.slice(rest);
      const isKnown = left === "" || (rows.length > 0 && isEndOf(left, block));
      waiting = isKnown ? left : content;
      if (isKnown) {
        const next =
          left === ""
            ? { offset: block.end, isInLine }
            : { offset: block.end - Buffer.byteLength(left), isInLine: content.charAt(rest - 1) !== "\n" };
        yield { rows: rows.filter(({ cells }) => cells.length > 0), next };
      }
    }
    wanted = Math.min(waiting.length * 2, longestRow);
    if (waiting.length > longestRow) throw csvRowTooLong({ limit: longestRow });
  }
}

/** Whether the block ends with this text, byte for byte: nothing was left out there, so the text tells where it begins. */
function isEndOf(left: string, { text, bytes }: TextBlock): boolean {
  if (!text.endsWith(left)) return false;
  return text.length === bytes.length || decode(bytes.subarray(-Buffer.byteLength(left))) === left;
}

/** The text without what is left out. `isInLine`: its beginning is not the beginning of a line. */
function clean(text: string, options: RowText, isInLine: boolean): string {
  const { delimiter = ",", skipComments = false, ignore = [] } = options;
  let result = text.includes("\0") ? text.replaceAll("\0", "") : text;
  if (skipComments) {
    if (isInLine) result = `.${result}`;
    // A line begins at the start or behind a line feed; JavaScript's own `^` would also stand behind a carriage return.
    if (result.includes("#")) result = result.replace(/(?<![^\n])[ \t]*#[^\n]*\n?/g, "");
    if (/^[ \t\r\n]|\n[ \t\r\n]/.test(result)) {
      const isBlank = delimiter === " " || delimiter === "\t";
      result = result.replace(isBlank ? /(?<![^\n])[ \t]*\r?\n/g : /(?<![^\n])[ \t]*(?:\r?\n)?/g, "");
    }
    if (isInLine) result = result.slice(1);
  }
  if (ignore.length === 0) return result;
  return result
    .split(/(?<=\n|\r(?!\n))/)
    .filter((line) => !ignore.some((prefix) => line.startsWith(prefix)))
    .join("");
}

/**
 * A body as blocks of text that end with a whole line, each with its place in bytes.
 *
 *     body   |--- block ---\n|--- block ---\n|--- rest|
 *                            ^ end: a reader may go on from here
 *
 * Invariants
 * - The blocks joined are the body, decoded; no character is split.
 * - A block ends behind a line feed (where there is none for a mebibyte, behind a carriage return; else it grows), or at the end.
 * - A block has at most 1,000 line feeds and, unless one line is longer, at most 128 KiB.
 * - Where blocks end depends on where the reading begins and on nothing else: not on the parts in which the body comes.
 */
import { isAscii } from "node:buffer";
import { decodeUtf8 } from "@weir/format";
import { lineTooLong } from "./errors.ts";
import type { ReportBody } from "./record-reader.ts";

export interface TextBlock {
  readonly text: string;
  /** Bytes of the body up to the end of this block. */
  readonly end: number;
  readonly isLast: boolean;
}

const blockBytes = 128 << 10;
const blockLines = 1000;
/** Without a line feed for so long, a carriage return will do. */
const longestBeforeReturn = 1 << 20;
/** A body without line ends of this size is one line. */
const longestLine = 64 << 20;

const lineFeed = 10;
const carriageReturn = 13;

/** The blocks from this byte on. Throws WEIR_REPORT_LINE_TOO_LONG. */
export async function* textBlocks(body: ReportBody, offset: number): AsyncGenerator<TextBlock> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let wanted = blockBytes;
  let at = offset;
  for await (const part of body.stream(offset)) {
    waiting.push(part);
    size += part.length;
    if (size < wanted) continue;
    const bytes = joined(waiting, size);
    let from = 0;
    for (let cut = cutBehind(bytes, from, false); cut !== -1; cut = cutBehind(bytes, from, false)) {
      at += cut - from;
      yield { text: decode(bytes.subarray(from, cut)), end: at, isLast: at >= body.size };
      from = cut;
    }
    waiting = [bytes.subarray(from)];
    size = bytes.length - from;
    if (size > longestLine) throw lineTooLong({ limit: longestLine });
    wanted = Math.min(Math.max(size * 2, blockBytes), longestLine + 1); // a long line is looked at in doubling steps
  }
  const rest = joined(waiting, size);
  for (let from = 0; from < rest.length; ) {
    const cut = cutBehind(rest, from, true);
    at += cut - from;
    yield { text: decode(rest.subarray(from, cut)), end: at, isLast: cut === rest.length };
    from = cut;
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, size);
}

/** Where the block that begins here ends; -1 when that is not known before more bytes come. `isAll`: none will. */
function cutBehind(bytes: Uint8Array, from: number, isAll: boolean): number {
  const window = bytes.subarray(from, from + blockBytes);
  const isWhole = window.length === blockBytes;
  let cut = -1;
  let feeds = 0;
  for (let feed = window.indexOf(lineFeed); feed !== -1; feed = window.indexOf(lineFeed, feed + 1)) {
    cut = feed + 1;
    feeds += 1;
    if (feeds === blockLines) return from + cut;
  }
  if (!isWhole) return isAll ? bytes.length : -1;
  if (cut !== -1) return isAll && from + window.length === bytes.length ? bytes.length : from + cut;
  return cutLongLine(bytes, from, isAll);
}

/** As {@link cutBehind}, where there is no line feed for a block. */
function cutLongLine(bytes: Uint8Array, from: number, isAll: boolean): number {
  const feed = bytes.indexOf(lineFeed, from + blockBytes);
  if (feed !== -1 && feed - from <= longestBeforeReturn) return feed + 1;
  const window = bytes.subarray(from, from + longestBeforeReturn);
  const ret = window.length === longestBeforeReturn ? window.lastIndexOf(carriageReturn) : -1;
  // A carriage return that may belong to a line feed behind it is no end.
  if (ret !== -1 && ret + 1 < window.length) return from + ret + 1;
  if (feed !== -1) return feed + 1;
  return isAll ? bytes.length : -1;
}

function decode(bytes: Uint8Array): string {
  if (!isAscii(bytes)) return decodeUtf8(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

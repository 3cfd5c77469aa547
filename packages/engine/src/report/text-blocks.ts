/**
 * A body as blocks of text that end with a whole line, each with its place in bytes.
 *
 *     body   |--- block ---\n|--- block ---\n|--- rest|
 *                            ^ end: a reader may go on from here
 *
 * Invariants
 * - The blocks joined are the body, decoded; no character is split.
 * - A block ends behind a line feed (where there is none for 128 KiB, behind another line end; else it grows), or at the end.
 * - A block has at most 1,000 lines and, unless one line is longer, at most 128 KiB.
 * - Where blocks end depends on where the reading begins and on nothing else: not on the parts in which the body comes.
 */
import { isAscii } from "node:buffer";
import { decodeUtf8 } from "@weir/format";
import { lineTooLong } from "./errors.ts";
import type { ReportBody } from "./record-reader.ts";

export interface TextBlock {
  readonly text: string;
  /** What the text was decoded from, for as long as the block is looked at. */
  readonly bytes: Uint8Array;
  /** Bytes of the body up to the end of this block. */
  readonly end: number;
  readonly isLast: boolean;
}

const blockBytes = 128 << 10;
const blockLines = 1000;
/** A body without line ends of this size is one line. */
const longestLine = 64 << 20;

const lineFeed = 10;

/** `file`: `\n`, `\r\n`, `\r`. `text`: those of Python's `str.splitlines`. */
export type LineEnds = "file" | "text";

/** Other than the line feed, in UTF-8 of which each byte is a character. */
const otherEnds: Readonly<Record<LineEnds, RegExp>> = {
  file: /\r/g,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text: /[\r\v\f\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9]/g,
};

/** The blocks from this byte on. Throws WEIR_REPORT_LINE_TOO_LONG. */
export async function* textBlocks(body: ReportBody, offset: number, ends: LineEnds): AsyncGenerator<TextBlock> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let wanted = blockBytes;
  let at = offset;
  const cutBehind = cutterOf(otherEnds[ends]);
  for await (const part of body.stream(offset)) {
    waiting.push(part);
    size += part.length;
    if (size < wanted) continue;
    const bytes = joined(waiting, size);
    let from = 0;
    for (let cut = cutBehind(bytes, from, false); cut !== -1; cut = cutBehind(bytes, from, false)) {
      at += cut - from;
      yield blockOf(bytes.subarray(from, cut), at, at >= body.size);
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
    yield blockOf(rest.subarray(from, cut), at, cut === rest.length);
    from = cut;
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, size);
}

function blockOf(bytes: Uint8Array, end: number, isLast: boolean): TextBlock {
  return { text: decode(bytes), bytes, end, isLast };
}

/** Where the block that begins here ends; -1 when that is not known before more bytes come. `isAll`: none will. */
type Cutter = (bytes: Uint8Array, from: number, isAll: boolean) => number;

function cutterOf(others: RegExp): Cutter {
  return (bytes, from, isAll) => {
    const window = bytes.subarray(from, from + blockBytes);
    const isEnd = isAll && from + window.length === bytes.length;
    const feeds = behindFeeds(window);
    if (feeds.isFull) return from + feeds.cut;
    if (window.length < blockBytes && !isAll) return -1;
    if (feeds.cut !== -1) return isEnd ? bytes.length : from + feeds.cut;
    // A carriage return as last byte may belong to a line feed behind it.
    const lines = behindOthers(isEnd ? window : window.subarray(0, -1), others);
    if (lines.isFull || (!isEnd && lines.cut !== -1)) return from + lines.cut;
    return isEnd ? bytes.length : behindLongLine(bytes, from + window.length - 2, isAll, others);
  };
}

interface Lines {
  /** Behind the last line that ends here, or behind as many as a block has at most; -1 when none does. */
  readonly cut: number;
  readonly isFull: boolean;
}

function behindFeeds(window: Uint8Array): Lines {
  let cut = -1;
  let count = 0;
  for (let feed = window.indexOf(lineFeed); feed !== -1; feed = window.indexOf(lineFeed, feed + 1)) {
    cut = feed + 1;
    count += 1;
    if (count === blockLines) return { cut, isFull: true };
  }
  return { cut, isFull: false };
}

function behindOthers(window: Uint8Array, others: RegExp): Lines {
  let cut = -1;
  let count = 0;
  for (const { index, 0: end } of bytesAsText(window).matchAll(others)) {
    cut = index + end.length;
    count += 1;
    if (count === blockLines) return { cut, isFull: true };
  }
  return { cut, isFull: false };
}

/** As {@link Cutter}, for a line that has no end before this byte. */
function behindLongLine(bytes: Uint8Array, from: number, isAll: boolean, others: RegExp): number {
  const feed = bytes.indexOf(lineFeed, from);
  const before = bytesAsText(bytes.subarray(from, feed === -1 ? bytes.length : feed));
  const [other] = before.matchAll(others);
  const cut = other === undefined ? -1 : from + other.index + other[0].length;
  if (cut !== -1 && cut < bytes.length && cut !== feed) return cut;
  if (feed !== -1) return feed + 1;
  return isAll ? bytes.length : -1;
}

function bytesAsText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** UTF-8; what is none is left out. */
export function decode(bytes: Uint8Array): string {
  if (!isAscii(bytes)) return decodeUtf8(bytes);
  return bytesAsText(bytes);
}

/**
 * A body as blocks of text that end with a whole line, each with its place in bytes.
 *
 *     body   |--- block ---\n|--- block ---\n|--- rest|
 *                            ^ end: a reader may go on from here
 *
 * Invariants
 * - The blocks joined are the body, decoded; no character is split.
 * - A block ends behind a line feed (where there is none for a mebibyte, behind a carriage return; else it grows), or at the end.
 */
import { isAscii } from "node:buffer";
import { decodeUtf8 } from "@weir/format";
import type { ReportBody } from "./record-reader.ts";

export interface TextBlock {
  readonly text: string;
  /** Bytes of the body up to the end of this block. */
  readonly end: number;
  readonly isLast: boolean;
}

const blockBytes = 128 << 10;
/** A line may be this long; a body without line ends of this size is one line. */
const longestLine = 256 << 20;

export async function* textBlocks(body: ReportBody, offset: number): AsyncGenerator<TextBlock> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let at = offset;
  for await (const part of body.stream(offset)) {
    waiting.push(part);
    size += part.length;
    if (size < blockBytes) continue;
    const bytes = join(waiting, size);
    for (let from = 0; ; ) {
      const cut = cutBehind(bytes, from);
      if (cut === -1) {
        waiting = [bytes.subarray(from)];
        size = bytes.length - from;
        break;
      }
      at += cut - from;
      yield { text: decode(bytes.subarray(from, cut)), end: at, isLast: at >= body.size };
      from = cut;
    }
    if (size > longestLine) throw new Error(`a line is longer than ${longestLine >> 20} MiB`);
  }
  if (size > 0) yield { text: decode(join(waiting, size)), end: at + size, isLast: true };
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, size);
}

/** Where the next block ends; -1 when more is needed. */
function cutBehind(bytes: Uint8Array, from: number): number {
  const left = bytes.length - from;
  if (left < blockBytes) return -1;
  const feed = bytes.lastIndexOf(10, from + blockBytes - 1);
  if (feed >= from) return feed + 1;
  const later = bytes.indexOf(10, from + blockBytes);
  if (later !== -1) return later + 1;
  const ret = left > 1 << 20 ? bytes.lastIndexOf(13, bytes.length - 2) : -1;
  return ret >= from ? ret + 1 : -1;
}

function decode(bytes: Uint8Array): string {
  if (!isAscii(bytes)) return decodeUtf8(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The only kind of line end in the body; `\r\n` when there are none or several. */
export async function lineEndOf(body: ReportBody): Promise<string> {
  let feeds = false;
  let returns = false;
  let both = false;
  let pending = false;
  for await (const part of body.stream(0)) {
    if (!pending && part.indexOf(13) === -1) {
      feeds ||= part.indexOf(10) !== -1;
      continue;
    }
    for (const byte of part) {
      if (byte === 10) {
        if (pending) both = true;
        else feeds = true;
        pending = false;
      } else {
        if (pending) returns = true;
        pending = byte === 13;
      }
    }
  }
  if (pending) returns = true;
  const kinds = [...(feeds ? ["\n"] : []), ...(returns ? ["\r"] : []), ...(both ? ["\r\n"] : [])];
  return kinds.length === 1 ? (kinds[0] ?? "\r\n") : "\r\n";
}

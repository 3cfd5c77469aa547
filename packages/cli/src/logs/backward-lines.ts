/** The lines of a file from its end: the last lines of a large log cost a few blocks, not the whole file. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const blockBytes = 64 * 1024;
const newline = 0x0a;

/** Lines without their ends, the last first; nothing when there is no such file. Other errors of the system are thrown. */
export function* backwardLines(path: string): Generator<string> {
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    let position = fstatSync(file).size;
    /** Pieces of the line that is being read, the later first. */
    let pieces: Buffer[] = [];
    let isEnd = true;
    while (position > 0) {
      const length = Math.min(blockBytes, position);
      const block = Buffer.alloc(length);
      position -= length;
      readWhole(file, block, position);
      let end = length;
      if (isEnd && block[length - 1] === newline) end -= 1; // the end of the last line begins no further one
      isEnd = false;
      for (let start = end; start > 0; start--) {
        if (block[start - 1] !== newline) continue;
        pieces.push(block.subarray(start, end));
        yield joined(pieces);
        pieces = [];
        end = start - 1;
      }
      pieces.push(block.subarray(0, end));
    }
    if (pieces.length > 0) yield joined(pieces);
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function readWhole(file: number, block: Buffer, position: number): void {
  for (let at = 0; at < block.length; ) {
    const read = readSync(file, block, at, block.length - at, position + at);
    if (read === 0) return; // cut meanwhile: what is missing reads as zeros
    at += read;
  }
}

function joined(pieces: readonly Buffer[]): string {
  return Buffer.concat(pieces.toReversed()).toString("utf8");
}

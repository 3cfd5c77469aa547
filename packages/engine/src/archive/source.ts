/** Packed bytes in memory or in a file, of which any range can be read: ZIP keeps its table of contents at the end. */
import { createReadStream } from "node:fs";

export interface ArchiveSource {
  readonly size: number;
  /** The bytes from `start` up to, not including, `end` (default: all that follow). */
  stream(start: number, end?: number): AsyncIterable<Uint8Array>;
}

const partBytes = 64 << 10;

/** Bytes in memory. */
export function sourceOfBytes(bytes: Uint8Array): ArchiveSource {
  return {
    size: bytes.length,
    async *stream(start, end = bytes.length) {
      for (let at = start; at < end; at += partBytes) yield bytes.subarray(at, Math.min(at + partBytes, end));
    },
  };
}

/** A file of known size that nobody changes meanwhile. */
export function sourceOfFile(path: string, size: number): ArchiveSource {
  return {
    size,
    async *stream(start, end = size) {
      if (start >= end) return;
      for await (const part of createReadStream(path, { start, end: end - 1, highWaterMark: partBytes })) {
        yield part as Uint8Array; // without an encoding a file stream gives buffers
      }
    },
  };
}

/** Some bytes of the source in one piece; fewer where it ends. */
export async function readRange(source: ArchiveSource, start: number, end: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source.stream(start, Math.min(end, source.size))) parts.push(part);
  return Buffer.concat(parts);
}

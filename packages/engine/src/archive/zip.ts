/**
 * Files of a ZIP archive (APPNOTE 6.3: stored or deflated, ZIP64, not encrypted, one volume).
 *
 *     | local header, data | … | table of contents | end record, comment |
 *
 * The table of contents rules: names, sizes and places come from it. What stands before the first local header (a
 * self-extracting program) shifts all places and is left out. Names are only names, never paths.
 */

import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { decodeCodePage437 } from "./code-page-437.ts";
import { damagedArchive } from "./errors.ts";
import { type ArchiveSource, readRange } from "./source.ts";

export interface ZipFile {
  readonly name: string;
  /** The content; its length and checksum are checked at its end. Throws WEIR_ARCHIVE_DAMAGED. */
  read(): AsyncIterable<Uint8Array>;
}

/** The files in the order of the table of contents, directories left out. Throws WEIR_ARCHIVE_DAMAGED. */
export async function* zipFiles(source: ArchiveSource): AsyncGenerator<ZipFile> {
  const { start, size, shift } = await findContents(source);
  const contents = await readRange(source, start, start + size);
  for (let at = 0; at + 46 <= contents.length; ) {
    if (contents.readUInt32LE(at) !== 0x02014b50) throw damaged("its table of contents is none");
    const { entry, next } = readEntry(contents, at);
    at = next;
    if (!entry.name.endsWith("/"))
      yield { name: entry.name, read: () => contentOf(source, { ...entry, place: entry.place + shift }) };
  }
}

function damaged(problem: string, options?: ErrorOptions) {
  return damagedArchive({ format: "zip", problem }, options);
}

interface Contents {
  readonly start: number;
  readonly size: number;
  /** What to add to the places that the table tells. */
  readonly shift: number;
}

const endBytes = 22;
const longestComment = 0xffff;
/** A table of contents is held in memory. */
const longestContents = 64 << 20;

async function findContents(source: ArchiveSource): Promise<Contents> {
  const tailStart = Math.max(0, source.size - endBytes - longestComment - 20);
  const tail = await readRange(source, tailStart, source.size);
  let end = tail.length - endBytes;
  while (
    end >= 0 &&
    !(tail.readUInt32LE(end) === 0x06054b50 && end + endBytes + tail.readUInt16LE(end + 20) <= tail.length)
  )
    end -= 1;
  if (end < 0) throw damaged("it has no end record");
  let size = tail.readUInt32LE(end + 12);
  let place = tail.readUInt32LE(end + 16);
  let contentsEnd = tailStart + end;
  if (end >= 20 && tail.readUInt32LE(end - 20) === 0x07064b50) {
    const recordPlace = Number(tail.readBigUInt64LE(end - 20 + 8));
    const record = await readRange(source, recordPlace, recordPlace + 56);
    if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) throw damaged("its ZIP64 end record is missing");
    size = Number(record.readBigUInt64LE(40));
    place = Number(record.readBigUInt64LE(48));
    contentsEnd = recordPlace;
  }
  const start = contentsEnd - size;
  if (size > longestContents) throw damaged("its table of contents is too long");
  if (start < 0 || place > start) throw damaged("its table of contents lies outside");
  return { start, size, shift: start - place };
}

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly place: number;
}

function readEntry(contents: Buffer, at: number): { readonly entry: Entry; readonly next: number } {
  const flags = contents.readUInt16LE(at + 8);
  const nameEnd = at + 46 + contents.readUInt16LE(at + 28);
  const extraEnd = nameEnd + contents.readUInt16LE(at + 30);
  if (extraEnd > contents.length) throw damaged("its table of contents ends too early");
  const nameBytes = contents.subarray(at + 46, nameEnd);
  const name = (flags & 0x800) === 0 ? decodeCodePage437(nameBytes) : nameBytes.toString("utf8");
  const short = {
    size: contents.readUInt32LE(at + 24),
    packed: contents.readUInt32LE(at + 20),
    place: contents.readUInt32LE(at + 42),
  };
  return {
    entry: {
      name: name.split("\0", 1)[0] ?? "",
      flags,
      method: contents.readUInt16LE(at + 10),
      checksum: contents.readUInt32LE(at + 16),
      ...short,
      ...longNumbers(contents.subarray(nameEnd, extraEnd), short),
    },
    next: extraEnd + contents.readUInt16LE(at + 32),
  };
}

/** Numbers that do not fit into 32 bits stand, in this order, in an extra field. */
function longNumbers(extra: Buffer, short: { size: number; packed: number; place: number }): Partial<typeof short> {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const long: Partial<typeof short> = {};
      let from = at + 4;
      for (const name of ["size", "packed", "place"] as const) {
        if (short[name] !== 0xffffffff) continue;
        if (from + 8 > Math.min(end, extra.length)) throw damaged("a ZIP64 field ends too early");
        long[name] = Number(extra.readBigUInt64LE(from));
        from += 8;
      }
      return long;
    }
    at = end;
  }
  return {};
}

async function* contentOf(
  source: ArchiveSource,
  { name, flags, method, checksum, packed, size, place }: Entry,
): AsyncGenerator<Uint8Array> {
  if ((flags & 1) !== 0) throw damaged(`"${name}" is encrypted`);
  if (method !== 0 && method !== 8)
    throw damaged(`"${name}" is packed by method ${method}; stored and deflated files are supported`);
  const local = await readRange(source, place, place + 30);
  if (local.length < 30 || local.readUInt32LE(0) !== 0x04034b50)
    throw damaged(`"${name}" is not where the table of contents says`);
  const start = place + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + packed > source.size) throw damaged(`"${name}" ends too early`);
  const stored = source.stream(start, start + packed);
  let crc = 0;
  let length = 0;
  for await (const part of method === 0 ? stored : inflate(stored, name)) {
    crc = crc32(part, crc);
    length += part.length;
    if (length > size) break;
    yield part;
  }
  if (length !== size || crc !== checksum) throw damaged(`the content of "${name}" is not what its checksum says`);
}

async function* inflate(stream: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const input = Readable.from(stream);
  const inflating = createInflateRaw();
  input.on("error", (error) => inflating.destroy(error)).pipe(inflating);
  try {
    for await (const part of inflating) yield part as Uint8Array; // zlib gives buffers
  } catch (error) {
    throw damaged(`"${name}": ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    input.destroy();
    inflating.destroy();
  }
}

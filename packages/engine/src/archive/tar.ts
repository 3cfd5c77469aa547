/**
 * Regular files of a TAR archive (POSIX ustar and pax, GNU long names, old V7), read once from front to end.
 *
 *     | header | data, filled up to 512 | header | data … | two empty blocks |
 *
 * Names are only names: they are given as they are and never used as paths. Links, directories and devices are left out.
 */
import { ByteReader } from "./byte-reader.ts";
import { damagedArchive } from "./errors.ts";

export interface TarFile {
  readonly name: string;
  /** The content; to be read, if at all, before the next file is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

const block = 512;
/** Extended headers and long names are held in memory. */
const longestExtension = 1 << 20;

/** Throws WEIR_ARCHIVE_DAMAGED. */
export async function* tarFiles(stream: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const reader = new ByteReader(stream);
  let shared: Attributes = new Map();
  let own: Attributes = new Map();
  try {
    for (let count = 0; ; count++) {
      const bytes = await reader.upTo(block);
      if (bytes.length === 0 && count > 0) return; // no end mark
      if (bytes.length < block) throw damaged(count === 0 ? "it is too short" : "it ends in the middle of a header");
      if (bytes.every((byte) => byte === 0)) return await drain(reader);
      const header = readHeader(bytes);
      if (header.type === "x" || header.type === "g") {
        const attributes = readAttributes(await extension(reader, header.size));
        if (header.type === "g") shared = new Map([...shared, ...attributes]);
        else own = attributes;
        continue;
      }
      if (header.type === "L") {
        own.set("path", textOf(withoutZeros(await extension(reader, header.size))));
        continue;
      }
      if (header.type === "K") {
        await extension(reader, header.size);
        continue;
      }
      const attributes = new Map([...shared, ...own]);
      own = new Map();
      yield* fileOf(reader, header, attributes);
    }
  } finally {
    await reader.close();
  }
}

function damaged(problem: string) {
  return damagedArchive({ format: "tar", problem });
}

type Attributes = Map<string, string>;

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

async function* fileOf(reader: ByteReader, header: Header, attributes: Attributes): AsyncGenerator<TarFile> {
  const name = attributes.get("path") ?? header.name;
  const size = attributes.has("size") ? Number(attributes.get("size")) : header.size;
  if (!Number.isSafeInteger(size) || size < 0) throw damaged("the size of a file is no number");
  const isSparse = header.type === "S" || [...attributes.keys()].some((key) => key.startsWith("GNU.sparse."));
  const isDirectory = header.type === "5" || (header.type === "\0" && name.endsWith("/"));
  const isOther = ["1", "2", "3", "4", "6"].includes(header.type); // links, devices, pipes
  if (isSparse) throw damaged(`"${name}" is a sparse file, which is not supported`);
  const hasData = !isDirectory && !isOther;
  let left = hasData ? size : 0;
  if (hasData) {
    async function* read(): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const part = await reader.some(left);
        if (part === undefined) throw damaged("it ends in the middle of a file");
        left -= part.length;
        yield part;
      }
    }
    yield { name, read };
    for await (const _ of read()); // what the caller left
    await skip(reader, (block - (size % block)) % block);
  }
}

/** What follows the end mark is padding; the compression around it is still checked to its end. */
async function drain(reader: ByteReader): Promise<void> {
  while ((await reader.some(1 << 20)) !== undefined);
}

async function skip(reader: ByteReader, count: number): Promise<void> {
  await reader.upTo(count); // missing padding at the very end is common
}

async function extension(reader: ByteReader, size: number): Promise<Buffer> {
  if (size > longestExtension) throw damaged("an extended header is too long");
  const bytes = await reader.upTo(size);
  if (bytes.length < size) throw damaged("it ends in the middle of a header");
  await skip(reader, (block - (size % block)) % block);
  return bytes;
}

function readHeader(bytes: Buffer): Header {
  if (!isChecksumRight(bytes)) throw damaged("a header's checksum is wrong");
  const name = textOf(withoutZeros(bytes.subarray(0, 100)));
  const isPosix = bytes.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? textOf(withoutZeros(bytes.subarray(345, 500))) : "";
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: readNumber(bytes.subarray(124, 136)),
    type: String.fromCharCode(bytes[156] ?? 0),
  };
}

/** The sum of all bytes with the sum itself as blanks; some old writers took bytes as signed. */
function isChecksumRight(bytes: Buffer): boolean {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < block; at++) {
    const byte = at >= 148 && at < 156 ? 32 : (bytes[at] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const stored = readNumber(bytes.subarray(148, 156));
  return stored === unsigned || stored === signed;
}

/** Octal text, or (GNU, for large sizes) big-endian bytes behind 0x80. */
function readNumber(bytes: Buffer): number {
  if (bytes[0] === 0x80) {
    let value = 0;
    for (const byte of bytes.subarray(1)) value = value * 256 + byte;
    return value;
  }
  const text = withoutZeros(bytes).toString("latin1").trim();
  if (text === "") return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** `<length> <key>=<value>\n`, one after the other; the length counts all of it. */
function readAttributes(bytes: Buffer): Attributes {
  const attributes: Attributes = new Map();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(32, at);
    const length = Number(bytes.toString("latin1", at, blank === -1 ? at : blank));
    const equals = bytes.indexOf(61, blank);
    const end = at + length;
    if (!Number.isInteger(length) || blank === -1 || equals === -1 || equals >= end || end > bytes.length) {
      throw damaged("an extended header is no list of attributes");
    }
    attributes.set(textOf(bytes.subarray(blank + 1, equals)), textOf(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return attributes;
}

function withoutZeros(bytes: Buffer): Buffer {
  const zero = bytes.indexOf(0);
  return zero === -1 ? bytes : bytes.subarray(0, zero);
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

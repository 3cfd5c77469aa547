/**
 * Undoes bzip2: Huffman codes, move-to-front, Burrows-Wheeler transform and two run-length codings, block by block.
 *
 * Invariants
 * - Whatever the input, work is linear in input plus output, and memory is bounded by one block (900,000 bytes) and its tables.
 * - Every block's CRC is checked before the block is given.
 *
 * Streams one after the other are read as one, as bzip2 does; what follows the last stream is left alone.
 */
import { ByteReader } from "./byte-reader.ts";
import { damagedArchive } from "./errors.ts";

/** The unpacked bytes. Throws WEIR_ARCHIVE_DAMAGED. */
export async function* bunzip2(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bits = new BitReader(new ByteReader(stream));
  for (let count = 0; ; count++) {
    await bits.fill();
    const isStream = bits.has(32) && bits.take(16) === 0x425a && bits.take(8) === 0x68;
    const level = isStream ? bits.take(8) - 0x30 : 0;
    if (level < 1 || level > 9) {
      if (count > 0) return;
      throw damaged("the data does not begin like bzip2");
    }
    let combined = 0;
    for (;;) {
      await bits.fill();
      const high = bits.take(24);
      const low = bits.take(24);
      const crc = ((bits.take(16) << 16) | bits.take(16)) >>> 0;
      if (high === 0x177245 && low === 0x385090) {
        if (crc !== combined) throw damaged("the checksum of the stream is wrong");
        bits.alignToByte();
        break;
      }
      if (high !== 0x314159 || low !== 0x265359) throw damaged("a block does not begin like one");
      const block = readBlock(bits, level * 100_000);
      if (crcOf(block) !== crc) throw damaged("the checksum of a block is wrong");
      combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
      yield block;
    }
  }
}

function damaged(problem: string) {
  return damagedArchive({ format: "bzip2", problem });
}

/** No packed block is longer: 900,000 symbols of at most 20 bits, and the tables. */
const longestBlock = 2_400_000;

class BitReader {
  readonly #source: ByteReader;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #held = 0;
  #heldBits = 0;

  constructor(source: ByteReader) {
    this.#source = source;
  }

  /** Makes sure that a whole block can be read without waiting. */
  async fill(): Promise<void> {
    const left = this.#bytes.length - this.#at;
    if (left >= longestBlock) return;
    const more = await this.#source.upTo(2 * longestBlock);
    if (more.length === 0) return;
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), more]);
    this.#at = 0;
  }

  has(count: number): boolean {
    return (this.#bytes.length - this.#at) * 8 + this.#heldBits >= count;
  }

  /** The next bits as a number; at most 24. */
  take(count: number): number {
    while (this.#heldBits < count) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw damaged("the data ends too early");
      this.#held = ((this.#held << 8) | byte) >>> 0;
      this.#heldBits += 8;
    }
    this.#heldBits -= count;
    const value = (this.#held >>> this.#heldBits) & ((1 << count) - 1);
    this.#held &= (1 << this.#heldBits) - 1;
    return value;
  }

  alignToByte(): void {
    const rest = this.#heldBits % 8;
    if (rest > 0) this.take(rest);
  }
}

interface Code {
  readonly shortest: number;
  readonly longest: number;
  /** Per length: the first code behind those of this length, and what to add to a code to get its place in `symbols`. */
  readonly limits: Int32Array;
  readonly offsets: Int32Array;
  readonly symbols: Uint16Array;
}

const longestCode = 20;
const groupSymbols = 50;

function readBlock(bits: BitReader, size: number): Uint8Array {
  if (bits.take(1) === 1) throw damaged("the block uses the randomisation of bzip2 0.9.0, which is not supported");
  const origin = bits.take(24);
  const used = readUsedBytes(bits);
  const symbolCount = used.length + 2;
  const codeCount = bits.take(3);
  if (codeCount < 2 || codeCount > 6) throw damaged("the number of code tables is wrong");
  const selectors = readSelectors(bits, codeCount);
  const codes: Code[] = [];
  for (let index = 0; index < codeCount; index++) codes.push(readCode(bits, symbolCount));
  const { counts, links } = readSymbols(bits, { size, used, selectors, codes });
  const length = links.length;
  if (origin >= length) throw damaged("the start of a block lies outside of it");
  return undoRuns(undoTransform(links, counts, origin));
}

function readUsedBytes(bits: BitReader): Uint8Array {
  const groups = bits.take(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = bits.take(16);
    for (let member = 0; member < 16; member++)
      if ((members & (0x8000 >> member)) !== 0) used.push(group * 16 + member);
  }
  if (used.length === 0) throw damaged("a block uses no bytes");
  return Uint8Array.from(used);
}

function readSelectors(bits: BitReader, codeCount: number): Uint8Array {
  const count = bits.take(15);
  if (count === 0) throw damaged("a block has no selectors");
  const front = Array.from({ length: codeCount }, (_, index) => index);
  const selectors = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    let place = 0;
    while (bits.take(1) === 1) {
      place += 1;
      if (place >= codeCount) throw damaged("a selector is wrong");
    }
    const [selected = 0] = front.splice(place, 1);
    front.unshift(selected);
    selectors[index] = selected;
  }
  return selectors;
}

function readCode(bits: BitReader, symbolCount: number): Code {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.take(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    for (;;) {
      if (length < 1 || length > longestCode) throw damaged("the length of a code is wrong");
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const shortest = Math.min(...lengths);
  const longest = Math.max(...lengths);
  const perLength = new Int32Array(longestCode + 2);
  for (const one of lengths) perLength[one] = (perLength[one] ?? 0) + 1;
  const limits = new Int32Array(longestCode + 2);
  const offsets = new Int32Array(longestCode + 2);
  const symbols = new Uint16Array(symbolCount);
  let code = 0;
  let place = 0;
  for (let one = shortest; one <= longest; one++) {
    offsets[one] = place - code;
    for (let symbol = 0; symbol < symbolCount; symbol++) if (lengths[symbol] === one) symbols[place++] = symbol;
    code += perLength[one] ?? 0;
    limits[one] = code;
    code <<= 1;
  }
  return { shortest, longest, limits, offsets, symbols };
}

function readSymbol(bits: BitReader, { shortest, longest, limits, offsets, symbols }: Code): number {
  let code = bits.take(shortest);
  for (let length = shortest; length <= longest; length++) {
    if (code < (limits[length] ?? 0)) {
      const symbol = symbols[code + (offsets[length] ?? 0)];
      if (symbol === undefined) break;
      return symbol;
    }
    code = (code << 1) | bits.take(1);
  }
  throw damaged("a code is none");
}

interface BlockTables {
  readonly size: number;
  readonly used: Uint8Array;
  readonly selectors: Uint8Array;
  readonly codes: readonly Code[];
}

/** The bytes of the transformed block (low eight bits of `links`), and how often each occurs. */
function readSymbols(
  bits: BitReader,
  { size, used, selectors, codes }: BlockTables,
): { counts: Uint32Array; links: Uint32Array } {
  const front = used.slice();
  const end = used.length + 1;
  const counts = new Uint32Array(256);
  const links = new Uint32Array(size);
  let length = 0;
  let run = 0;
  let runUnit = 1;
  let selector = 0;
  let left = 0;
  let code = codes[0];
  for (;;) {
    if (left === 0) {
      const selected = selectors[selector++];
      code = selected === undefined ? undefined : codes[selected];
      if (code === undefined) throw damaged("a block has too few selectors");
      left = groupSymbols;
    }
    left -= 1;
    const symbol: number = code === undefined ? end : readSymbol(bits, code);
    if (symbol <= 1) {
      run += runUnit << symbol;
      runUnit <<= 1;
      if (run > size) throw damaged("a block is longer than it may be");
      continue;
    }
    if (run > 0) {
      const byte = front[0] ?? 0;
      if (length + run > size) throw damaged("a block is longer than it may be");
      links.fill(byte, length, length + run);
      counts[byte] = (counts[byte] ?? 0) + run;
      length += run;
      run = 0;
      runUnit = 1;
    }
    if (symbol === end) return { counts, links: links.subarray(0, length) };
    if (length >= size) throw damaged("a block is longer than it may be");
    const place = symbol - 1;
    const byte = front[place] ?? 0;
    front.copyWithin(1, 0, place);
    front[0] = byte;
    links[length++] = byte;
    counts[byte] = (counts[byte] ?? 0) + 1;
  }
}

/** Follows the chain of the Burrows-Wheeler transform; `links` is used up. */
function undoTransform(links: Uint32Array, counts: Uint32Array, origin: number): Uint8Array {
  const starts = new Uint32Array(256);
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    starts[byte] = sum;
    sum += counts[byte] ?? 0;
  }
  const { length } = links;
  for (let index = 0; index < length; index++) {
    const byte = (links[index] ?? 0) & 0xff;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    links[place] = ((links[place] ?? 0) | (index << 8)) >>> 0;
  }
  const result = new Uint8Array(length);
  let at = (links[origin] ?? 0) >>> 8;
  for (let index = 0; index < length; index++) {
    const link = links[at] ?? 0;
    result[index] = link & 0xff;
    at = link >>> 8;
  }
  return result;
}

/** Four equal bytes are followed by the number of further ones. */
function undoRuns(bytes: Uint8Array): Uint8Array {
  let total = bytes.length;
  forEachRun(bytes, (_, count) => {
    total += count - 1;
  });
  const result = new Uint8Array(total);
  let from = 0;
  let to = 0;
  forEachRun(bytes, (at, count) => {
    result.set(bytes.subarray(from, at), to);
    to += at - from;
    result.fill(bytes[at - 1] ?? 0, to, to + count);
    to += count;
    from = at + 1;
  });
  result.set(bytes.subarray(from), to);
  return result;
}

function forEachRun(bytes: Uint8Array, run: (at: number, count: number) => void): void {
  let equal = 0;
  let previous = -1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (equal === 4) {
      run(at, byte);
      equal = 0;
      previous = -1;
    } else if (byte === previous) {
      equal += 1;
    } else {
      previous = byte;
      equal = 1;
    }
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** CRC-32 with the highest bit first, as bzip2 has it. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

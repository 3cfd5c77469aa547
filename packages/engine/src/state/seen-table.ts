/// <reference lib="es2024.arraybuffer" />
/**
 * A very large set of digests with expiry: 12 bytes an entry, in 256 hash tables with linear probing.
 *
 *     shard:   by the highest byte of digest word a
 *     entry:   digest words b c, expiry (seconds since epoch; 0: free)
 *     home:    b in proportion to the capacity, then the next slots
 *
 * Invariants
 * - An entry that is expired stays where it is, so that those behind it are found. A new entry may take its slot; what is
 *   left of them goes when the shard is rebuilt. Taking an entry back makes it an expired one.
 * - A shard that is full (load 0.88) is rebuilt for what is alive and about a twelfth more: so it grows, drops what is
 *   expired and shrinks by the same step. With ten million entries in all that takes two milliseconds; some shards get
 *   more room than others, so that few are full at the same time. Memory is 15 bytes for an entry that was alive at
 *   the last rebuild, and one shard more.
 * - Old memory is given back at once and does not wait for the collector: the buffers are resizable for that only.
 * - 72 bits of a cryptographic digest (a byte of a, b and c) tell entries apart: with ten million of them the chance that a
 *   new one looks like an old one is 2^-48, so that of ten million a day one is taken for another in 100,000 years.
 */

const wordsPerEntry = 3;
const shardCount = 256;
const maxLoad = 0.88;
const fewest = 16;
/** Address space of a shard, in multiples of its first size; it costs no memory. */
const reserve = 4;
/** An expiry long ago. */
const longAgo = 1;

interface Shard {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly capacity: number;
  /** So many slots may be taken. */
  readonly limit: number;
  /** Slots that are not free. */
  used: number;
  latest: number;
}

/** Nothing is ever written to it. */
const noShard: Shard = { ...shardFor(0, 0), limit: 0 };

export class SeenTable {
  readonly #shards: Shard[] = new Array<Shard>(shardCount).fill(noShard);
  /** Live entries of a shard while it is rebuilt. */
  #copy = new Uint32Array(0);
  #looked = 0;

  /** `expected`: so many entries will be added soon; they find room without a rebuild. */
  constructor(expected = 0) {
    const each = expected / shardCount;
    if (each < fewest) return;
    for (let number = 0; number < shardCount; number++) this.#shards[number] = { ...shardFor(number, each), used: 0 };
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + (shard === noShard ? 0 : shard.words.byteLength), 0);
  }

  /** Notes an entry until `expires`, unless a live one is there, which stays as it is: false then. `now` in seconds. */
  add(a: number, b: number, c: number, expires: number, now: number): boolean {
    const number = a >>> 24;
    let shard = this.#shards[number] ?? noShard;
    if (shard.used >= shard.limit) shard = this.#rebuild(number, now);
    const { words, capacity } = shard;
    const end = capacity * wordsPerEntry;
    let target = -1;
    let at = homeOf(b, capacity);
    for (let known = words[at + 2] ?? 0; known !== 0; known = words[at + 2] ?? 0) {
      if (known > now) {
        if (words[at] === b && words[at + 1] === c) return false;
      } else if (target < 0) target = at;
      at = following(at, end);
    }
    if (target < 0) {
      target = at;
      shard.used += 1;
    }
    words[target] = b;
    words[target + 1] = c;
    words[target + 2] = expires;
    if (expires > shard.latest) shard.latest = expires;
    return true;
  }

  /** Takes a live entry back. */
  remove(a: number, b: number, c: number, now: number): void {
    const { words, capacity } = this.#shards[a >>> 24] ?? noShard;
    const end = capacity * wordsPerEntry;
    for (let at = homeOf(b, capacity); words[at + 2] !== 0; at = following(at, end)) {
      if (words[at] !== b || words[at + 1] !== c || (words[at + 2] ?? 0) <= now) continue;
      words[at + 2] = longAgo;
      return;
    }
  }

  /** Gives back the memory of shards in which everything is expired; looks at one of them at each call. */
  tidy(now: number): void {
    const shard = this.#shards[this.#looked] ?? noShard;
    if (shard !== noShard && shard.latest <= now) {
      this.#shards[this.#looked] = noShard;
      shard.words.buffer.resize(0);
    }
    this.#looked = (this.#looked + 1) % shardCount;
  }

  /** Makes a shard anew, with room for what is alive and some more; in the same memory where that is enough. */
  #rebuild(number: number, now: number): Shard {
    const old = this.#shards[number] ?? noShard;
    const copied = this.#copyLive(old, now);
    const shard = shardFor(number, copied / wordsPerEntry, old === noShard ? undefined : old.words.buffer);
    const { words, capacity } = shard;
    const copy = this.#copy;
    const end = capacity * wordsPerEntry;
    for (let from = 0; from < copied; from += wordsPerEntry) {
      const b = copy[from] ?? 0;
      const expires = copy[from + 2] ?? 0;
      let at = homeOf(b, capacity);
      while (words[at + 2] !== 0) at = following(at, end);
      words[at] = b;
      words[at + 1] = copy[from + 1] ?? 0;
      words[at + 2] = expires;
      if (expires > shard.latest) shard.latest = expires;
    }
    this.#shards[number] = shard;
    return shard;
  }

  /** Gives the number of words. */
  #copyLive({ words, capacity, used }: Shard, now: number): number {
    if (this.#copy.length < used * wordsPerEntry) this.#copy = new Uint32Array(used * wordsPerEntry * 2);
    const copy = this.#copy;
    const end = capacity * wordsPerEntry;
    let to = 0;
    for (let at = 0; at < end; at += wordsPerEntry) {
      const expires = words[at + 2] ?? 0;
      if (expires <= now) continue;
      copy[to] = words[at] ?? 0;
      copy[to + 1] = words[at + 1] ?? 0;
      copy[to + 2] = expires;
      to += wordsPerEntry;
    }
    return to;
  }
}

/** An empty shard with room for so many and some more. `before`: its memory until now. */
function shardFor(number: number, live: number, before?: ArrayBuffer): Shard {
  const room = (1 + (2 * number) / shardCount) / 24;
  const capacity = Math.ceil((live * (1 + room) + fewest) / maxLoad);
  const bytes = capacity * wordsPerEntry * Uint32Array.BYTES_PER_ELEMENT;
  const buffer = emptied(before, bytes) ?? new ArrayBuffer(bytes, { maxByteLength: bytes * reserve });
  const limit = Math.floor(capacity * maxLoad);
  return { words: new Uint32Array(buffer), capacity, limit, used: live, latest: 0 };
}

/** The memory with another size, or nothing (and the memory given back) when it cannot have that. */
function emptied(buffer: ArrayBuffer | undefined, bytes: number): ArrayBuffer | undefined {
  if (buffer === undefined) return undefined;
  const fits = bytes <= buffer.maxByteLength;
  buffer.resize(fits ? bytes : 0);
  if (!fits) return undefined;
  new Uint32Array(buffer).fill(0);
  return buffer;
}

/** The first place to look: the index of its words. */
function homeOf(b: number, capacity: number): number {
  return Math.floor((b * capacity) / 0x1_0000_0000) * wordsPerEntry;
}

function following(at: number, end: number): number {
  return at + wordsPerEntry === end ? 0 : at + wordsPerEntry;
}

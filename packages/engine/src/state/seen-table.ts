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
 * - A shard that is full (load 0.85) is rebuilt for what is alive and an eighth more: so it grows, drops what is expired and
 *   shrinks by the same step. That takes a millisecond for ten million entries in all, and shards are not full at the
 *   same time. Memory is below 16 bytes for an entry that was alive at the last rebuild, and one shard more.
 * - Old memory is given back at once and does not wait for the collector: the buffers are resizable for that only.
 * - 72 bits of a cryptographic digest (a byte of a, b and c) tell entries apart: with ten million of them the chance that a
 *   new one looks like an old one is 2^-48, so that of ten million a day one is taken for another in 100,000 years.
 */

const wordsPerEntry = 3;
const shardCount = 256;
const maxLoad = 0.85;
const room = 1.125;
const fewest = 16;
/** An expiry long ago. */
const longAgo = 1;

interface Shard {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly capacity: number;
  /** Slots that are not free. */
  used: number;
  latest: number;
}

const noShard: Shard = { words: new Uint32Array(wordsPerEntry), capacity: 1, used: 1, latest: 0 };

export class SeenTable {
  readonly #shards: Shard[] = new Array<Shard>(shardCount).fill(noShard);
  #looked = 0;

  /** Bytes of memory. */
  get bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + (shard === noShard ? 0 : shard.words.byteLength), 0);
  }

  /** Notes an entry until `expires`, unless a live one is there, which stays as it is: false then. `now` in seconds. */
  add(a: number, b: number, c: number, expires: number, now: number): boolean {
    const number = a >>> 24;
    let shard = this.#shards[number] ?? noShard;
    if (shard.used >= shard.capacity * maxLoad) shard = this.#rebuild(number, now);
    const { words, capacity } = shard;
    const end = capacity * wordsPerEntry;
    let target = -1;
    let at = homeOf(b, capacity);
    for (let known = words[at + 2] ?? 0; known !== 0; known = words[at + 2] ?? 0) {
      if (known > now) {
        if (words[at] === b && words[at + 1] === c) return false;
      } else if (target < 0) target = at;
      at += wordsPerEntry;
      if (at === end) at = 0;
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
    for (let at = homeOf(b, capacity); words[at + 2] !== 0; at = at + wordsPerEntry < words.length ? at + wordsPerEntry : 0) {
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

  /** Makes a shard anew, with room for what is alive and some more. */
  #rebuild(number: number, now: number): Shard {
    const old = this.#shards[number] ?? noShard;
    let live = 0;
    for (let at = 2; at < old.words.length; at += wordsPerEntry) if ((old.words[at] ?? 0) > now) live += 1;
    const shard = shardFor(live);
    const { words, capacity } = shard;
    for (let from = 0; from < old.words.length; from += wordsPerEntry) {
      const expires = old.words[from + 2] ?? 0;
      if (expires <= now) continue;
      const b = old.words[from] ?? 0;
      let at = homeOf(b, capacity);
      while (words[at + 2] !== 0) at = at + wordsPerEntry < words.length ? at + wordsPerEntry : 0;
      words[at] = b;
      words[at + 1] = old.words[from + 1] ?? 0;
      words[at + 2] = expires;
      if (expires > shard.latest) shard.latest = expires;
    }
    shard.used = live;
    this.#shards[number] = shard;
    if (old !== noShard) old.words.buffer.resize(0);
    return shard;
  }
}

function shardFor(live: number): Shard {
  const capacity = Math.ceil((live * room + fewest) / maxLoad);
  const bytes = capacity * wordsPerEntry * Uint32Array.BYTES_PER_ELEMENT;
  const words = new Uint32Array(new ArrayBuffer(bytes, { maxByteLength: bytes }));
  return { words, capacity, used: 0, latest: 0 };
}

/** The first place to look: the index of its words. */
function homeOf(b: number, capacity: number): number {
  return Math.floor((b * capacity) / 0x1_0000_0000) * wordsPerEntry;
}

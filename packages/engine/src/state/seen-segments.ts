/**
 * A very large set of digests with expiry, in segments of open addressing: 12 bytes of the digest and 4 of expiry an entry.
 *
 *     segment:  digest words a b c, expiry (seconds since epoch; 0xffffffff = never; 0 = free)
 *               slot = a modulo capacity, then the next ones
 *
 * Invariants
 * - New entries go into the last segment; a full one (load 0.8) is followed by another, so nothing is ever moved, and the
 *   newest entry can be taken back by freeing its slot.
 * - A segment is dropped as a whole when its last entry expires, so expiry costs nothing per entry. A new segment is about
 *   as large as all that is alive, within bounds: few segments to look into, and none that waits long for its last entry.
 * - 96 bits of a cryptographic digest tell entries apart: with ten million of them the chance that a new one looks like an
 *   old one is below 2^-72.
 */

export const never = 0xffffffff;
const wordsPerEntry = 4;
const maxLoad = 0.8;
const smallest = 1 << 10;
const largest = 1 << 20;

interface Segment {
  readonly words: Uint32Array;
  readonly capacity: number;
  count: number;
  latest: number;
}

export class SeenSegments {
  #segments: Segment[] = [];

  get size(): number {
    return this.#segments.reduce((sum, { count }) => sum + count, 0);
  }

  /** Whether a live entry has this fingerprint; `now` in seconds. */
  has(a: number, b: number, c: number, now: number): boolean {
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const segment = this.#segments[index];
      if (segment !== undefined && segment.latest > now && find(segment, a, b, c, now)) return true;
    }
    return false;
  }

  /** Adds an entry; gives the way to take it back while nothing else was added. */
  add(a: number, b: number, c: number, expires: number, now: number): () => void {
    const segment = this.#open(now);
    const { words, capacity } = segment;
    let slot = a & (capacity - 1);
    while (words[slot * wordsPerEntry + 3] !== 0) slot = (slot + 1) & (capacity - 1);
    const at = slot * wordsPerEntry;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = expires;
    segment.count += 1;
    const before = segment.latest;
    if (expires > before) segment.latest = expires;
    return () => {
      words[at + 3] = 0;
      segment.count -= 1;
      segment.latest = before;
    };
  }

  /** The segment for the next entry. */
  #open(now: number): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.count < last.capacity * maxLoad) return last;
    this.sweep(now);
    const live = this.#segments.reduce((sum, segment) => sum + liveEntries(segment, now), 0);
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, live) / maxLoad));
    const capacity = Math.min(Math.max(wanted * 2, smallest), largest);
    const segment: Segment = { words: new Uint32Array(capacity * wordsPerEntry), capacity, count: 0, latest: 0 };
    this.#segments.push(segment);
    return segment;
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#segments.reduce((sum, { words }) => sum + words.byteLength, 0);
  }

  /** Drops segments whose entries are all expired; not between an entry and its taking back. */
  sweep(now: number): void {
    if (this.#segments.some(({ latest }) => latest <= now)) {
      this.#segments = this.#segments.filter(({ latest }) => latest > now);
    }
  }
}

function liveEntries({ words, count, latest }: Segment, now: number): number {
  if (latest <= now) return 0;
  if (count > 1 << 18) return count; // more than is worth looking through: the next one is as large as can be anyway
  let live = 0;
  for (let at = 3; at < words.length; at += wordsPerEntry) if ((words[at] ?? 0) > now) live += 1;
  return live;
}

function find({ words, capacity }: Segment, a: number, b: number, c: number, now: number): boolean {
  for (let slot = a & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
    const at = slot * wordsPerEntry;
    const expires = words[at + 3] ?? 0;
    if (expires === 0) return false;
    if (words[at] === a && words[at + 1] === b && words[at + 2] === c && expires > now) return true;
  }
}

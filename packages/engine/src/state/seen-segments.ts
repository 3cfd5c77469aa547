/**
 * A very large set of digests with expiry, in segments of open addressing: 12 bytes of the digest and 4 of expiry an entry.
 *
 *     segment:  fingerprint words  w0 w1 w2   expiry (seconds since epoch; 0xffffffff = never)
 *               slot = w0 modulo capacity, then the next ones
 *
 * Invariants
 * - New entries go into the last segment; a full one (load 0.8) is followed by another, so nothing is ever rehashed.
 * - A segment whose entries are all expired is dropped as a whole, so expiry costs nothing per entry.
 * - 96 bits of SHA-256 tell entries apart: with ten million of them the chance that a new one looks like an old one is
 *   below 2^-72 each.
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
  add(a: number, b: number, c: number, expires: number): () => void {
    let segment = this.#segments.at(-1);
    if (segment === undefined || segment.count >= segment.capacity * maxLoad) {
      const capacity = segment === undefined ? smallest : Math.min(segment.capacity * 4, largest);
      segment = { words: new Uint32Array(capacity * wordsPerEntry), capacity, count: 0, latest: 0 };
      this.#segments.push(segment);
    }
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
    const own = segment;
    return () => {
      words[at + 3] = 0;
      own.count -= 1;
      own.latest = before;
    };
  }

  /** Drops segments whose entries are all expired. */
  sweep(now: number): void {
    if (this.#segments.some(({ latest }) => latest <= now)) {
      this.#segments = this.#segments.filter(
        ({ latest }, index) => latest > now || index === this.#segments.length - 1,
      );
    }
  }
}

function find({ words, capacity }: Segment, a: number, b: number, c: number, now: number): boolean {
  for (let slot = a & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
    const at = slot * wordsPerEntry;
    const expires = words[at + 3] ?? 0;
    if (expires === 0) return false;
    if (words[at] === a && words[at + 1] === b && words[at + 2] === c && expires > now) return true;
  }
}

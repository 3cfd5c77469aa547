/**
 * A very large set of digests with expiry, in segments of open addressing: 12 bytes of the digest and 4 of expiry an entry.
 *
 *     segment:  digest words a b c, expiry (seconds since epoch; 0xffffffff = never; 0 = free)
 *               slot = a modulo capacity, then the next ones
 *
 * Invariants
 * - New entries go into the last segment; a full one (load 0.8) is followed by another, so nothing is moved while messages
 *   are processed, and what was added since a savepoint can be taken back, newest first, by freeing its slots.
 * - A segment is dropped as a whole when its last entry expires, so expiry costs nothing per entry. A new segment is about
 *   as large as all that is alive, within bounds: few segments to look into, and none that waits long for its last entry.
 * - `tidy`, between units of work, joins small segments: an entry is moved a few times in all, and never more than
 *   `largestJoined` slots are gone through at once, which takes some milliseconds.
 * - 96 bits of a cryptographic digest tell entries apart: with ten million of them the chance that a new one looks like an
 *   old one is below 2^-72.
 */

export const never = 0xffffffff;
const wordsPerEntry = 4;
const maxLoad = 0.8;
const smallest = 1 << 10;
const largest = 1 << 20;
const largestJoined = 1 << 18;
/** So many small segments are looked into one by one. */
const smallSegments = 2;

interface Segment {
  readonly words: Uint32Array;
  readonly capacity: number;
  count: number;
  latest: number;
}

/** An entry added since the savepoint. */
interface Addition {
  readonly segment: Segment;
  readonly at: number;
  readonly latestBefore: number;
}

export class SeenSegments {
  #segments: Segment[] = [];
  readonly #additions: Addition[] = [];

  get size(): number {
    return this.#segments.reduce((sum, { count }) => sum + count, 0);
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#segments.reduce((sum, { words }) => sum + words.byteLength, 0);
  }

  /** Whether a live entry has this fingerprint; `now` in seconds. */
  has(a: number, b: number, c: number, now: number): boolean {
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const segment = this.#segments[index];
      if (segment !== undefined && segment.latest > now && find(segment, a, b, c, now)) return true;
    }
    return false;
  }

  add(a: number, b: number, c: number, expires: number, now: number): void {
    const segment = this.#open(now);
    const latestBefore = segment.latest;
    const at = place(segment, a, b, c, expires);
    this.#additions.push({ segment, at, latestBefore });
  }

  /** What was added so far stays. */
  savepoint(): void {
    if (this.#additions.length > 0) this.#additions.length = 0;
  }

  /** Takes back what was added since the savepoint. */
  rollback(): void {
    for (let addition = this.#additions.pop(); addition !== undefined; addition = this.#additions.pop()) {
      const { segment, at, latestBefore } = addition;
      segment.words[at + 3] = 0;
      segment.count -= 1;
      segment.latest = latestBefore;
    }
  }

  /** Drops segments whose entries are all expired and joins small ones. What was added before stays. */
  tidy(now: number): void {
    this.savepoint();
    this.#dropExpired(now);
    const small = this.#segments.filter(({ capacity }) => capacity <= largestJoined);
    if (small.length <= smallSegments || small.reduce((sum, { capacity }) => sum + capacity, 0) > largestJoined) return;
    const joined = segmentFor(small.reduce((sum, segment) => sum + liveEntries(segment, now), 0));
    for (const { words } of small) {
      for (let at = 0; at < words.length; at += wordsPerEntry) {
        const expires = words[at + 3] ?? 0;
        if (expires > now) place(joined, words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, expires);
      }
    }
    this.#segments = [...this.#segments.filter(({ capacity }) => capacity > largestJoined), joined];
  }

  /** The segment for the next entry. */
  #open(now: number): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.count < last.capacity * maxLoad) return last;
    this.#dropExpired(now);
    const segment = segmentFor(this.#segments.reduce((sum, each) => sum + liveEntries(each, now), 0));
    this.#segments.push(segment);
    return segment;
  }

  #dropExpired(now: number): void {
    if (this.#segments.some(({ latest }) => latest <= now)) {
      this.#segments = this.#segments.filter(({ latest }) => latest > now);
    }
  }
}

/** A segment with room for as many entries as are alive, and as many again. */
function segmentFor(live: number): Segment {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, live) / maxLoad));
  const capacity = Math.min(Math.max(wanted * 2, smallest), largest);
  return { words: new Uint32Array(capacity * wordsPerEntry), capacity, count: 0, latest: 0 };
}

/** Writes an entry into the first free slot; gives the place of its words. */
function place(segment: Segment, a: number, b: number, c: number, expires: number): number {
  const { words, capacity } = segment;
  let slot = a & (capacity - 1);
  while (words[slot * wordsPerEntry + 3] !== 0) slot = (slot + 1) & (capacity - 1);
  const at = slot * wordsPerEntry;
  words[at] = a;
  words[at + 1] = b;
  words[at + 2] = c;
  words[at + 3] = expires;
  segment.count += 1;
  if (expires > segment.latest) segment.latest = expires;
  return at;
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

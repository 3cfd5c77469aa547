/**
 * Digests that bots have seen, as records: each a run of packed entries of one bot, in the order in which they came.
 *
 * Invariants
 * - The key of a run says when the last of its entries expires. Then the run goes as a whole, with the next digests that
 *   the bot adds: what is on disk is bounded by what is alive, and what expired is found without reading a run.
 * - A short run is written anew together with what comes next, so that runs of small units are not small.
 * - What memory knows of a bot's runs is made from the keys when it is first needed; after `reset`, again.
 */
import { latestOf, never } from "../../state/packed-seen.ts";
import type { Write } from "./state-records.ts";
import { type Environment, type Key, keysOf } from "./tables.ts";

interface Run {
  readonly number: number;
  /** Expiry of its last entry. */
  readonly latest: number;
}

interface Known {
  runs: Run[];
  /** No run is expired before this time. */
  soonest: number;
  next: number;
  /** The last run's entries, while it is short. */
  tail: Uint8Array | undefined;
}

/** A part of what a bot has seen. */
export interface SeenPiece {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Where the next piece begins; undefined: this is the last. */
  readonly next: number | undefined;
}

const shortRun = 8 << 10;
const pieceBytes = 1 << 20;
/** Expired runs that one unit takes along, so that no transaction is long. */
const mostRemoved = 256;

export class SeenRecords {
  readonly #environment: Environment;
  readonly #bots = new Map<string, Known>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Forgets what was planned and not written. */
  reset(): void {
    this.#bots.clear();
  }

  /** `bot` as it stands in keys; `at`: seconds since epoch. */
  plan(bot: string, packed: Uint8Array, at: number): Write[] {
    const table = this.#environment.tables.seen;
    const known = this.#knownOf(bot);
    const writes = this.#dropExpired(bot, known, at).map((key): Write => ({ table, key }));
    let run = packed;
    let number = known.next;
    const last = known.runs.at(-1);
    if (known.tail !== undefined && last !== undefined) {
      known.runs.pop();
      writes.push({ table, key: [bot, last.number, last.latest] });
      run = Buffer.concat([known.tail, packed]);
      number = last.number;
    }
    const latest = latestOf(run);
    known.runs.push({ number, latest });
    known.soonest = Math.min(known.soonest, latest);
    known.next = number + 1;
    known.tail = run.length < shortRun ? run : undefined;
    writes.push({ table, key: [bot, number, latest], value: run });
    return writes;
  }

  #dropExpired(bot: string, known: Known, at: number): Key[] {
    if (known.soonest > at) return [];
    const gone: Key[] = [];
    known.soonest = never;
    known.runs = known.runs.filter(({ number, latest }) => {
      const drop = latest <= at && gone.length < mostRemoved;
      if (drop) gone.push([bot, number, latest]);
      else known.soonest = Math.min(known.soonest, latest);
      return !drop;
    });
    if (gone.some(([, number]) => number === known.next - 1)) known.tail = undefined;
    return gone;
  }

  /** What is alive of a bot's digests, from a place on (0: the beginning), in a piece of about a mebibyte. */
  read(bot: string, from: number, now: number): SeenPiece {
    const table = this.#environment.tables.seen;
    const parts: Buffer[] = [];
    let bytes = 0;
    for (const { number, latest } of this.#knownOf(bot).runs) {
      if (number < from || latest <= now) continue;
      if (bytes >= pieceBytes) return { packed: joined(parts, bytes), next: number };
      const run = table.get([bot, number, latest]) ?? Buffer.alloc(0);
      parts.push(run);
      bytes += run.length;
    }
    return { packed: joined(parts, bytes), next: undefined };
  }

  #knownOf(bot: string): Known {
    let known = this.#bots.get(bot);
    if (known === undefined) {
      const keys = keysOf(this.#environment.tables.seen, [bot]);
      const runs = keys.map(([, number, latest]): Run => ({ number: Number(number), latest: Number(latest) }));
      const soonest = runs.reduce((least, { latest }) => Math.min(least, latest), never);
      known = { runs, soonest, next: (runs.at(-1)?.number ?? 0) + 1, tail: undefined };
      this.#bots.set(bot, known);
    }
    return known;
  }
}

/** In memory of its own, that can be handed over. */
function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

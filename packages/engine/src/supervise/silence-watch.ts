/**
 * Collectors that deliver no report for longer than they should (`weir: silent_after`).
 *
 * Invariants
 * - The time runs from the last report, or from when the collector began to be wanted if it has delivered none since; what
 *   is stopped is not watched.
 * - The beginning of a silence is told once, and so is its end.
 */
import type { Clock } from "../definition/context.ts";
import type { LogEntry } from "../observe/bot-log.ts";
import { durationText } from "../observe/duration-text.ts";

/** A collector as it is now. */
export interface Watched {
  readonly id: string;
  /** Seconds without a report that are too long; 0: any time is fine. */
  readonly silentAfter: number;
  /** Epoch milliseconds of its last report, as far as its worker knows. */
  readonly lastSent: number | undefined;
}

export interface Silence {
  /** Epoch milliseconds of the last report, or of the start. */
  readonly since: number;
  /** Seconds. */
  readonly expectedEvery: number;
}

export class SilenceWatch {
  readonly #clock: Pick<Clock, "now">;
  readonly #log: (entry: Omit<LogEntry, "time">) => void;
  readonly #heard = new Map<string, number>();
  #silent = new Map<string, Silence>();

  constructor(clock: Pick<Clock, "now">, log: (entry: Omit<LogEntry, "time">) => void) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Looks at the collectors that are wanted to run: all of them, each time. */
  look(collectors: readonly Watched[]): void {
    const now = this.#clock.now();
    const silent = new Map<string, Silence>();
    for (const { id, silentAfter, lastSent = 0 } of collectors) {
      const since = Math.max(this.#heard.get(id) ?? now, lastSent);
      this.#heard.set(id, since);
      const before = this.#silent.get(id);
      if (silentAfter > 0 && now - since >= silentAfter * 1000) {
        const silence = { since, expectedEvery: silentAfter };
        silent.set(id, silence);
        if (before === undefined) this.#tell("WARNING", `${id} is ${silenceText(silence)} (weir: silent_after).`);
      } else if (before !== undefined && since > before.since) {
        const length = durationText(Math.round((since - before.since) / 1000));
        this.#tell("INFO", `${id} delivers again, after ${length} without a report.`);
      }
    }
    const watched = new Set(collectors.map(({ id }) => id));
    for (const id of this.#heard.keys()) if (!watched.has(id)) this.#heard.delete(id);
    this.#silent = silent;
  }

  /** The silence of a collector, if it is silent. */
  of(id: string): Silence | undefined {
    return this.#silent.get(id);
  }

  #tell(level: LogEntry["level"], message: string): void {
    this.#log({ bot: "weir", level, message });
  }
}

/** `silent since 2031-01-01 12:00:00, expected every 2h`, local time. */
export function silenceText({ since, expectedEvery }: Silence): string {
  const time = new Date(since).toLocaleString("sv-SE", { hour12: false });
  return `silent since ${time}, expected every ${durationText(expectedEvery)}`;
}

/** How often to look, in milliseconds, so that a silence is noticed soon; undefined: nothing is to be watched. */
export function lookInterval(silentAfter: readonly number[]): number | undefined {
  const shortest = Math.min(...silentAfter.filter((seconds) => seconds > 0));
  return Number.isFinite(shortest) ? Math.min(Math.max(shortest * 250, 500), 60_000) : undefined;
}

/** Stand-ins for a bot's surroundings. */
import type { Clock, Resolver } from "../definition/context.ts";
import { nameLookup } from "../surroundings/system-resolver.ts";

export interface FakeClock extends Clock {
  /** Goes on by so many milliseconds; pauses that end by then are over. */
  advance(milliseconds: number): void;
}

/** A clock that stands still until it is moved. `start` is an ISO time; default the start of 2031. */
export function fakeClock(start = "2031-01-01T00:00:00Z"): FakeClock {
  let now = Date.parse(start);
  let waiting: { readonly until: number; wake(): void }[] = [];
  return {
    now: () => now,
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        waiting.push({ until: now + milliseconds, wake: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    },
    advance(milliseconds) {
      now += milliseconds;
      const due = waiting.filter(({ until }) => until <= now);
      waiting = waiting.filter(({ until }) => until > now);
      for (const { wake } of due) wake();
    },
  };
}

/**
 * A resolver that knows these names: an address, or the error number of getaddrinfo (-3: try again). All others are
 * unknown (-2).
 */
export function fakeResolver(names: Readonly<Record<string, string | number>>): Resolver {
  const known = new Map(Object.entries(names));
  return {
    async address4(host) {
      const answer = known.get(host) ?? -2;
      if (typeof answer === "string") return answer;
      throw nameLookup({ host, number: answer, code: `EAI ${answer}` });
    },
  };
}

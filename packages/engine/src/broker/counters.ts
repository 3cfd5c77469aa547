/** Totals per bot since the store was made. */
import type { BotCounters } from "./broker.ts";

export interface TotalCounters {
  readonly received: number;
  readonly failed: number;
  readonly dropped: number;
  /** Messages sent, by path. */
  readonly sent: Readonly<Record<string, number>>;
}

/** Adds what a unit counted. */
export function addCounters(total: BotCounters | undefined, unit: BotCounters): TotalCounters {
  const sent: Record<string, number> = { ...total?.sent };
  for (const [path, count] of Object.entries(unit.sent ?? {})) sent[path] = (sent[path] ?? 0) + count;
  return {
    received: (total?.received ?? 0) + (unit.received ?? 0),
    failed: (total?.failed ?? 0) + (unit.failed ?? 0),
    dropped: (total?.dropped ?? 0) + (unit.dropped ?? 0),
    sent,
  };
}

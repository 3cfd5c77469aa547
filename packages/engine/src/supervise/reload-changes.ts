/** What a reload has to do, worked out before anything is done. */
import type { KnownBot } from "./configured.ts";

export interface BeforeReload {
  readonly bots: ReadonlyMap<string, KnownBot>;
  /** Bots that are to run. */
  readonly wanted: ReadonlySet<string>;
  /** Fingerprints of what runs, by bot. */
  readonly startedWith: ReadonlyMap<string, { readonly fingerprint: string }>;
  /** What the last reload that concerned a bot found. */
  readonly enabled: ReadonlyMap<string, boolean>;
}

export interface ReloadChanges {
  /** No longer in the configuration. */
  readonly removed: readonly string[];
  /** Could not run, and are no longer enabled now that they could. */
  readonly withdrawn: readonly string[];
  readonly restarted: readonly string[];
  /** New, or newly enabled. */
  readonly started: readonly string[];
  /** All that the reload is about. */
  readonly concerned: readonly string[];
}

/** `only`: the bots that were named, changed or not. `all`: everything that runs is to be started anew. */
export function reloadChanges(
  before: BeforeReload,
  bots: ReadonlyMap<string, KnownBot>,
  { only, all }: { readonly only: readonly string[] | undefined; readonly all: boolean },
): ReloadChanges {
  const { wanted, startedWith, enabled } = before;
  const isEnabled = (id: string): boolean => bots.get(id)?.loaded.settings.enabled ?? false;
  const concerned = [...bots.keys()].filter((id) => only === undefined || only.includes(id));
  const isChanged = (id: string): boolean =>
    only !== undefined || startedWith.get(id)?.fingerprint !== bots.get(id)?.fingerprint;
  const changed = all
    ? [...wanted].filter((id) => bots.has(id))
    : concerned.filter((id) => wanted.has(id) && isChanged(id));
  // A bot that could not run is not started because it could now, but because it is enabled.
  const isWithdrawn = (id: string): boolean => before.bots.get(id)?.refusal !== undefined && !isEnabled(id);
  return {
    removed: [...before.bots.keys()].filter((id) => !bots.has(id)),
    withdrawn: changed.filter(isWithdrawn),
    restarted: changed.filter((id) => !isWithdrawn(id)),
    started: concerned.filter((id) => isEnabled(id) && enabled.get(id) !== true && !wanted.has(id)),
    concerned,
  };
}

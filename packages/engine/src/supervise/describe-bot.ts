/** A bot for `status`, put together from the configuration, the plan and what its worker reports. */
import type { PlannedBot } from "../plan/plan.ts";
import type { BotStatus } from "../run/bot-status.ts";
import type { SupervisedBot } from "./bot-state.ts";
import type { KnownBot } from "./configured.ts";
import type { Silence } from "./silence-watch.ts";
import type { BotReport } from "./worker-protocol.ts";

export interface Description {
  readonly loaded: KnownBot["loaded"];
  readonly planned: PlannedBot | undefined;
  readonly worker: number | undefined;
  /** What the supervisor knows and no worker; it counts first. */
  readonly local: BotStatus | undefined;
  readonly report: BotReport | undefined;
  readonly silent: Silence | undefined;
  /** Since when a bot that was never started is not running. */
  readonly startedAt: number;
}

export function describeBot({ loaded, planned, worker, local, report, silent, startedAt }: Description): SupervisedBot {
  const { settings, definition } = loaded;
  const { id, module, enabled } = settings;
  const idle: BotStatus = enabled
    ? { state: "stopped", reason: "It was not started.", since: startedAt }
    : { state: "disabled", reason: "enabled is false.", since: startedAt };
  const status = local ?? report?.status ?? idle;
  return {
    id,
    module,
    kind: definition?.kind ?? "unknown",
    enabled,
    status: status.state === "stopped" && !enabled ? { ...status, state: "disabled" } : status,
    ...(planned?.cut === undefined ? {} : { cut: planned.cut }),
    ...(worker === undefined ? {} : { worker }),
    labels: settings.weir.labels,
    ...(definition?.kind === "collector" ? {} : { queue: settings.sourceQueue }),
    destinations: Object.fromEntries(settings.destinations),
    busy: report?.busy ?? 0,
    ...(report?.lastReceived === undefined ? {} : { lastReceived: report.lastReceived }),
    ...(report?.lastSent === undefined ? {} : { lastSent: report.lastSent }),
    ...(silent === undefined ? {} : { silent }),
  };
}

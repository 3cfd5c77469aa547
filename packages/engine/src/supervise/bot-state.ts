/** What the supervisor knows of a bot beyond its worker's report. */
import type { BotStatus } from "../run/bot-status.ts";
import type { Silence } from "./silence-watch.ts";

export interface SupervisedBot {
  readonly id: string;
  readonly module: string;
  readonly kind: "collector" | "parser" | "expert" | "output" | "unknown";
  readonly enabled: boolean;
  readonly status: BotStatus;
  /** Why messages go through its queue. */
  readonly cut?: string;
  readonly worker?: number;
  readonly labels: readonly string[];
  readonly queue?: string;
  readonly destinations: Readonly<Record<string, readonly string[]>>;
  /** Microseconds at work since the worker started. */
  readonly busy: number;
  readonly lastReceived?: number;
  readonly lastSent?: number;
  /** A collector that has delivered no report for longer than it should. */
  readonly silent?: Silence;
}

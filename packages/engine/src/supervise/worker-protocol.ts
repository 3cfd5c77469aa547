/** What supervisor and workers say to each other. Everything is plain data: it crosses threads. */

import type { MessagePort } from "node:worker_threads";
import type { LogEntry } from "../observe/bot-log.ts";
import type { BotStatus } from "../run/bot-status.ts";
import type { HandedQueue } from "../run/hand-over.ts";
import type { SentSettings } from "./sent-settings.ts";

/** Where a bot works, as planned; see plan/plan.ts. */
export interface Assignment {
  readonly id: string;
  readonly cut: boolean;
  readonly rank: number;
}

export type WorkerRequest =
  /** New configuration: the bots that work here. */
  | {
      readonly op: "configure";
      readonly bots: readonly SentSettings[];
      readonly assignments: readonly Assignment[];
      /** Queues of bots in the worker that goes on with the units of this one. */
      readonly handed: readonly HandedQueue[];
    }
  /** Builds and starts a bot, from the configuration given last. */
  | { readonly op: "start"; readonly bot: string }
  /** Units go to another worker from now on; before any bot is started. */
  | { readonly op: "hand-over"; readonly port: MessagePort }
  /** Goes on with the units of another worker. What was begun for one before it is ended first. */
  | { readonly op: "take-over"; readonly from: number; readonly port: MessagePort }
  | { readonly op: "stop"; readonly bot: string; readonly reason: string; readonly deadline: number }
  | { readonly op: "remove"; readonly bot: string }
  /** Ends the pause of a collector. */
  | { readonly op: "hurry"; readonly bot: string }
  | { readonly op: "status" }
  /** Samples of what a bot gets and sends, as events, until `count` were sent or `op: "untap"`. */
  | { readonly op: "tap"; readonly bot: string; readonly tap: number; readonly count: number }
  | { readonly op: "untap"; readonly bot: string }
  | { readonly op: "shutdown"; readonly deadline: number };

export interface BotReport {
  readonly id: string;
  readonly status: BotStatus;
  /** Time at work since the start, in microseconds. */
  readonly busy: number;
  /** Epoch milliseconds. */
  readonly lastReceived?: number;
  readonly lastSent?: number;
}

export type WorkerEvent =
  | { readonly event: "log"; readonly entry: LogEntry }
  | {
      readonly event: "tap";
      readonly tap: number;
      readonly bot: string;
      readonly direction: "in" | "out";
      readonly path: string;
      readonly message: string;
    }
  /** A bot ended by itself. */
  | { readonly event: "ended"; readonly bot: string; readonly reason: string }
  /** The worker has had too much to do for a while. */
  | { readonly event: "busy" }
  /** A commit failed; the worker must be started anew. */
  | { readonly event: "broken"; readonly message: string };

export interface WorkerReply {
  readonly reply: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly code?: string; readonly stack?: string };
}

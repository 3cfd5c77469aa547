/**
 * A trial runs one bot through the real engine, step by step, with everything around it in the hands of the caller:
 * for the test kit, the conformance runner and dry runs.
 *
 * Invariants
 * - The bot runs as in production (unit of work, isolation, dead letters, counters); only its surroundings are given.
 * - Nothing happens between calls: `run` returns when all that it caused has been committed.
 * - Nothing outside `directory` is written unless the bot's parameters say so.
 */
import type { FieldTable, JsonValue, Message } from "@weir/format";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { Clock, Resolver } from "../definition/context.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import type { HttpClient } from "../http/http-client.ts";

export interface TrialOptions {
  readonly definition: AnyDefinition;
  /** Default `trial-bot`. */
  readonly botId?: string;
  /** The bot-level `name`; a collector's `feed.name` when it has no parameter `name`. */
  readonly botName?: string;
  /**
   * As a configuration gives them: canonical values (see `JsonValue`) or plain JavaScript. Runtime parameters too.
   * Those that the bot does not know are ignored in silence.
   */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Paths that are configured; default `["_default"]`. */
  readonly queues?: readonly string[];
  /** Holds the bot's state, data and logs; it need not exist. */
  readonly directory: string;
  /** Directory of the bots' data files (`ctx.botsDir`); default `<directory>/bots`. */
  readonly botsDir?: string;
  readonly clock?: Clock;
  /** Carries every HTTP request of the bot; without it requests go to the network. */
  readonly http?: HttpTransport;
  readonly resolver?: Resolver;
  /**
   * What the bot remembers at the start, by key: entries of `ctx.state` and of `ctx.cache`, and digests (keys in hex) of
   * its seen set. JSON texts stay texts.
   */
  readonly memory?: ReadonlyMap<string, string>;
  readonly fields?: { readonly event: FieldTable; readonly report: FieldTable };
}

/** An undici `Dispatcher`, or a whole client instead of the engine's own. */
export type HttpTransport = { readonly dispatcher: import("undici").Dispatcher } | { readonly client: HttpClient };

export interface TrialLogLine {
  readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  readonly message: string;
}

export interface Trial {
  /** Appends to the source queue; bytes stand there as they are, be they a message or not. */
  send(messages: readonly (Message | Uint8Array)[]): Promise<void>;
  /** Until the source queue is empty or the bot ends itself; a collector does `iterations` runs (default 1). */
  run(options?: { readonly iterations?: number }): Promise<void>;
  /** What was sent since the last call, by path; every configured path is there. */
  takeSent(): ReadonlyMap<string, readonly Message[]>;
  /** Dead letters since the start of the trial, in order. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Lines since the start of the trial. */
  log(): readonly TrialLogLine[];
  /** Messages in the source queue that are not done. */
  unprocessed(): Promise<number>;
  /** Everything the bot remembers: `ctx.state`, `ctx.cache`, and its seen set (keys in hex, value ""). */
  memory(): ReadonlyMap<string, JsonValue>;
  /** The bot ended itself. */
  readonly exited: boolean;
  /** Stops the bot and starts a new one on the same queues, state and directory. */
  restart(parameters?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Stops the bot; what it sends while closing can still be taken. */
  stop(): Promise<void>;
}

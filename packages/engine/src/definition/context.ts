/** What a bot is given: everything it may need, and everything that tests can fake. */
import type { FieldTable, Message } from "@weir/format";
import type { HttpClient } from "../http/http-client.ts";
import type { BotState } from "../state/state.ts";

/** Messages are sentences; values belong into them, secrets never. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string, cause?: unknown): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after this many milliseconds; rejects with the signal's reason when that aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Look-ups of the machine's resolver. */
export interface Resolver {
  /** First IPv4 address of a host name, hosts file included. Throws WEIR_NAME_LOOKUP with the resolver's error number. */
  address4(host: string): Promise<string>;
}

/** Lossy memory for look-ups: may forget at any time. */
export interface LookupCache {
  get(key: string): string | undefined;
  set(key: string, value: string, ttlSeconds: number): void;
}

export interface BotContext<Params> {
  readonly botId: string;
  readonly params: Params;
  readonly log: Logger;
  /** Kept; belongs to the unit of work. */
  readonly state: BotState;
  /** May be lost. */
  readonly cache: LookupCache;
  readonly http: HttpClient;
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Aborts when the bot has to stop at once. */
  readonly signal: AbortSignal;
  /** The bot's own directory for data files (`var/lib/bots/<bot id>`); not created. */
  readonly dataDir: string;
  /** The directory that holds the data files of all bots (`var/lib/bots`). */
  readonly botsDir: string;
  readonly eventFields: FieldTable;
  readonly reportFields: FieldTable;
  /** An empty event. */
  newEvent(): Message;
  /** A report with `time.observation` set to now. */
  newReport(): Message;
}

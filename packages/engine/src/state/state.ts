/**
 * State of a bot that belongs to its unit of work: what a bot wrote for a message is on disk exactly when the message is done.
 *
 * Invariants
 * - Reads see the bot's own earlier writes at once.
 * - `savepoint` … `rollback` undo the writes of one message; `takeChanges` hands everything since the last call to the commit.
 * - An expired entry is as good as absent; expiry needs no write.
 */
import type { JsonValue } from "@weir/format";

/** Keyed values with expiry. */
export interface KeyedState {
  get(key: string): JsonValue | undefined;
  /** `ttl` in seconds; none: kept until deleted. */
  set(key: string, value: JsonValue, options?: { readonly ttl?: number }): void;
  delete(key: string): void;
  /** Adds to an integer (absent: 0) and returns the sum; `ttl` (seconds) counts from the first increment. */
  increment(key: string, by: number, options?: { readonly ttl?: number }): number;
  entries(): Iterable<readonly [key: string, value: JsonValue]>;
}

/** A very large set of digests with expiry: a few bytes each, for deduplication. */
export interface SeenSet {
  /**
   * Notes the digest for `ttl` seconds (0: without end) unless it is there. True when it was not there. A digest that is
   * there keeps its expiry. The digest has at least 16 bytes, each a character, as `hash(…, "binary")` of node:crypto gives them.
   */
  add(digest: string, ttl: number): boolean;
}

/** What a bot sees as `ctx.state`. */
export interface BotState extends KeyedState {
  readonly seen: SeenSet;
}

/** What the engine sees. */
export interface TransactionalState extends BotState {
  savepoint(): void;
  rollback(): void;
  /** Changes since the last call, in order, ready for the commit. */
  takeChanges(): readonly StateChange[];
}

export type StateChange =
  /** `expires` in epoch milliseconds; 0: never. */
  | {
      readonly kind: "set";
      readonly bot: string;
      readonly key: string;
      readonly value: JsonValue;
      readonly expires: number;
    }
  | { readonly kind: "delete"; readonly bot: string; readonly key: string }
  /** Packed entries of a seen set (packed-seen.ts). What expired by `at` (seconds since epoch) is no longer needed. */
  | { readonly kind: "seen"; readonly bot: string; readonly packed: Uint8Array; readonly at: number };

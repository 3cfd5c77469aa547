/**
 * Keyed values of a bot, in memory, with the changes that the next unit has to commit.
 *
 * Invariants
 * - A key that changed several times since `takeChanges` is one change: the last.
 * - An expired entry reads as absent. Expired ones are removed, from the store too, when there are twice as many entries as
 *   were alive at the last look: so memory stays within twice of what is alive.
 */
import type { JsonValue } from "@weir/format";
import type { Clock } from "../definition/context.ts";
import type { KeyedState, StateChange } from "./state.ts";
import type { UndoJournal } from "./undo-journal.ts";

/** Expires in epoch milliseconds; 0: never. */
export interface StateEntry {
  readonly value: JsonValue;
  readonly expires: number;
}

export class KeyedStateInMemory implements KeyedState {
  readonly #bot: string;
  readonly #entries: Map<string, StateEntry>;
  readonly #changed = new Map<string, StateEntry | undefined>();
  readonly #journal: UndoJournal;
  readonly #clock: Pick<Clock, "now">;
  #sweepAt: number;

  constructor(options: {
    bot: string;
    entries: Iterable<readonly [string, StateEntry]>;
    journal: UndoJournal;
    clock: Pick<Clock, "now">;
  }) {
    this.#bot = options.bot;
    this.#entries = new Map(options.entries);
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#sweepAt = sweepLimit(this.#entries.size);
  }

  get(key: string): JsonValue | undefined {
    return this.#live(key)?.value;
  }

  #live(key: string): StateEntry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expires !== 0 && entry.expires <= this.#clock.now() ? undefined : entry;
  }

  set(key: string, value: JsonValue, { ttl = 0 }: { readonly ttl?: number } = {}): void {
    this.#put(key, { value, expires: ttl > 0 ? this.#clock.now() + ttl * 1000 : 0 });
  }

  delete(key: string): void {
    if (this.#entries.has(key)) this.#put(key, undefined);
  }

  increment(key: string, by: number, { ttl = 0 }: { readonly ttl?: number } = {}): number {
    const entry = this.#live(key);
    const before = entry?.value ?? 0;
    if (typeof before !== "number") throw new Error(`the state "${key}" of ${this.#bot} is no integer`);
    const sum = before + by;
    if (!Number.isSafeInteger(sum))
      throw new Error(`the state "${key}" of ${this.#bot} is no integer, or too large a one`);
    this.#put(key, { value: sum, expires: entry?.expires ?? (ttl > 0 ? this.#clock.now() + ttl * 1000 : 0) });
    return sum;
  }

  *entries(): Iterable<readonly [string, JsonValue]> {
    for (const key of this.#entries.keys()) {
      const entry = this.#live(key);
      if (entry !== undefined) yield [key, entry.value];
    }
  }

  #put(key: string, entry: StateEntry | undefined): void {
    const before = this.#entries.get(key);
    const noted = this.#changed.has(key);
    const change = this.#changed.get(key);
    this.#journal.note(() => {
      write(this.#entries, key, before);
      if (noted) this.#changed.set(key, change);
      else this.#changed.delete(key);
    });
    write(this.#entries, key, entry);
    this.#changed.set(key, entry);
  }

  /** Changes since the last call; what was done before can no longer be undone. */
  takeChanges(): StateChange[] {
    if (this.#entries.size > this.#sweepAt) this.#sweep();
    if (this.#changed.size === 0) return [];
    const changes = [...this.#changed].map(
      ([key, entry]): StateChange =>
        entry === undefined ? { kind: "delete", bot: this.#bot, key } : { kind: "set", bot: this.#bot, key, ...entry },
    );
    this.#changed.clear();
    return changes;
  }

  #sweep(): void {
    for (const key of this.#entries.keys()) {
      if (this.#live(key) !== undefined) continue;
      this.#entries.delete(key);
      this.#changed.set(key, undefined);
    }
    this.#sweepAt = sweepLimit(this.#entries.size);
  }
}

function sweepLimit(alive: number): number {
  return Math.max(1000, alive * 2);
}

function write(entries: Map<string, StateEntry>, key: string, entry: StateEntry | undefined): void {
  if (entry === undefined) entries.delete(key);
  else entries.set(key, entry);
}

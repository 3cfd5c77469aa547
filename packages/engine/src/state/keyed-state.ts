/**
 * Keyed values of a bot, in memory, with the changes that the next unit has to commit.
 *
 * Invariants
 * - A key that changed several times since `takeChanges` is one change: the last.
 * - An expired entry reads as absent; it is removed from memory when it is met or swept, and from the store by its expiry.
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
    const sum = Number(entry?.value ?? 0) + by;
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

  takeChanges(): StateChange[] {
    if (this.#changed.size === 0) return [];
    const changes = [...this.#changed].map(
      ([key, entry]): StateChange =>
        entry === undefined ? { kind: "delete", bot: this.#bot, key } : { kind: "set", bot: this.#bot, key, ...entry },
    );
    this.#changed.clear();
    return changes;
  }
}

function write(entries: Map<string, StateEntry>, key: string, entry: StateEntry | undefined): void {
  if (entry === undefined) entries.delete(key);
  else entries.set(key, entry);
}

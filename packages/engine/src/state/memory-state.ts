/** State of a bot in a trial: digests are kept as text, and everything can be put in and listed. */
import type { JsonValue } from "@weir/format";
import type { Clock } from "../definition/context.ts";
import { KeyedStateInMemory } from "./keyed-state.ts";
import type { SeenSet, StateChange, TransactionalState } from "./state.ts";
import { UndoJournal } from "./undo-journal.ts";

export class MemoryState implements TransactionalState {
  readonly seen: SeenSet;
  readonly #journal = new UndoJournal();
  readonly #keyed: KeyedStateInMemory;
  /** Hexadecimal digest → expiry in epoch milliseconds; 0: never. */
  readonly #digests = new Map<string, number>();

  constructor(bot: string, clock: Pick<Clock, "now">) {
    this.#keyed = new KeyedStateInMemory({ bot, entries: [], journal: this.#journal, clock });
    this.seen = {
      add: (digest, ttl) => {
        const key = Buffer.from(digest, "latin1").toString("hex");
        const expires = this.#digests.get(key);
        if (expires !== undefined && (expires === 0 || expires > clock.now())) return false;
        this.#digests.set(key, ttl > 0 ? clock.now() + ttl * 1000 : 0);
        this.#journal.note(() => {
          if (expires === undefined) this.#digests.delete(key);
          else this.#digests.set(key, expires);
        });
        return true;
      },
    };
  }

  /** Puts in what the bot remembers from earlier: a value, and a digest when the key is one in hexadecimal. */
  seed(key: string, value: JsonValue): void {
    if (/^[0-9a-f]{64}$/.test(key)) this.#digests.set(key, 0);
    this.#keyed.set(key, value);
    this.#keyed.takeChanges();
  }

  /** Everything that is remembered; digests with an empty text. */
  list(): ReadonlyMap<string, JsonValue> {
    return new Map<string, JsonValue>([
      ...[...this.#digests.keys()].map((key): [string, JsonValue] => [key, ""]),
      ...this.#keyed.entries(),
    ]);
  }

  get(key: string): JsonValue | undefined {
    return this.#keyed.get(key);
  }

  set(key: string, value: JsonValue, options?: { readonly ttl?: number }): void {
    this.#keyed.set(key, value, options);
  }

  delete(key: string): void {
    this.#keyed.delete(key);
  }

  increment(key: string, by: number, options?: { readonly ttl?: number }): number {
    return this.#keyed.increment(key, by, options);
  }

  entries(): Iterable<readonly [string, JsonValue]> {
    return this.#keyed.entries();
  }

  savepoint(): void {
    this.#journal.savepoint();
  }

  rollback(): void {
    this.#journal.rollback();
  }

  takeChanges(): readonly StateChange[] {
    this.#journal.savepoint();
    return this.#keyed.takeChanges();
  }
}

/** The state of a bot: keyed values and seen digests, with one journal for both. */
import type { Clock } from "../definition/context.ts";
import { KeyedStateInMemory, type StateEntry } from "./keyed-state.ts";
import { never, SeenSegments } from "./seen-segments.ts";
import type { SeenSet, StateChange, TransactionalState } from "./state.ts";
import { UndoJournal } from "./undo-journal.ts";

/** What the store has of a bot's state. */
export interface StoredState {
  readonly entries: Iterable<readonly [string, StateEntry]>;
  /** Packed entries, as in `StateChange`. */
  readonly seen: Iterable<Uint8Array>;
}

const bytesPerEntry = 16;

export function openState(bot: string, stored: StoredState, clock: Pick<Clock, "now">): TransactionalState {
  const journal = new UndoJournal();
  const keyed = new KeyedStateInMemory({ bot, entries: stored.entries, journal, clock });
  const segments = new SeenSegments();
  const now = (): number => Math.floor(clock.now() / 1000);
  for (const packed of stored.seen) loadPacked(segments, packed, now());
  let pending = new Uint8Array(64 * bytesPerEntry);
  let used = 0;

  const seen: SeenSet = {
    add(digest, ttl) {
      const at = now();
      const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
      const a = view.getUint32(0);
      const b = view.getUint32(4);
      const c = view.getUint32(8);
      if (segments.has(a, b, c, at)) return false;
      const expires = ttl > 0 ? Math.min(at + Math.ceil(ttl), never - 1) : never;
      const takeBack = segments.add(a, b, c, expires, at);
      if (used + bytesPerEntry > pending.length) {
        const larger = new Uint8Array(pending.length * 2);
        larger.set(pending);
        pending = larger;
      }
      const start = used;
      const entry = new DataView(pending.buffer, start, bytesPerEntry);
      entry.setUint32(0, a);
      entry.setUint32(4, b);
      entry.setUint32(8, c);
      entry.setUint32(12, expires);
      used += bytesPerEntry;
      journal.note(() => {
        takeBack();
        used = start;
      });
      return true;
    },
  };

  return {
    seen,
    get: (key) => keyed.get(key),
    set: (key, value, options) => keyed.set(key, value, options),
    delete: (key) => keyed.delete(key),
    increment: (key, by, options) => keyed.increment(key, by, options),
    entries: () => keyed.entries(),
    savepoint: () => journal.savepoint(),
    rollback: () => journal.rollback(),
    takeChanges() {
      journal.savepoint();
      const changes: StateChange[] = keyed.takeChanges();
      if (used > 0) {
        changes.push({ kind: "seen", bot, packed: pending.slice(0, used) });
        used = 0;
        segments.sweep(now());
      }
      return changes;
    },
  };
}

function loadPacked(segments: SeenSegments, packed: Uint8Array, now: number): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at + bytesPerEntry <= packed.byteLength; at += bytesPerEntry) {
    const expires = view.getUint32(at + 12) || never;
    if (expires > now) segments.add(view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), expires, now);
  }
}

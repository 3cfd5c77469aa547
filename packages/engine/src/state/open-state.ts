/**
 * The state of a bot: keyed values and digests that were seen.
 *
 * Digests that the next commit has to write are noted in `pending`, in the form in which they are stored; those behind
 * `kept` belong to the message that is under way, and are taken back with it.
 */
import type { Clock } from "../definition/context.ts";
import { KeyedStateInMemory, type StateEntry } from "./keyed-state.ts";
import { bytesPerEntry, never } from "./packed-seen.ts";
import { SeenTable } from "./seen-table.ts";
import type { SeenSet, StateChange, TransactionalState } from "./state.ts";
import { UndoJournal } from "./undo-journal.ts";

/** What the store has of a bot's state. */
export interface StoredState {
  readonly entries: Iterable<readonly [string, StateEntry]>;
  /** How many digests there are in `seen`, about. */
  readonly digests: number;
  /** Packed entries, as in `StateChange`, in pieces; each is valid until the next is asked for. */
  readonly seen: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export async function openState(
  bot: string,
  stored: StoredState,
  clock: Pick<Clock, "now">,
): Promise<TransactionalState> {
  const journal = new UndoJournal();
  const keyed = new KeyedStateInMemory({ bot, entries: stored.entries, journal, clock });
  const table = new SeenTable(stored.digests);
  const now = (): number => Math.floor(clock.now() / 1000);
  for await (const packed of stored.seen) load(table, packed, now());
  let pending = new DataView(new ArrayBuffer(64 * bytesPerEntry));
  let used = 0;
  let kept = 0;

  const seen: SeenSet = {
    add(digest, ttl) {
      const at = now();
      const a = wordAt(digest, 0);
      const b = wordAt(digest, 4);
      const c = wordAt(digest, 8);
      const expires = ttl > 0 ? Math.min(at + Math.ceil(ttl), never - 1) : never;
      if (!table.add(a, b, c, expires, at)) return false;
      if (used + bytesPerEntry > pending.byteLength) pending = twice(pending);
      pending.setUint32(used, a);
      pending.setUint32(used + 4, b);
      pending.setUint32(used + 8, c);
      pending.setUint32(used + 12, expires);
      used += bytesPerEntry;
      return true;
    },
  };

  const savepoint = (): void => {
    journal.savepoint();
    kept = used;
  };

  return {
    seen,
    get: (key) => keyed.get(key),
    set: (key, value, options) => keyed.set(key, value, options),
    delete: (key) => keyed.delete(key),
    increment: (key, by, options) => keyed.increment(key, by, options),
    entries: () => keyed.entries(),
    savepoint,
    rollback() {
      journal.rollback();
      for (; used > kept; used -= bytesPerEntry) {
        const at = used - bytesPerEntry;
        table.remove(pending.getUint32(at), pending.getUint32(at + 4), pending.getUint32(at + 8), now());
      }
    },
    takeChanges() {
      const at = now();
      const changes: StateChange[] = keyed.takeChanges();
      if (used > 0) changes.push({ kind: "seen", bot, packed: new Uint8Array(pending.buffer.slice(0, used)), at });
      used = 0;
      savepoint();
      table.tidy(at);
      return changes;
    },
  };
}

/** Four bytes of a digest as a number. */
function wordAt(digest: string, at: number): number {
  const high = (digest.charCodeAt(at) << 8) | digest.charCodeAt(at + 1);
  const low = (digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3);
  return ((high << 16) | low) >>> 0;
}

function twice(bytes: DataView<ArrayBuffer>): DataView<ArrayBuffer> {
  const larger = new Uint8Array(bytes.byteLength * 2);
  larger.set(new Uint8Array(bytes.buffer));
  return new DataView(larger.buffer);
}

function load(table: SeenTable, packed: Uint8Array, now: number): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at + bytesPerEntry <= packed.byteLength; at += bytesPerEntry) {
    const expires = view.getUint32(at + 12);
    if (expires > now) table.add(view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), expires, now);
  }
}

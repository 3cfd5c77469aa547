/**
 * The embedded store: queues, state and dead letters of a botnet in LMDB; used by exactly one thread of one process.
 *
 * Invariants
 * - `apply` writes all of its units in one transaction and returns when that is on disk; when it throws nothing was written
 *   and the store is as before.
 * - What memory knows (`Picture`) is the state of the tables. After a failed transaction, and at every opening, it is made
 *   anew from them, before anything is answered or planned from it.
 * - A record that cannot be read is set aside and told, and the messages around it go on.
 *
 * The layout is described in tables.ts. Requires that the thread is never terminated inside a transaction: LMDB's lock
 * would hang the process.
 */
import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { killPoint } from "../../testing/kill-point.ts";
import type { QueueDepth } from "../broker.ts";
import type { TotalCounters } from "../counters.ts";
import { recordDamaged, storeUnusable, storeWrite } from "../errors.ts";
import { BlobReferences } from "./blob-references.ts";
import { forgetStore, leaveStore, takeStore } from "./owner.ts";
import { Picture } from "./picture.ts";
import type { Queue } from "./queue.ts";
import { type Damage, nextDue, type ReadOptions, type ReadResult, readQueue } from "./read-queue.ts";
import type { SeenPiece } from "./seen-records.ts";
import { applyWrites, type StoredBotState, type Write } from "./state-records.ts";
import { emptyUnit, type StoredLetter, type StoreUnit } from "./store-unit.ts";
import { type Environment, entriesOf, keysOf, migrate, openEnvironment, reasonOf, storePath } from "./tables.ts";

export interface StoreOptions {
  /** The state directory. */
  readonly directory: string;
  /** What people should know: records that were set aside. */
  onProblem?(message: string): void;
}

export interface StoreSizes {
  /** Bytes of the store's file. */
  readonly storeBytes: number;
  /** Bytes in it that are free and will be used again. */
  readonly reusableBytes: number;
  readonly blobBytes: number;
  /** Bytes of the files of digests that bots have seen. */
  readonly seenBytes: number;
  /** Bytes that are free on the disk. */
  readonly freeBytes: number;
  /** Records that could not be read. */
  readonly setAside: number;
}

/** Longest body of a blob that is handed over in one piece. */
const longestBody = 64 << 20;

export class Store {
  readonly directory: string;
  readonly #environment: Environment;
  readonly #onProblem: (message: string) => void;
  readonly #blobs: BlobReferences;
  readonly #known: Picture;
  #unsure = false;

  /** Opens or makes the store. Throws WEIR_STORE_HELD, WEIR_STORE_VERSION, WEIR_STORE_UNUSABLE. */
  constructor({ directory, onProblem = () => undefined }: StoreOptions) {
    this.directory = directory;
    this.#onProblem = onProblem;
    this.#environment = openEnvironment(directory);
    this.#blobs = new BlobReferences(directory);
    this.#known = new Picture(this.#environment, directory, this.#blobs);
    let taken = false;
    try {
      migrate(this.#environment, directory);
      takeStore(this.#environment, directory);
      taken = true;
      this.#known.load();
      this.#blobs.sweep();
      this.#known.state.seen.sweep();
    } catch (error) {
      if (taken) leaveStore(this.#environment, directory);
      void this.#environment.root.close();
      if (error instanceof Error && "code" in error && String(error.code).startsWith("WEIR_")) throw error;
      const reason = this.#freeBytes() < 1 << 20 ? `the disk is full (${reasonOf(error)})` : reasonOf(error);
      throw storeUnusable({ directory, reason }, { cause: error });
    }
  }

  /** Applies units in order. Throws WEIR_STORE_WRITE. */
  apply(units: readonly StoreUnit[]): void {
    const { root } = this.#environment;
    const known = this.#sure();
    try {
      const writes = known.plan(units);
      killPoint("store.before-commit");
      root.transactionSync(() => {
        applyWrites(writes);
        killPoint("store.in-transaction");
      });
    } catch (error) {
      throw this.#failed(error);
    }
    killPoint("store.after-commit");
    this.#blobs.removeFiles();
    known.state.seen.removeFiles();
  }

  /** What memory knows is not what the tables say now; LMDB's own view may be old, too, after the disk was full. */
  #failed(error: unknown): Error {
    this.#unsure = true;
    return storeWrite({ directory: this.directory, reason: reasonOf(error) }, { cause: error });
  }

  /** What memory knows, made anew after a failure. Throws WEIR_STORE_WRITE. */
  #sure(): Picture {
    if (!this.#unsure) return this.#known;
    try {
      this.#environment.root.resetReadTxn();
      this.#known.load();
      this.#unsure = false;
      return this.#known;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Messages of a queue from a place on. Records that cannot be read are set aside on the way. Throws WEIR_STORE_WRITE. */
  read(name: string, options: ReadOptions): ReadResult {
    const queue = this.#sure().queues.get(name);
    if (queue === undefined) return { chunks: [], parked: [], held: [], more: false };
    return readQueue(this.#environment, queue, options, (damage) => this.#setAside(queue, damage));
  }

  #setAside(queue: Queue, damage: Damage): void {
    const { record, reason } = damage;
    let writes: readonly Write[];
    let what: string;
    if ("chunk" in damage) {
      writes = this.#known.planSetAside(queue, damage.chunk, record);
      what = `record ${damage.chunk} of queue "${queue.name}"`;
    } else {
      writes = this.#known.planParkedAside(queue, damage.parked, record);
      what = `parked message ${damage.parked.id} of queue "${queue.name}"`;
    }
    try {
      this.#environment.root.transactionSync(() => applyWrites(writes));
    } catch (error) {
      throw this.#failed(error);
    }
    this.#onProblem(`${recordDamaged({ what, reason }).message}; it was set aside, the others are sound.`);
  }

  /** When the first parked message after this time is due, if there is one. */
  nextDue(name: string, after: number): number | undefined {
    const queue = this.#sure().queues.get(name);
    return queue === undefined ? undefined : nextDue(this.#environment, queue, after);
  }

  depth(name: string): QueueDepth {
    const queue = this.#sure().queues.get(name);
    if (queue === undefined) return { messages: 0, bytes: 0, parked: 0 };
    const { messages, bytes, parked, oldest } = queue;
    return { messages, bytes, parked: parked.size, ...(oldest === undefined ? {} : { oldest }) };
  }

  depths(): ReadonlyMap<string, QueueDepth> {
    return new Map([...this.#sure().queues.keys()].map((name) => [name, this.depth(name)]));
  }

  /** Removes all messages of a queue, parked ones too; says how many. Throws WEIR_STORE_WRITE. */
  purge(name: string): number {
    const queue = this.#sure().queues.get(name);
    if (queue === undefined) return 0;
    const count = queue.messages + queue.parked.size;
    const acknowledge = [{ queue: name, chunk: queue.next, index: 0 }];
    const unpark = [...queue.parked.keys()].map((id) => ({ queue: name, id }));
    this.apply([{ ...emptyUnit, acknowledge, unpark }]);
    return count;
  }

  counters(): ReadonlyMap<string, TotalCounters> {
    return this.#sure().counters;
  }

  /** Heads of all dead letters, in the order of their ids. */
  *letterHeads(): Iterable<readonly [id: string, head: Uint8Array]> {
    for (const { key, value } of entriesOf(this.#environment.tables.letters, [])) yield [String(key[0]), value];
  }

  letter(id: string): Pick<StoredLetter, "id" | "head" | "body"> | undefined {
    const { letters, bodies } = this.#environment.tables;
    const head = letters.get([id]);
    if (head === undefined) return undefined;
    return { id, head: new Uint8Array(head), body: new Uint8Array(bodies.get([id]) ?? Buffer.alloc(0)) };
  }

  /** A blob's whole body, unless it is missing or longer than 64 MiB. */
  body(blob: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#blobs.read(blob, longestBody);
  }

  /** What a bot remembers at this time (epoch milliseconds), but for the digests themselves. */
  readState(bot: string, now: number): StoredBotState {
    return this.#sure().state.read(bot, now);
  }

  /** A part of what it has seen, from a place on (0: the beginning); in `memory` if that is given and enough. */
  readSeen(bot: string, from: number, now: number, memory?: ArrayBuffer): SeenPiece {
    const piece = this.#sure().state.readSeen(bot, from, now, memory);
    if (piece.missing > 0) {
      const what = `the file of digests ${from} of bot "${bot}"`;
      const reason = `${piece.missing} bytes are missing`;
      this.#onProblem(`${recordDamaged({ what, reason }).message}; what it said was seen counts as new.`);
    }
    return piece;
  }

  sizes(): StoreSizes {
    return {
      storeBytes: statSync(join(storePath(this.directory), "data.mdb")).size,
      reusableBytes: this.#reusableBytes(),
      blobBytes: this.#blobs.size(),
      seenBytes: this.#known.state.seen.fileBytes(),
      freeBytes: this.#freeBytes(),
      setAside: keysOf(this.#environment.tables.aside, []).length,
    };
  }

  /** Bytes that can still be written: free ones of the disk, and of the store's file. */
  room(): number {
    return this.#freeBytes() + this.#reusableBytes();
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.directory);
    return bavail * bsize;
  }

  #reusableBytes(): number {
    const { root, tables } = this.#environment;
    const whole = pagesOf(root.getStats());
    const used = Object.values(tables).reduce((sum, table) => sum + pagesOf(table.getStats()).own, whole.own);
    return Math.max(0, whole.last - 1 - used - whole.free) * whole.pageSize; // two pages are LMDB's own
  }

  /** Lets go of the store. */
  async close(): Promise<void> {
    leaveStore(this.#environment, this.directory);
    await this.#environment.root.close();
  }

  /** Ends as if the process had died: for tests. */
  async abandon(): Promise<void> {
    forgetStore(this.directory);
    await this.#environment.root.close();
  }
}

/** Pages by LMDB's statistics, whose type the package does not describe: of the table, of the list of free ones, the last. */
function pagesOf(stats: object): { own: number; free: number; last: number; pageSize: number } {
  const count = (of: object, name: string): number => Number(Reflect.get(of, name) ?? 0);
  const pages = (of: object): number =>
    count(of, "treeBranchPageCount") + count(of, "treeLeafPageCount") + count(of, "overflowPages");
  const free: unknown = Reflect.get(stats, "free");
  return {
    own: pages(stats),
    free: typeof free === "object" && free !== null ? pages(free) : 0,
    last: count(stats, "lastPageNumber"),
    pageSize: count(stats, "pageSize") || 4096,
  };
}

/**
 * Serves a store to clients over ports, in the store's own thread or in the caller's.
 *
 * Invariants
 * - Units of one client are applied in the order in which they came; all that wait when a commit begins go into it.
 * - A unit is answered when it is on disk. While the disk is full units that need space wait, and those of the same client
 *   behind them; nothing is dropped, and units that only take away go on.
 * - A unit that cannot be written for a reason of its own fails, and with it those that the same client gave before it
 *   knew: they may acknowledge what the failed one had done. Units of other clients are not concerned.
 * - A reader that begins anew sees the acknowledgements that it sent before.
 */
import type { MessagePort } from "node:worker_threads";
import { pageOf } from "../../dead-letter/letter-filter.ts";
import { sentence } from "../../observe/sentence.ts";
import { storeClosed } from "../errors.ts";
import { defaultReserveBytes, FreeSpace, type SpaceLevel } from "./free-space.ts";
import { HighWater } from "./high-water.ts";
import type { Store } from "./store.ts";
import { errorData, type QueueRoom, type StoreNotice, type StoreReply, type StoreRequest } from "./store-protocol.ts";
import { bytesOf, needsSpace } from "./store-unit.ts";

export interface StoreServerOptions {
  readonly store: Store;
  /** Free bytes that are kept for what is under way when the disk fills up; default 64 MiB. */
  readonly reserveBytes?: number;
  /** For tests: the bytes that can still be written. */
  room?(): number;
  /** The store was closed. */
  onClosed?(): void;
}

interface Client {
  readonly port: MessagePort;
  readonly watched: Set<string>;
  /** Units of it that failed. */
  failures: number;
}

type CommitRequest = Extract<StoreRequest, { readonly op: "commit" }>;
type OtherRequest = Exclude<StoreRequest, { readonly op: "commit" | "writable" | "close" }>;

interface Waiting {
  readonly client: Client;
  readonly request: CommitRequest;
}

const retryPause = 500;
const longestTimer = 2 ** 31 - 1;

export class StoreServer {
  readonly #store: Store;
  readonly #space: FreeSpace;
  readonly #onClosed: () => void;
  readonly #clients = new Set<Client>();
  readonly #water: HighWater<{ readonly client: Client; readonly id: number }>;
  #waiting: Waiting[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #spaceTimer: NodeJS.Timeout | undefined;
  readonly #dueTimers = new Map<string, { readonly due: number; readonly timer: NodeJS.Timeout }>();
  #level: SpaceLevel = "enough";
  #failing = false;
  #closed: Promise<void> | undefined;

  constructor({ store, reserveBytes = defaultReserveBytes, room, onClosed = () => undefined }: StoreServerOptions) {
    this.#store = store;
    this.#onClosed = onClosed;
    this.#water = new HighWater((queue) => store.depth(queue));
    this.#space = new FreeSpace(room ?? (() => store.room()), reserveBytes);
    this.#lookAtSpace();
  }

  /** Serves another client. */
  connect(port: MessagePort): void {
    const client: Client = { port, watched: new Set(), failures: 0 };
    this.#clients.add(client);
    port.on("message", (request: StoreRequest) => this.#onRequest(client, request));
    port.on("close", () => this.#clients.delete(client));
    for (const [queue, limits] of this.#water.limits) this.#tell([client], { notice: "limit", queue, limits });
    for (const queue of this.#water.full) this.#tell([client], { notice: "full", room: this.#roomOf(queue) });
    if (this.#level !== "enough") this.#tell([client], { notice: "space", low: true });
  }

  /** Tells all clients. */
  problem(message: string): void {
    this.#tell(this.#clients, { notice: "problem", message });
  }

  #onRequest(client: Client, request: StoreRequest): void {
    const { id } = request;
    if (this.#closed !== undefined && request.op !== "close") {
      this.#reply(client, { id, error: errorData(storeClosed({ operation: request.op })) });
      return;
    }
    switch (request.op) {
      case "commit":
        this.#waiting.push({ client, request });
        this.#schedule();
        return;
      case "writable":
        this.#water.wait(request.queue, { client, id });
        this.#releaseProducers();
        return;
      case "close":
        void this.close().then(
          () => this.#reply(client, { id, answer: undefined }),
          (error: unknown) => this.#reply(client, { id, error: errorData(error) }),
        );
        return;
      default:
        try {
          const { answer, transfer } = this.#answer(client, request);
          this.#reply(client, { id, answer }, transfer);
        } catch (error) {
          this.#reply(client, { id, error: errorData(error) });
        }
    }
  }

  #answer(client: Client, request: OtherRequest): { readonly answer: unknown; readonly transfer?: ArrayBuffer[] } {
    const store = this.#store;
    switch (request.op) {
      case "read": {
        if (request.after === 0) this.#commitWaiting(); // so that it does not get again what it acknowledged
        const answer = store.read(request.queue, request);
        if (answer.chunks.length === 0) this.#armDue(request.queue, request.now);
        return { answer, transfer: [...answer.chunks, ...answer.parked].map(({ record }) => record.buffer) };
      }
      case "release":
        this.#commitWaiting();
        this.#wake(request.queue);
        return { answer: undefined };
      case "watch":
        client.watched.add(request.queue);
        this.#armDue(request.queue, Date.now());
        return { answer: undefined };
      case "unwatch":
        client.watched.delete(request.queue);
        return { answer: undefined };
      case "limit":
        this.#water.limit(request.queue, request.limits);
        this.#tell(this.#clients, { notice: "limit", queue: request.queue, limits: request.limits });
        this.#announceFull([request.queue]);
        this.#releaseProducers();
        return { answer: undefined };
      case "depths":
        return { answer: store.depths() };
      case "purge": {
        this.#commitWaiting();
        const answer = store.purge(request.queue);
        this.#tell(this.#clients, { notice: "purged", queue: request.queue });
        this.#releaseProducers();
        return { answer };
      }
      case "counters":
        return { answer: store.counters() };
      case "state": {
        this.#commitWaiting();
        return { answer: store.readState(request.bot, Date.now()) };
      }
      case "seen": {
        const answer = store.readSeen(request.bot, request.from, Date.now(), request.memory);
        return { answer, transfer: [answer.packed.buffer] };
      }
      case "letters":
        return { answer: pageOf(store.letterHeads(), request.filter) };
      case "letter":
        return { answer: store.letter(request.letter) };
      case "body":
        return { answer: store.body(request.blob) };
      case "sizes":
        return { answer: store.sizes() };
    }
  }

  #schedule(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#commitWaiting();
    });
  }

  /** One transaction for all units that may be written now. */
  #commitWaiting(): void {
    if (this.#waiting.length === 0) return;
    const level = this.#lookAtSpace();
    const held = new Set<Client>();
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    for (const waiting of this.#waiting) {
      if (this.#refuse(waiting)) continue;
      const wait = held.has(waiting.client) || (level === "none" && needsSpace(waiting.request.unit));
      if (wait) held.add(waiting.client);
      (wait ? later : batch).push(waiting);
    }
    this.#waiting = later;
    if (later.length > 0) this.#retryLater();
    if (batch.length === 0) return;
    try {
      this.#store.apply(batch.map(({ request }) => request.unit));
    } catch (error) {
      if (batch.length === 1) this.#onFailure(batch, error);
      else this.#commitSingly(batch);
      return;
    }
    this.#onCommitted(batch);
  }

  #refuse({ client, request }: Waiting): boolean {
    if (request.failures === client.failures) return false;
    const error = errorData(storeClosed({ operation: "commit a unit after one that failed" }));
    this.#reply(client, { id: request.id, error });
    return true;
  }

  /** Finds the unit that cannot be written; those before it are committed, those behind it come after it. */
  #commitSingly(batch: readonly Waiting[]): void {
    for (const [index, waiting] of batch.entries()) {
      try {
        this.#store.apply([waiting.request.unit]);
      } catch (error) {
        this.#waiting = [...batch.slice(index + 1), ...this.#waiting];
        this.#onFailure([waiting], error);
        return;
      }
      this.#onCommitted([waiting]);
    }
  }

  /** Without space everything waits; any other failure is the unit's own, since nothing of it was written. */
  #onFailure(batch: readonly Waiting[], error: unknown): void {
    const { message } = errorData(error);
    this.#space.lookAgain();
    if (this.#lookAtSpace() === "enough" && !looksLikeDisk(message)) {
      for (const { client, request } of batch) {
        client.failures += 1;
        this.#reply(client, { id: request.id, error: errorData(error) });
      }
      this.#schedule();
      return;
    }
    if (!this.#failing)
      this.problem(`${sentence(capitalised(message))} Nothing is lost: what is under way waits and is tried again.`);
    this.#failing = true;
    this.#waiting = [...batch, ...this.#waiting];
    this.#retryLater();
  }

  #retryLater(): void {
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      this.#space.lookAgain();
      this.#commitWaiting();
    }, retryPause);
  }

  #onCommitted(batch: readonly Waiting[]): void {
    if (this.#failing) this.problem("The store can be written again; everything goes on.");
    this.#failing = false;
    const filled = new Set<string>();
    const parkedInto = new Map<string, number>();
    for (const { client, request } of batch) {
      this.#space.used(bytesOf(request.unit));
      const queues = new Set(request.unit.enqueue.map(({ queue }) => queue));
      for (const queue of queues) filled.add(queue);
      for (const { queue, dueAt } of request.unit.park) {
        parkedInto.set(queue, Math.min(parkedInto.get(queue) ?? dueAt, dueAt));
      }
      this.#reply(client, { id: request.id, answer: [...queues].map((queue) => this.#roomOf(queue)) });
    }
    for (const queue of filled) this.#wake(queue);
    // Some may be due already, and the reader not woken for them.
    for (const [queue, due] of parkedInto) {
      const waited = this.#dueTimers.get(queue)?.due ?? due;
      this.#armDue(queue, Math.min(due - 1, waited - 1, Date.now()));
    }
    this.#announceFull(filled);
    this.#releaseProducers();
  }

  #wake(queue: string): void {
    for (const client of this.#clients) if (client.watched.has(queue)) this.#tell([client], { notice: "wake", queue });
  }

  /** Wakes readers when the first parked message after this time is due. */
  #armDue(queue: string, now: number): void {
    clearTimeout(this.#dueTimers.get(queue)?.timer);
    this.#dueTimers.delete(queue);
    const due = this.#store.nextDue(queue, now);
    if (due === undefined || ![...this.#clients].some(({ watched }) => watched.has(queue))) return;
    const wake = (): void => {
      this.#dueTimers.delete(queue);
      const isDue = due <= Date.now(); // a timer may be a little early
      if (isDue) this.#wake(queue);
      this.#armDue(queue, isDue ? due : due - 1);
    };
    const timer = setTimeout(wake, Math.min(Math.max(1, due - Date.now()), longestTimer));
    this.#dueTimers.set(queue, { due, timer });
  }

  #roomOf(queue: string): QueueRoom {
    const { messages, bytes } = this.#store.depth(queue);
    return { queue, messages, bytes };
  }

  #announceFull(queues: Iterable<string>): void {
    for (const queue of this.#water.filled(queues)) {
      this.#tell(this.#clients, { notice: "full", room: this.#roomOf(queue) });
    }
  }

  #releaseProducers(): void {
    if (this.#level !== "enough") return;
    for (const { producer, queue } of this.#water.emptied()) {
      this.#reply(producer.client, { id: producer.id, answer: this.#roomOf(queue) });
    }
  }

  #lookAtSpace(): SpaceLevel {
    const level = this.#space.level(Date.now());
    if (level !== "enough") this.#spaceTimer ??= this.#lookSoon();
    if (level === this.#level) return level;
    const before = this.#level;
    this.#level = level;
    if (level === "enough" || before === "enough") {
      this.#tell(this.#clients, { notice: "space", low: level !== "enough" });
      this.problem(this.#spaceMessage(level));
    }
    this.#releaseProducers();
    return level;
  }

  #lookSoon(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#spaceTimer = undefined;
      this.#lookAtSpace();
    }, retryPause);
    return timer.unref();
  }

  #spaceMessage(level: SpaceLevel): string {
    const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
    const free = `${mebibytes(this.#space.bytes)} MiB are free for the store in ${this.#store.directory}`;
    if (level === "enough") return `There is space again (${free}): everything goes on.`;
    return `The disk is nearly full (${free}, ${mebibytes(this.#space.reserve)} MiB are kept in reserve): nothing new is taken in until there is space. Nothing is lost.`;
  }

  #reply(client: Client, reply: StoreReply, transfer: ArrayBuffer[] = []): void {
    client.port.postMessage(reply, transfer);
  }

  #tell(clients: Iterable<Client>, notice: StoreNotice): void {
    for (const { port } of clients) port.postMessage(notice);
  }

  /** Writes what waits and lets go of the store. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#commitWaiting();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#spaceTimer);
    clearImmediate(this.#scheduled);
    for (const { timer } of this.#dueTimers.values()) clearTimeout(timer);
    for (const { client, request } of this.#waiting) {
      this.#reply(client, { id: request.id, error: errorData(storeClosed({ operation: "commit" })) });
    }
    for (const { client, id } of this.#water.giveUp()) {
      this.#reply(client, { id, error: errorData(storeClosed({ operation: "wait for room" })) });
    }
    this.#waiting = [];
    await this.#store.close();
    setImmediate(() => {
      for (const { port } of this.#clients) port.close(); // behind the last replies
      this.#onClosed();
    });
  }
}

/** LMDB tells a full or failing disk by these, whatever `statfs` says. */
function looksLikeDisk(message: string): boolean {
  return /No space left|Input\/output error|MDB_MAP_FULL|EIO|ENOSPC|Disk quota|Read-only file system/i.test(message);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

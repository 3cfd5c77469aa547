/**
 * Serves the store to clients over message ports, in the store's own thread or in the caller's.
 *
 * Invariants
 * - Units of one client are committed in the order in which they came; all units that wait when a commit begins go into it.
 * - A unit that cannot be written (disk full) is tried again until it can; clients wait, nothing is dropped.
 * - While free space is below the reserve every queue counts as full, so that those who produce stop before writing fails.
 */
import type { MessagePort } from "node:worker_threads";
import type { QueueLimits } from "../broker.ts";
import { type PreparedUnit, Store } from "./store.ts";

/** Free bytes that are left alone, so that what is under way can end when the disk fills up. */
export const reserveBytes = 64 << 20;

export type StoreRequest =
  | { readonly op: "commit"; readonly unit: PreparedUnit }
  | { readonly op: "read"; readonly queue: string; readonly from: number; readonly maxMessages: number; readonly maxBytes: number; readonly now: number }
  | { readonly op: "watch"; readonly queue: string }
  | { readonly op: "unwatch"; readonly queue: string }
  | { readonly op: "limit"; readonly queue: string; readonly limits: QueueLimits }
  | { readonly op: "depths" | "counters" | "letters" | "sizes" | "close" }
  | { readonly op: "letter"; readonly id: string }
  | { readonly op: "state"; readonly bot: string; readonly now: number }
  | { readonly op: "purge"; readonly queue: string }
  | { readonly op: "set-aside"; readonly queue: string; readonly chunk: number };

export type StoreNotice =
  | { readonly notice: "ready"; readonly queue: string }
  | { readonly notice: "full"; readonly queues: readonly string[]; readonly all: boolean }
  | { readonly notice: "problem"; readonly message: string };

interface Client {
  readonly port: MessagePort;
  readonly watched: Set<string>;
}

interface Waiting {
  readonly client: Client;
  readonly id: number;
  readonly unit: PreparedUnit;
}

export class StoreServer {
  readonly #store: Store;
  readonly #clients = new Set<Client>();
  readonly #limits = new Map<string, QueueLimits>();
  #waiting: Waiting[] = [];
  #full = "";
  #scheduled = false;
  #dueTimer: NodeJS.Timeout | undefined;
  #spaceChecked = 0;
  #spaceLow = false;
  #spaceTimer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(directory: string) {
    this.#store = new Store(directory);
    this.#armDue();
  }

  connect(port: MessagePort): void {
    const client: Client = { port, watched: new Set() };
    this.#clients.add(client);
    port.on("message", ({ id, request }: { readonly id: number; readonly request: StoreRequest }) => this.#onRequest(client, id, request));
    port.on("close", () => this.#clients.delete(client));
    this.#tell([client], this.#fullNotice());
  }

  #onRequest(client: Client, id: number, request: StoreRequest): void {
    if (request.op === "commit") {
      this.#waiting.push({ client, id, unit: request.unit });
      this.#schedule();
      return;
    }
    try {
      const result = this.#answer(client, request);
      if (result instanceof Promise) void result.then((value) => client.port.postMessage({ id, result: value }));
      else client.port.postMessage({ id, result });
    } catch (error) {
      client.port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  #answer(client: Client, request: Exclude<StoreRequest, { op: "commit" }>): unknown {
    const store = this.#store;
    switch (request.op) {
      case "read":
        return {
          due: store.due(request.queue, request.now, request.maxMessages),
          chunks: store.read(request.queue, request.from, request),
        };
      case "watch":
        client.watched.add(request.queue);
        return undefined;
      case "unwatch":
        client.watched.delete(request.queue);
        return undefined;
      case "limit":
        this.#limits.set(request.queue, request.limits);
        this.#announceFull();
        return undefined;
      case "depths":
        return this.#depths();
      case "counters":
        return store.counters();
      case "letters":
        return store.letters();
      case "letter":
        return store.letter(request.id);
      case "state":
        return store.state(request.bot, request.now);
      case "purge": {
        const count = store.purge(request.queue);
        this.#announceFull();
        return count;
      }
      case "set-aside":
        return store.setAside(request.queue, request.chunk);
      case "sizes":
        return store.sizes();
      case "close":
        return this.#close();
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#commitWaiting());
  }

  #commitWaiting(): void {
    this.#scheduled = false;
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      this.#store.apply(batch.map(({ unit }) => unit));
    } catch (error) {
      this.#retry(batch, error);
      return;
    }
    if (this.#failures > 0) this.#tell(this.#clients, { notice: "problem", message: "The store can be written again; everything goes on." });
    this.#failures = 0;
    for (const { client, id } of batch) client.port.postMessage({ id });
    const ready = new Set(batch.flatMap(({ unit }) => unit.enqueue.map(({ queue }) => queue)));
    for (const queue of ready) this.#wake(queue);
    if (batch.some(({ unit }) => unit.park.length > 0 || unit.unpark.length > 0)) this.#armDue();
    this.#announceFull();
    this.#watchSpace();
  }

  #retry(batch: Waiting[], error: unknown): void {
    this.#waiting = [...batch, ...this.#waiting];
    this.#failures += 1;
    if (this.#failures === 1 || this.#failures % 60 === 0) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The store cannot be written (${reason}); nothing is lost, everything waits. Free space on the disk of ${this.#store.directory}: ${Math.round(this.#store.freeBytes() / 2 ** 20)} MiB free.`;
      this.#tell(this.#clients, { notice: "problem", message });
    }
    setTimeout(() => {
      this.#store.recover();
      this.#schedule();
    }, Math.min(5000, 200 * this.#failures));
  }

  #wake(queue: string): void {
    for (const client of this.#clients) if (client.watched.has(queue)) client.port.postMessage({ notice: "ready", queue });
  }

  /** Wakes readers when a parked message is due. */
  #armDue(): void {
    clearTimeout(this.#dueTimer);
    const next = this.#store.nextDue();
    if (next.size === 0) return;
    const soonest = Math.min(...next.values());
    const pause = Math.min(Math.max(0, soonest - Date.now()), 2 ** 31 - 1);
    this.#dueTimer = setTimeout(() => {
      const now = Date.now();
      for (const [queue, due] of next) if (due <= now) this.#wake(queue);
      // What was woken is taken out by its reader; asking again sooner than in a second would only spin.
      this.#dueTimer = setTimeout(() => this.#armDue(), 1000);
    }, pause);
  }

  #isFull(name: string, limits: QueueLimits): boolean {
    const head = this.#store.queues.get(name)?.head;
    return head !== undefined && (head.messages >= limits.maxMessages || head.bytes >= limits.maxBytes);
  }

  #fullNotice(): StoreNotice {
    const queues = [...this.#limits].filter(([name, limits]) => this.#isFull(name, limits)).map(([name]) => name);
    return { notice: "full", queues, all: this.#spaceLow };
  }

  #announceFull(): void {
    const notice = this.#fullNotice();
    const text = JSON.stringify(notice);
    if (text === this.#full) return;
    this.#full = text;
    this.#tell(this.#clients, notice);
  }

  /** Looks at the free space now and then, more often while there is little. */
  #watchSpace(): void {
    const now = Date.now();
    if (now - this.#spaceChecked < 1000) return;
    this.#spaceChecked = now;
    const free = this.#store.freeBytes();
    const low = free < reserveBytes;
    if (low !== this.#spaceLow) {
      this.#spaceLow = low;
      const state = `${Math.round(free / 2 ** 20)} MiB are free on the disk of ${this.#store.directory}`;
      const message = low ? `The disk is nearly full (${state}): nothing new is taken in until there is space; nothing is lost.` : `There is space again (${state}): everything goes on.`;
      this.#tell(this.#clients, { notice: "problem", message });
      this.#announceFull();
    }
    clearTimeout(this.#spaceTimer);
    if (low) this.#spaceTimer = setTimeout(() => this.#watchSpace(), 1000);
  }

  #tell(clients: Iterable<Client>, notice: StoreNotice): void {
    for (const { port } of clients) port.postMessage(notice);
  }

  #depths(): ReadonlyMap<string, unknown> {
    return new Map(
      [...this.#store.queues].map(([name, { head }]) => {
        const oldest = this.#store.oldest(name);
        return [name, { messages: head.messages, bytes: head.bytes, parked: this.#store.parkedCount(name), ...(oldest === undefined ? {} : { oldest }) }];
      }),
    );
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#dueTimer);
    clearTimeout(this.#spaceTimer);
    if (this.#waiting.length > 0) {
      try {
        this.#store.apply(this.#waiting.map(({ unit }) => unit));
        for (const { client, id } of this.#waiting) client.port.postMessage({ id });
      } catch (error) {
        this.#tell(this.#clients, { notice: "problem", message: `The last units could not be written: ${error instanceof Error ? error.message : String(error)}. They are done again at the next start.` });
      }
      this.#waiting = [];
    }
    await this.#store.close();
  }
}


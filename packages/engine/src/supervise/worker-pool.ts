/**
 * The workers of a botnet: threads that are started when they are needed, started anew with back-off when they end, and
 * connected where two share a stage (run/hand-over.ts).
 *
 * Invariants
 * - A worker is given bots when it has the configuration and, if it hands over, the worker that goes on.
 * - When a worker ends that others hand over to, those end with it: nobody would commit their units.
 * - Workers that hand over are shut down before those that go on for them.
 */
import { MessageChannel } from "node:worker_threads";
import { RestartPolicy } from "./restart-policy.ts";
import { WorkerClient, type WorkerPort, workerGone } from "./worker-client.ts";
import type { WorkerEvent, WorkerRequest } from "./worker-protocol.ts";

export interface WorkerPoolOptions {
  /** Starts the thread of a worker. */
  spawn(worker: number): WorkerPort;
  /** What a worker is to know; asked whenever it is given it. */
  configuration(worker: number): WorkerRequest;
  /** The worker that goes on with the units of this one. */
  nextOf(worker: number): number | undefined;
  event(worker: number, event: WorkerEvent): void;
  /** A worker ended; it may be started again in `pause` milliseconds. */
  failed(worker: number, error: Error | undefined, pause: number): void;
  /** The pause is over. */
  again(worker: number): void;
}

interface Slot {
  readonly policy: RestartPolicy;
  /** While the worker runs. */
  client?: WorkerClient | undefined;
  /** Resolves when it can be given bots. */
  opened?: Promise<WorkerClient> | undefined;
  timer?: NodeJS.Timeout;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Map<number, Slot>();
  #closing = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** The worker, if it runs. */
  get(worker: number): WorkerClient | undefined {
    return this.#slots.get(worker)?.client;
  }

  get running(): readonly WorkerClient[] {
    return [...this.#slots.values()].flatMap(({ client }) => (client === undefined ? [] : [client]));
  }

  /** The worker, started if need be. */
  open(worker: number): Promise<WorkerClient> {
    let slot = this.#slots.get(worker);
    if (slot === undefined) {
      slot = { policy: new RestartPolicy() };
      this.#slots.set(worker, slot);
    }
    slot.opened ??= this.#open(slot, worker);
    return slot.opened;
  }

  async #open(slot: Slot, worker: number): Promise<WorkerClient> {
    const client: WorkerClient = new WorkerClient(this.#options.spawn(worker), worker, {
      event: (event) => this.#onEvent(worker, client, event),
      end: (error) => this.#onEnd(worker, client, error),
    });
    slot.client = client;
    try {
      await this.#connect(client, worker);
      await client.request(this.#options.configuration(worker));
      return client;
    } catch (error) {
      if (slot.client === client) letGo(slot);
      void client.shutDown(0).catch(() => undefined);
      throw error;
    }
  }

  /** Has a worker hand over to another; nothing when it has none to go on for it. */
  async connect(worker: number): Promise<void> {
    const client = this.get(worker);
    if (client !== undefined) await this.#connect(client, worker);
  }

  async #connect(client: WorkerClient, worker: number): Promise<void> {
    const to = this.#options.nextOf(worker);
    if (to === undefined) return;
    const next = await this.open(to);
    const { port1, port2 } = new MessageChannel();
    await next.request({ op: "take-over", from: worker, port: port2 }, [port2]);
    await client.request({ op: "hand-over", port: port1 }, [port1]);
  }

  /** Gives the workers that run what they are to know now. */
  async configure(): Promise<void> {
    await Promise.all(
      [...this.#slots].map(([worker, { client }]) => client?.request(this.#options.configuration(worker))),
    );
  }

  #onEvent(worker: number, client: WorkerClient, event: WorkerEvent): void {
    this.#options.event(worker, event);
    if (event.event !== "broken") return;
    void client.shutDown(0).catch(() => undefined);
    this.#onEnd(worker, client, new Error(event.message));
  }

  #onEnd(worker: number, client: WorkerClient, error: Error | undefined): void {
    const slot = this.#slots.get(worker);
    if (slot?.client !== client) return;
    letGo(slot);
    if (this.#closing) return;
    const pause = slot.policy.failed(Date.now());
    this.#options.failed(worker, error, pause);
    slot.timer = setTimeout(() => this.#options.again(worker), pause);
    for (const [other, { client: before }] of this.#slots) {
      if (before === undefined || this.#options.nextOf(other) !== worker) continue;
      void before.shutDown(0).catch(() => undefined);
      this.#onEnd(other, before, new Error(`worker ${worker}, which goes on with its events, ended`));
    }
  }

  /** Ends all workers, with their bots stopped; they can be started again. */
  async end(deadline: number): Promise<void> {
    const numbers = [...this.#slots.keys()];
    const handsOver = (worker: number): boolean => this.#options.nextOf(worker) !== undefined;
    await this.#endThese(numbers.filter(handsOver), deadline);
    await this.#endThese(
      numbers.filter((worker) => !handsOver(worker)),
      deadline,
    );
  }

  async #endThese(workers: readonly number[], deadline: number): Promise<void> {
    await Promise.all(
      workers.map(async (worker) => {
        const slot = this.#slots.get(worker);
        const client = slot?.client;
        if (slot !== undefined) letGo(slot); // what ends is no failure
        await client?.shutDown(deadline).catch((error: unknown) => {
          if (!workerGone.is(error)) throw error;
        });
      }),
    );
  }

  /** Ends all workers for good. */
  async close(deadline: number): Promise<void> {
    this.#closing = true;
    for (const { timer } of this.#slots.values()) clearTimeout(timer);
    await this.end(deadline);
  }
}

function letGo(slot: Slot): void {
  slot.client = undefined;
  slot.opened = undefined;
}

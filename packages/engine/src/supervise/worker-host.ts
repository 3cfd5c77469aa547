/**
 * The bots of one worker, driven by requests of the supervisor. It runs in a thread of its own (`worker-thread.ts`) or in
 * the caller's (`weir run`, tests).
 *
 * Invariants
 * - A request about a bot concerns that bot only; its failure is the reply, never an exception of the worker.
 * - A bot is started when its last stop is done: what it held is free then.
 * - A bot whose start fails is `failed` with the reason and is not part of the flow.
 */
import type { MessagePort } from "node:worker_threads";
import { writeMessage } from "@weir/format";
import type { Broker } from "../broker/broker.ts";
import { sentence } from "../observe/sentence.ts";
import type { BlobStore } from "../report/blob-store.ts";
import type { BotNode, BotSpec } from "../run/bot-node.ts";
import { BotRunner } from "../run/bot-runner.ts";
import type { BotStatus } from "../run/bot-status.ts";
import { buildNode, type NodeServices } from "../run/build-node.ts";
import { messageWithCauses } from "../run/failure.ts";
import { Flow } from "../run/flow.ts";
import { HandOver, TakeOver } from "../run/hand-over.ts";
import type { SentSettings } from "./sent-settings.ts";
import type { Assignment, BotReport, WorkerEvent, WorkerRequest } from "./worker-protocol.ts";

export interface WorkerHostOptions {
  readonly broker: Broker;
  readonly blobs: BlobStore;
  readonly services: NodeServices;
  /** Descriptions of the bots that are assigned here. Throws what the configuration says against one of them. */
  specs(
    bots: readonly SentSettings[],
    assignments: readonly Assignment[],
  ): Promise<ReadonlyMap<string, BotSpec | { readonly refused: string }>>;
  emit(event: WorkerEvent): void;
  /** Writes what waits for the logs: the process may end right after a shutdown. */
  flushLogs?(): void;
}

export class WorkerHost {
  readonly #options: WorkerHostOptions;
  readonly #flow: Flow;
  readonly #runners = new Map<string, BotRunner>();
  readonly #notRunning = new Map<string, BotStatus>();
  /** By the number of the worker that hands over. */
  readonly #takeOvers = new Map<number, TakeOver>();
  readonly #stops = new Map<string, Promise<unknown>>();
  #specs: ReadonlyMap<string, BotSpec | { readonly refused: string }> = new Map();
  /** The configuration that is being read; starts that came after it wait for it. */
  #configured: Promise<void> = Promise.resolve();

  constructor(options: WorkerHostOptions) {
    this.#options = options;
    this.#flow = new Flow({
      broker: options.broker,
      buildNode: (spec) => buildNode(spec, options.services),
      bodyOf: (envelope) => options.blobs.bodyOf(envelope),
      readBody: (blob) => options.blobs.readAll(blob),
      onBusy: () => options.emit({ event: "busy" }),
      onBroken: (error) => options.emit({ event: "broken", message: messageWithCauses(error) }),
      onStopRequest: (node) => {
        void this.#noteStop(node.id, this.#endBot(node, "A message was given up and error_procedure is stop."));
      },
    });
  }

  async handle(request: WorkerRequest): Promise<unknown> {
    switch (request.op) {
      case "configure":
        this.#flow.setHandedQueues(request.handed);
        this.#configured = this.#configure(request.bots, request.assignments);
        return this.#configured;
      case "hand-over":
        return this.#flow.handOverBy(new HandOver(request.port, this.#options.broker));
      case "take-over":
        return this.#takeOver(request.from, request.port);
      case "start":
        return this.#start(request.bot);
      case "stop":
        return this.#noteStop(request.bot, this.#stop(request.bot, request.reason, request.deadline));
      case "remove":
        this.#notRunning.delete(request.bot);
        return undefined;
      case "hurry":
        this.#runners.get(request.bot)?.hurry();
        return undefined;
      case "status":
        return this.#status();
      case "tap":
        this.#tap(request.bot, request.tap, request.count);
        return undefined;
      case "untap":
        this.#untap(request.bot);
        return undefined;
      case "shutdown":
        return this.#shutdown(request.deadline);
    }
  }

  async #configure(bots: readonly SentSettings[], assignments: readonly Assignment[]): Promise<void> {
    this.#specs = await this.#options.specs(bots, assignments);
  }

  async #takeOver(from: number, port: MessagePort): Promise<void> {
    const { eventFields, reportFields } = this.#options.services;
    await this.#takeOvers.get(from)?.end();
    this.#takeOvers.set(from, new TakeOver(port, this.#flow, { event: eventFields, report: reportFields }));
  }

  async #start(id: string): Promise<BotStatus> {
    await this.#configured;
    await this.#stops.get(id);
    const running = this.#runners.get(id);
    if (running !== undefined) return running.node.status;
    const spec = this.#specs.get(id);
    const now = this.#options.services.clock.now();
    if (spec === undefined || "refused" in spec) {
      const reason = spec === undefined ? "The configuration has no such bot." : spec.refused;
      return this.#note(id, { state: "failed", reason, since: now });
    }
    this.#notRunning.delete(id);
    let node: BotNode | undefined;
    try {
      node = await this.#flow.add(spec);
      const runner = new BotRunner({
        flow: this.#flow,
        node,
        blobs: this.#options.blobs,
        onEnd: (reason) => {
          if (node !== undefined) void this.#noteStop(node.id, this.#endBot(node, reason));
        },
      });
      node.context.log.info("Bot is starting.");
      this.#runners.set(id, runner);
      await runner.start();
      return node.status;
    } catch (error) {
      this.#runners.delete(id);
      this.#flow.remove(id);
      const reason = `It could not start: ${messageWithCauses(error)}`;
      node?.context.log.error(sentence(reason), error);
      return this.#note(id, { state: "failed", reason, since: now });
    }
  }

  async #stop(id: string, reason: string, deadline: number): Promise<BotStatus> {
    const runner = this.#runners.get(id);
    if (runner === undefined) {
      const since = this.#options.services.clock.now();
      return this.#note(id, { state: "stopped", reason, since });
    }
    this.#runners.delete(id);
    try {
      await runner.stop(reason, deadline);
      runner.node.context.log.info("Bot stopped.");
    } catch (error) {
      const failure = `${reason} Closing it failed: ${messageWithCauses(error)}`;
      runner.node.context.log.error(failure, error);
      runner.node.setStatus("stopped", failure);
    }
    this.#flow.remove(id);
    return this.#note(id, runner.node.status);
  }

  /** Lets starts of the bot wait for this stop. */
  async #noteStop<T>(id: string, stop: Promise<T>): Promise<T> {
    const done = Promise.allSettled([this.#stops.get(id), stop]);
    this.#stops.set(id, done);
    void done.then(() => {
      if (this.#stops.get(id) === done) this.#stops.delete(id);
    });
    return stop;
  }

  #note(id: string, status: BotStatus): BotStatus {
    this.#notRunning.set(id, status);
    return status;
  }

  async #endBot(node: BotNode, reason: string): Promise<void> {
    await this.#stop(node.id, reason, 10_000);
    this.#options.emit({ event: "ended", bot: node.id, reason });
  }

  #status(): readonly BotReport[] {
    const running = [...this.#runners.values()].map(
      ({ node }): BotReport => ({
        id: node.id,
        status: node.status,
        busy: node.busyMicroseconds,
        ...(node.lastReceived === undefined ? {} : { lastReceived: node.lastReceived }),
        ...(node.lastSent === undefined ? {} : { lastSent: node.lastSent }),
      }),
    );
    const others = [...this.#notRunning]
      .filter(([id]) => !this.#runners.has(id))
      .map(([id, status]): BotReport => ({ id, status, busy: 0 }));
    return [...running, ...others];
  }

  /** At most ten samples a second and direction, so that watching costs a busy bot nothing. */
  #tap(id: string, tap: number, count: number): void {
    const node = this.#runners.get(id)?.node;
    if (node === undefined) return;
    let left = count;
    const next = { in: 0, out: 0 };
    node.tap = (direction, path, message) => {
      const now = this.#options.services.clock.now();
      if (now < next[direction]) return;
      next[direction] = now + 100;
      left -= 1;
      if (left <= 0) node.tap = undefined;
      this.#options.emit({ event: "tap", tap, bot: id, direction, path, message: writeMessage(message) });
    };
  }

  #untap(id: string): void {
    const node = this.#runners.get(id)?.node;
    if (node !== undefined) node.tap = undefined;
  }

  async #shutdown(deadline: number): Promise<void> {
    const collectors = [...this.#runners.values()].filter(({ node }) => node.built.kind === "collector");
    const others = [...this.#runners.values()].filter(({ node }) => node.built.kind !== "collector");
    await Promise.all(collectors.map(({ node }) => this.#stop(node.id, "The botnet stops.", deadline)));
    await Promise.all(others.map(({ node }) => this.#stop(node.id, "The botnet stops.", deadline)));
    this.#options.flushLogs?.();
  }
}

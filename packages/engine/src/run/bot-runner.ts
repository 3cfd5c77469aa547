/**
 * Starts and stops one bot and runs its loop: receive and process, or collect and wait.
 *
 * Invariants
 * - `stop` lets the unit in work finish, commits it, gives back what was received and not begun, and closes the bot.
 * - What a bot throws never ends the loop: it is kept, retried or shown in the status. What ends it all the same breaks the
 *   flow, so that the worker is started anew.
 */
import { randomUUID } from "node:crypto";
import type { Envelope, ReceivedMessage } from "../broker/broker.ts";
import type { CollectedReport } from "../definition/definition.ts";
import { sentence } from "../observe/sentence.ts";
import type { BlobWriter } from "../report/blob-store.ts";
import type { BotNode } from "./bot-node.ts";
import type { Cascade } from "./cascade.ts";
import { deliverReport } from "./collected.ts";
import { messageWithCauses } from "./failure.ts";
import type { Flow } from "./flow.ts";
import { defaultFieldsOf, runReport, type StepEnd } from "./report-run.ts";
import { setOrigin, Unit } from "./unit.ts";

/** Messages of one unit, for bots that work in memory. */
const batchMessages = 1000;
const batchBytes = 4 << 20;
/** Reports up to this size share a unit. */
const smallReportBytes = 64 << 10;

export interface RunnerOptions {
  readonly flow: Flow;
  readonly node: BotNode;
  readonly blobs: BlobWriter;
  /** The loop ended by itself: a scheduled bot is done, or a bot gave up. */
  onEnd?(reason: string): void;
}

/** Runs one step of a report in a unit. */
type ReportStep = (run: (cascade: Cascade) => void | Promise<void>, end: StepEnd) => Promise<void>;

const done: StepEnd = { kind: "done" };
const neverStopping = (): boolean => false;

export class BotRunner {
  readonly node: BotNode;
  readonly #flow: Flow;
  readonly #options: RunnerOptions;
  #abort = new AbortController();
  #loop: Promise<void> | undefined;
  #stopping = false;
  #isOpening = false;
  #wake: () => void = () => undefined;
  #woken = false;
  #defaults: readonly (readonly [string, unknown])[] = [];

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.node = options.node;
    this.#flow = options.flow;
  }

  /** Opens the bot and starts its loop. Throws what the bot's `open` throws. */
  async start(): Promise<void> {
    await this.open();
    this.#loop = this.#run().catch((error: unknown) => this.#flow.break(error));
  }

  /** Opens the bot without a loop; trials drive it by hand. */
  async open(): Promise<void> {
    this.node.setStatus("starting", "The bot opens what it needs.");
    this.#stopping = false;
    this.#abort = new AbortController();
    if (this.node.spec.parser !== undefined) this.#defaults = defaultFieldsOf(this.node, this.node.spec.parser);
    this.#isOpening = true;
    try {
      await this.node.open();
    } catch (error) {
      if (!this.#stopping) throw error; // else it was told to give up
    } finally {
      this.#isOpening = false;
    }
    if (this.#stopping) return this.node.close(); // what came to be open after it was stopped
    await this.#commitState();
    this.node.held = false;
    this.node.setStatus("running", "Waiting for messages.");
  }

  /** State that `open` has set belongs to no message: it is on disk before the first one. */
  async #commitState(): Promise<void> {
    const unit = new Unit();
    unit.state(this.node.state.takeChanges());
    if (!unit.isEmpty) await this.#flow.broker.commit(unit.build());
  }

  /** Ends the loop after the unit in work; after `deadline` milliseconds it is given up (and done again at the next start). */
  async stop(reason: string, deadline = 10_000): Promise<void> {
    this.#stopping = true;
    this.node.hold();
    this.#wake();
    this.#sleepAbort.abort();
    // A source that pushes and a bot that opens end by their signal; the others end with their unit, or by the deadline.
    if (this.node.built.kind === "collector" || this.#isOpening) this.node.stopped.abort();
    const timer = setTimeout(() => {
      this.node.stopped.abort();
      this.#abort.abort();
    }, deadline);
    await this.#loop;
    // What another bot is at may hold messages that were handed to this one.
    await Promise.race([this.#flow.exclusive(() => undefined), aborted(this.#abort.signal)]);
    clearTimeout(timer);
    await this.#flow.settle().catch(() => undefined); // a broken flow has been told, and its worker starts anew
    if (this.node.spec.queue !== undefined) await this.#flow.broker.release(this.node.spec.queue);
    await this.node.close();
    this.node.setStatus("stopped", reason);
  }

  #sleepAbort = new AbortController();

  /** Cuts the current pause short: the next round begins at once. */
  hurry(): void {
    this.#sleepAbort.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { queue } = this.node.spec;
    if (this.node.built.kind === "collector") return this.#collectLoop();
    if (queue === undefined) return;
    const unwatch = this.#flow.broker.watch(queue, () => {
      this.#woken = true;
      this.#wake();
    });
    try {
      while (!this.#stopping) {
        const still = this.#timeToStandStill();
        if (still > 0) await this.#pause(still);
        else if (await this.consumeOnce()) await this.#pause(this.node.spec.runtime.rate_limit * 1000);
        else await this.#untilWoken();
      }
    } finally {
      unwatch();
    }
  }

  /** Milliseconds for which the bot waits for a message that is tried again (`error_procedure: stop`). */
  #timeToStandStill(): number {
    const { heldUntil, context } = this.node;
    const still = heldUntil === undefined ? 0 : heldUntil - context.clock.now();
    if (still <= 0) this.node.heldUntil = undefined;
    return still;
  }

  /** Receives and processes one batch. False: there was nothing. */
  async consumeOnce(limit = batchMessages): Promise<boolean> {
    const { node } = this;
    const flow = this.#flow;
    const queue = node.spec.queue ?? "";
    this.#timeToStandStill();
    try {
      await flow.waitForRoom(node, this.#abort.signal);
      await flow.slot();
      if (this.#stopping) return false;
      this.#woken = false;
      const arrivals = flow.arrivals(queue);
      const received = await flow.broker.receive(queue, {
        maxMessages: node.spec.runtime.rate_limit > 0 ? 1 : limit,
        maxBytes: batchBytes,
      });
      if (received.length === 0) return this.#foundNothing(queue, arrivals);
      node.backlog = true;
      node.held = false;
      node.setStatus("running", "Processing messages.");
      await this.#handle(received);
      return true;
    } catch (error) {
      if (this.#stopping) return false;
      throw error;
    }
  }

  /** Messages may be handed over in memory now, unless some are on their way into the queue. True: look again at once. */
  async #foundNothing(queue: string, arrivals: number): Promise<boolean> {
    const { node } = this;
    const flow = this.#flow;
    if (node.backlog) {
      await flow.exclusive(() => {
        if (!this.#woken && flow.isDrained(queue, arrivals)) node.backlog = false;
      });
    }
    if (!node.held) node.setStatus("running", "Waiting for messages.");
    return this.#woken || flow.arrivals(queue) !== arrivals;
  }

  async #handle(received: readonly ReceivedMessage[]): Promise<void> {
    const { node } = this;
    const flow = this.#flow;
    if (node.built.kind === "parser") return this.#handleReports(received);
    const unit = new Unit();
    for (const { envelope } of received) {
      // Experts and outputs take a report as a message: its data belongs inside.
      if (envelope?.blob === undefined) continue;
      envelope.message.set("raw", flow.readBody(envelope.blob));
      unit.releaseBlob(envelope.blob.id);
    }
    const { messages, attempts } = flow.admit(node, received, unit);
    const cascade = flow.cascade(unit, attempts);
    if (node.processesSeveral) {
      const send = await cascade.lookUp(node, messages);
      await flow.exclusive(async () => {
        send();
        await cascade.flow();
        this.#end(cascade);
      });
      return;
    }
    await flow.exclusive(async () => {
      await cascade.run(node, messages);
      this.#end(cascade);
    });
  }

  /** Ends a unit without waiting for the disk; a failing commit breaks the flow, which reports it. */
  #end(cascade: Cascade, isCollector = false): void {
    this.#flow.finish(cascade, isCollector).catch(() => undefined);
  }

  async #handleReports(received: readonly ReceivedMessage[]): Promise<void> {
    const small = received.every(
      ({ envelope, progress }) =>
        progress === undefined &&
        (envelope === undefined ||
          (envelope.blob === undefined && (envelope.message.getBytes("raw")?.length ?? 0) <= smallReportBytes)),
    );
    if (small) {
      await this.#flow.exclusive(async () => {
        const cascade = this.#flow.cascade(new Unit());
        for (const item of received) {
          const step: ReportStep = async (run, end) => {
            await run(cascade);
            if (end.kind === "done") this.#finishReport(item, cascade);
          };
          await this.#report(item, step, neverStopping); // the unit in work is finished, and it has no marks
        }
        this.#end(cascade);
      });
      return;
    }
    for (const item of received) {
      if (this.#stopping) return;
      const step: ReportStep = (run, end) => this.#step(item, run, end);
      if (item.parkedId === undefined || item.envelope === undefined) {
        await this.#report(item, step, () => this.#stopping);
        continue;
      }
      // A long report needs a place in the queue for its marks, so it goes back there before it is read again.
      const { envelope } = item;
      await step(({ unit }) => unit.enqueue(this.node.spec.queue ?? "", envelope), done);
    }
  }

  async #step(item: ReceivedMessage, run: (cascade: Cascade) => void | Promise<void>, end: StepEnd): Promise<void> {
    const flow = this.#flow;
    await flow.waitForRoom(this.node, this.#abort.signal);
    await flow.slot();
    this.node.setStatus("running", "Processing a report.");
    await flow.exclusive(async () => {
      const cascade = flow.cascade(new Unit());
      let failure: { readonly error: unknown } | undefined;
      try {
        await run(cascade);
      } catch (error) {
        failure = { error };
      }
      if (end.kind === "mark") cascade.unit.progress(this.node.spec.queue ?? "", item.position, end.mark());
      else if (failure === undefined) this.#finishReport(item, cascade);
      this.#end(cascade);
      if (failure !== undefined) throw failure.error;
    });
  }

  /** The report is done; whoever keeps it further (parked, dead letter, `_on_error`) holds the body by its own reference. */
  #finishReport(item: ReceivedMessage, { unit }: Cascade): void {
    this.#flow.acknowledge(this.node.spec.queue ?? "", item, unit);
    if (item.envelope?.blob !== undefined) unit.releaseBlob(item.envelope.blob.id);
  }

  async #report(item: ReceivedMessage, step: ReportStep, isStopping: () => boolean): Promise<void> {
    const { node } = this;
    const flow = this.#flow;
    const { envelope } = item;
    if (envelope === undefined) {
      await step(({ unit }) => flow.unreadable(node, item, unit), done);
      return;
    }
    if (envelope.blob === undefined && !envelope.message.has("raw")) {
      node.context.log.warning("Report without raw field received. Possible bug or misconfiguration in previous bots.");
      await step(({ unit }) => {
        unit.counters(node.id).received += 1;
      }, done);
      return;
    }
    setOrigin(envelope.message, envelope.id, -1);
    if (node.tap !== undefined) node.tap("in", "", envelope.message);
    node.lastReceived = node.context.clock.now();
    await runReport({
      node,
      received: item,
      envelope,
      body: flow.bodyOf(envelope),
      parameters: node.spec.parser ?? { default_fields: undefined, copy_collector_provided_fields: [] },
      defaults: this.#defaults,
      isStopping,
      // A report counts once: in the unit that holds its end.
      step: (run, end) =>
        step(async (cascade) => {
          await run(cascade);
          if (end.kind === "done") cascade.unit.counters(node.id).received += 1;
        }, end),
    });
  }

  async #collectLoop(): Promise<void> {
    const { node } = this;
    const { runtime, scheduled, schedule } = node.spec;
    let failures = 0;
    if (schedule !== undefined) await this.#pauseUntil(schedule.next(node.context.clock.now()), "its schedule");
    while (!this.#stopping) {
      try {
        await this.collectOnce();
        failures = 0;
      } catch (error) {
        if (this.#stopping) return;
        failures += 1;
        const again = failures <= runtime.error_max_retries && !isPermanentForCollector(error);
        this.logCollectFailure(error, again);
        if (again) {
          const until = node.context.clock.now() + backOff(runtime.error_retry_delay * 1000, failures);
          node.setStatus("retrying", `Collecting failed: ${messageWithCauses(error)}`, until);
          await this.#pause(until - node.context.clock.now());
          continue;
        }
        failures = 0;
        if (runtime.error_procedure === "stop") {
          this.#options.onEnd?.(`Collecting failed and error_procedure is stop: ${messageWithCauses(error)}`);
          return;
        }
        node.setStatus("failed", `Collecting failed: ${messageWithCauses(error)}`);
      }
      if (this.#stopping) return;
      if (scheduled && schedule === undefined) {
        this.#options.onEnd?.("The scheduled run is done.");
        return;
      }
      const now = node.context.clock.now();
      await this.#pauseUntil(
        schedule?.next(now) ?? now + Math.max(runtime.rate_limit * 1000, 1000),
        schedule === undefined ? "its rate limit" : "its schedule",
      );
    }
  }

  logCollectFailure(error: unknown, again: boolean): void {
    const text = `Collecting failed${again ? " and will be tried again" : ""}: ${messageWithCauses(error)}`;
    this.node.context.log.error(sentence(text), error);
  }

  /** One run of a collector; every report is on disk when it resolves. */
  async collectOnce(): Promise<void> {
    const { node } = this;
    const flow = this.#flow;
    if (node.built.kind !== "collector") return;
    node.setStatus("running", "Collecting.");
    for await (const collected of node.built.bot.collect()) {
      const report = await deliverReport(node, collected, this.#options.blobs);
      if (report === undefined) continue;
      await flow.waitForRoom(node, this.#abort.signal);
      await flow.slot(true);
      const envelope: Envelope = { id: randomUUID(), ...report };
      await flow.exclusive(() => {
        const cascade = flow.cascade(new Unit());
        setOrigin(envelope.message, envelope.id, -1);
        cascade.emitReport(node, collected.path ?? "_default", envelope);
        if (collected.onCommitted !== undefined) {
          cascade.unit.afterCommit.push(() => this.#confirm(collected));
        }
        node.lastSent = node.context.clock.now();
        this.#end(cascade, true);
      });
      if (this.#stopping) break;
    }
    await flow.settle();
  }

  /** Tells the source that a report is on disk. When that fails the report stays, and may be collected once more. */
  async #confirm(collected: CollectedReport): Promise<void> {
    try {
      await collected.onCommitted?.();
    } catch (error) {
      const { log } = this.node.context;
      log.error(
        sentence(
          `A report was taken in, but its source could not be told and may give it again: ${messageWithCauses(error)}`,
        ),
        error,
      );
    }
  }

  async #pauseUntil(time: number, what: string): Promise<void> {
    const pause = time - this.node.context.clock.now();
    if (pause <= 0 || this.#stopping) return;
    if (this.node.status.state !== "failed") this.node.setStatus("waiting", `Waiting for ${what}.`, time);
    await this.#pause(pause);
  }

  async #pause(milliseconds: number): Promise<void> {
    if (milliseconds <= 0 || this.#stopping) return;
    this.#sleepAbort = new AbortController();
    await this.node.context.clock.sleep(milliseconds, this.#sleepAbort.signal).catch(() => undefined);
  }

  #untilWoken(): Promise<void> {
    if (this.#woken || this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Doubles with every failure, with a fifth of jitter, at most ten minutes. */
function backOff(base: number, failures: number): number {
  const pause = Math.min(base * 2 ** Math.max(failures - 1, 0), 600_000);
  return pause * (0.9 + Math.random() * 0.2);
}

/** Wrong parameters stay wrong; what a source has sent may be sound the next time. */
function isPermanentForCollector(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "WEIR_BOT_PARAMETERS";
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

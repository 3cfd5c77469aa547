/**
 * The supervisor: one process that owns the store and the workers, starts and stops bots, and knows how they are.
 *
 * Invariants
 * - What is to run (`wanted`) is one thing, what runs another: a worker that dies is started anew with back-off, and the
 *   bots that are wanted in it are started again.
 * - A configuration with errors in some bots runs the others; those bots are shown as failed, with the reason.
 * - Shutdown stops collectors first, lets units in work end until the deadline, and closes the store last.
 */
import { availableParallelism } from "node:os";
import type { AdministeredBroker } from "../broker/embedded/store-client.ts";
import type { Places } from "../config/places.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import type { Clock } from "../definition/context.ts";
import type { LogEntry } from "../observe/bot-log.ts";
import type { BotStatus } from "../run/bot-status.ts";
import { messageWithCauses } from "../run/failure.ts";
import { systemClock } from "../surroundings/system-clock.ts";
import type { SupervisedBot } from "./bot-state.ts";
import { type Configured, checkAgain, type KnownBot, readConfigured } from "./configured.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { lookInterval, SilenceWatch } from "./silence-watch.ts";
import { WorkerClient, type WorkerPort } from "./worker-client.ts";
import type { BotReport, WorkerEvent } from "./worker-protocol.ts";

export interface SupervisorOptions {
  readonly places: Places;
  readonly catalogue: Catalogue;
  readonly broker: AdministeredBroker;
  /** Starts the thread of a worker. */
  spawn(worker: number): WorkerPort;
  log(entry: Omit<LogEntry, "time">): void;
  /** Default: by the number of processors. */
  readonly workers?: number;
  /** For what is measured against the time; default the machine's. */
  readonly clock?: Pick<Clock, "now">;
}

interface WorkerSlot {
  client: WorkerClient | undefined;
  readonly policy: RestartPolicy;
  timer: NodeJS.Timeout | undefined;
}

/** What a reload did, by bot id. */
export interface Reloaded {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly restarted: readonly string[];
  /** What should have been started or restarted, with the reason why it does not run. */
  readonly failed: Readonly<Record<string, string>>;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #bots = new Map<string, KnownBot>();
  readonly #wanted = new Set<string>();
  readonly #workers: WorkerSlot[] = [];
  readonly #workerOf = new Map<string, number>();
  readonly #local = new Map<string, BotStatus>();
  readonly #restarts = new Map<string, { policy: RestartPolicy; timer: NodeJS.Timeout | undefined }>();
  readonly #taps = new Map<number, (event: unknown) => void>();
  #lastTap = 0;
  /** Fingerprints of the configurations with which bots were started last. */
  readonly #startedAs = new Map<string, string>();
  /** What the last reload that concerned a bot found: bots are started once they become enabled. */
  readonly #enabledBefore = new Map<string, boolean>();
  readonly #silence: SilenceWatch;
  #looking: NodeJS.Timeout | undefined;
  #configured: Configured | undefined;
  #closing = false;
  readonly startedAt = Date.now();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#silence = new SilenceWatch(options.clock ?? systemClock, options.log);
  }

  /** Reads the configuration and makes the plan; starts nothing. Throws when the file as a whole cannot be read. */
  async configure(): Promise<void> {
    const { places, catalogue, workers = availableParallelism() } = this.#options;
    const isFirst = this.#configured === undefined;
    const configured = await readConfigured(places.runtimeFile, catalogue, workers);
    this.#configured = configured;
    this.#bots.clear();
    for (const [id, bot] of configured.bots) {
      this.#bots.set(id, bot);
      const { sourceQueue, weir } = bot.loaded.settings;
      const limits = { ...configured.weir.queue, ...weir.queue };
      this.#options.broker.limit(sourceQueue, {
        maxMessages: limits.maxMessages ?? defaultMaxMessages,
        maxBytes: limits.maxBytes ?? defaultMaxBytes,
      });
    }
    if (isFirst) for (const id of this.ids) this.#enabledBefore.set(id, this.isEnabled(id));
    const { plan } = configured;
    for (const [id, planned] of plan.bots) if (!this.#workerOf.has(id)) this.#workerOf.set(id, planned.worker);
    for (const id of [...this.#workerOf.keys()]) if (!this.#bots.has(id)) this.#workerOf.delete(id);
    while (this.#workers.length < plan.workers) {
      this.#workers.push({ client: undefined, policy: new RestartPolicy(), timer: undefined });
    }
    this.#watchForSilence();
  }

  #watchForSilence(): void {
    clearInterval(this.#looking);
    const interval = lookInterval(this.ids.map((id) => this.#silentAfter(id)));
    if (interval === undefined) return;
    // Status looks; what keeps a worker from answering is told where the worker ends.
    this.#looking = setInterval(() => void this.status().catch(() => undefined), interval).unref();
  }

  /** Seconds; 0 for what is not watched. */
  #silentAfter(id: string): number {
    const { settings, definition } = this.#bots.get(id)?.loaded ?? {};
    if (definition?.kind !== "collector") return 0;
    return settings?.weir.silentAfter ?? this.#configured?.weir.silentAfter ?? 0;
  }

  get ids(): readonly string[] {
    return [...this.#bots.keys()];
  }

  /** Ids of a group (`collectors` …), or of all bots. */
  idsOf(group: string | undefined): readonly string[] {
    if (group === undefined) return this.ids;
    const kind = group.replace(/s$/, "");
    return this.ids.filter((id) => {
      const loaded = this.#bots.get(id)?.loaded;
      return (loaded?.definition?.kind ?? loaded?.settings.group?.toLowerCase()) === kind;
    });
  }

  /** Queues of a bot by path. */
  destinationsOf(id: string): ReadonlyMap<string, readonly string[]> {
    return this.#bots.get(id)?.loaded.settings.destinations ?? new Map();
  }

  isEnabled(id: string): boolean {
    return this.#bots.get(id)?.loaded.settings.enabled ?? false;
  }

  /** Starts bots; those that run already are left alone. Gives their states. */
  async start(ids: readonly string[]): Promise<Readonly<Record<string, BotStatus>>> {
    for (const id of ids) this.#wanted.add(id);
    const byRank = [...ids].sort((a, b) => this.#rank(b) - this.#rank(a)); // receivers first, so that nothing piles up
    const states = await Promise.all(byRank.map(async (id) => [id, await this.#startOne(id)] as const));
    return Object.fromEntries(states);
  }

  #rank(id: string): number {
    return this.#configured?.plan.bots.get(id)?.rank ?? 0;
  }

  async #startOne(id: string): Promise<BotStatus> {
    const known = this.#bots.get(id);
    if (known === undefined) return this.#note(id, "failed", "The configuration has no such bot.");
    this.#startedAs.set(id, known.fingerprint);
    if (known.refusal !== undefined) {
      if (known.refusal.mayPass) this.#retryLater(id);
      return this.#note(id, "failed", known.refusal.reason);
    }
    if (known.loaded.definition === undefined)
      return this.#note(id, "failed", known.loaded.refused ?? "Its module is unknown.");
    this.#local.delete(id);
    try {
      const client = await this.#client(this.#workerOf.get(id) ?? 0);
      const status = (await client.request({ op: "start", bot: id })) as BotStatus; // see worker-host.ts
      if (status.state === "failed") this.#retryLater(id);
      return status;
    } catch (error) {
      return this.#note(id, "failed", messageWithCauses(error));
    }
  }

  #note(id: string, state: BotStatus["state"], reason: string, until?: number): BotStatus {
    const status: BotStatus = { state, reason, since: Date.now(), ...(until === undefined ? {} : { until }) };
    this.#local.set(id, status);
    return status;
  }

  /** A bot that could not start is tried again with back-off as long as it is wanted. */
  #retryLater(id: string): void {
    const restart = this.#restarts.get(id) ?? { policy: new RestartPolicy(), timer: undefined };
    this.#restarts.set(id, restart);
    clearTimeout(restart.timer);
    restart.timer = setTimeout(
      () => {
        if (this.#wanted.has(id) && !this.#closing) void this.#tryAgain(id);
      },
      Math.max(5000, restart.policy.failed(Date.now())),
    );
    restart.timer.unref();
  }

  async #tryAgain(id: string): Promise<void> {
    const known = this.#bots.get(id);
    if (known?.refusal !== undefined && this.#configured !== undefined) {
      const { places, catalogue } = this.#options;
      const again = await checkAgain(known, this.#configured, places.runtimeFile, catalogue);
      if (this.#bots.get(id) !== known) return; // reloaded meanwhile
      this.#bots.set(id, again);
    }
    if (this.#wanted.has(id) && !this.#closing) await this.#startOne(id);
  }

  /** Stops bots; messages for them gather in their queues. */
  async stop(
    ids: readonly string[],
    reason = "It was stopped by command.",
    deadline = 10_000,
  ): Promise<Readonly<Record<string, BotStatus>>> {
    const states = await Promise.all(
      ids.map(async (id) => {
        this.#wanted.delete(id);
        clearTimeout(this.#restarts.get(id)?.timer);
        const client = this.#workers[this.#workerOf.get(id) ?? 0]?.client;
        if (client === undefined || !this.#bots.has(id)) return [id, this.#note(id, "stopped", reason)] as const;
        this.#local.delete(id);
        return [id, (await client.request({ op: "stop", bot: id, reason, deadline })) as BotStatus] as const;
      }),
    );
    return Object.fromEntries(states);
  }

  /**
   * Reads the configuration again and applies what changed: bots that are new or newly enabled are started, removed ones
   * stopped, changed ones restarted; the others go on untouched. Gives what was done. Throws when the file as a whole cannot
   * be read; then all go on as they were.
   */
  async reload(only?: readonly string[]): Promise<Reloaded> {
    const before = new Map(this.#bots);
    await this.configure();
    await this.#configureWorkers();
    const concerned = this.ids.filter((id) => only === undefined || only.includes(id));
    const removed = [...before.keys()].filter((id) => !this.#bots.has(id));
    const changed = concerned.filter(
      (id) =>
        this.#wanted.has(id) && (only !== undefined || this.#startedAs.get(id) !== this.#bots.get(id)?.fingerprint),
    );
    // A bot that could not run is not started because it could now, but because it is enabled.
    const withdrawn = changed.filter((id) => before.get(id)?.refusal !== undefined && !this.isEnabled(id));
    const restarted = changed.filter((id) => !withdrawn.includes(id));
    const started = concerned.filter(
      (id) => this.isEnabled(id) && this.#enabledBefore.get(id) !== true && !this.#wanted.has(id),
    );
    for (const id of removed) this.#enabledBefore.delete(id);
    for (const id of concerned) this.#enabledBefore.set(id, this.isEnabled(id));
    await this.stop(removed, "It is no longer in the configuration.");
    for (const id of removed) this.#local.delete(id);
    await this.stop(withdrawn, "It is not enabled.");
    await this.stop(restarted, "Its configuration changed.");
    const states = await this.start([...restarted, ...started]);
    const failed = [...restarted, ...started].filter((id) => states[id]?.state === "failed");
    const runs = (id: string): boolean => !failed.includes(id);
    return {
      started: started.filter(runs),
      stopped: [...removed, ...withdrawn],
      restarted: restarted.filter(runs),
      failed: Object.fromEntries(failed.map((id) => [id, states[id]?.reason ?? ""])),
    };
  }

  async #configureWorkers(): Promise<void> {
    await Promise.all(
      this.#workers.map((slot, worker) =>
        slot.client === undefined ? undefined : this.#sendConfiguration(slot.client, worker),
      ),
    );
  }

  #sendConfiguration(client: WorkerClient, worker: number): Promise<unknown> {
    const assignments = [...(this.#configured?.plan.bots.values() ?? [])]
      .filter(({ id }) => this.#workerOf.get(id) === worker)
      .map(({ id, cut, rank }) => ({ id, cut: cut !== undefined, rank }));
    return client.request({ op: "configure", text: this.#configured?.text ?? "", assignments });
  }

  /** Ends the pause of collectors: they run now. */
  async hurry(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#workers[this.#workerOf.get(id) ?? 0]?.client?.request({ op: "hurry", bot: id });
  }

  async #client(worker: number): Promise<WorkerClient> {
    const slot = this.#workers[worker];
    if (slot === undefined) throw new Error(`there is no worker ${worker}`);
    if (slot.client !== undefined) return slot.client;
    const client: WorkerClient = new WorkerClient(this.#options.spawn(worker), worker, {
      event: (event) => this.#onEvent(worker, client, event),
      end: (error) => this.#onEnd(worker, client, error),
    });
    slot.client = client;
    await this.#sendConfiguration(client, worker);
    return client;
  }

  #onEvent(worker: number, client: WorkerClient, event: WorkerEvent): void {
    if (event.event === "log") this.#options.log(event.entry);
    else if (event.event === "tap") this.#taps.get(event.tap)?.(event);
    else if (event.event === "ended") this.#wanted.delete(event.bot);
    else {
      this.#options.log({
        bot: "weir",
        level: "ERROR",
        message: `Worker ${worker} cannot commit and is started anew: ${event.message}`,
      });
      void client.request({ op: "shutdown", deadline: 0 }).catch(() => undefined);
      this.#onEnd(worker, client, new Error(event.message));
    }
  }

  #onEnd(worker: number, client: WorkerClient, error: Error | undefined): void {
    const slot = this.#workers[worker];
    if (slot?.client !== client) return;
    slot.client = undefined;
    if (this.#closing) return;
    const pause = slot.policy.failed(Date.now());
    const concerned = [...this.#wanted].filter((id) => this.#workerOf.get(id) === worker);
    const why = error === undefined ? "it ended" : messageWithCauses(error);
    this.#options.log({
      bot: "weir",
      level: "ERROR",
      message: `Worker ${worker} with ${concerned.length} bots failed (${why}); it is started again in ${Math.round(pause / 1000)} s.`,
      ...(error?.stack === undefined ? {} : { stack: error.stack }),
    });
    for (const id of concerned) this.#note(id, "failed", `Its worker failed: ${why}`, Date.now() + pause);
    slot.timer = setTimeout(() => void this.start(concerned.filter((id) => this.#wanted.has(id))), pause);
  }

  /** How every bot is. */
  async status(): Promise<readonly SupervisedBot[]> {
    const reports = new Map<string, BotReport>();
    await Promise.all(
      this.#workers.map(async ({ client }) => {
        if (client === undefined) return;
        const list = (await client.request({ op: "status" })) as readonly BotReport[]; // see worker-host.ts
        for (const report of list) reports.set(report.id, report);
      }),
    );
    this.#silence.look(
      [...this.#wanted]
        .map((id) => ({ id, silentAfter: this.#silentAfter(id), lastSent: reports.get(id)?.lastSent }))
        .filter(({ silentAfter }) => silentAfter > 0),
    );
    return [...this.#bots].map(([id, { loaded }]) => this.#describe(id, loaded, reports.get(id)));
  }

  #describe(id: string, { settings, definition }: KnownBot["loaded"], report: BotReport | undefined): SupervisedBot {
    const planned = this.#configured?.plan.bots.get(id);
    const idle: BotStatus = settings.enabled
      ? { state: "stopped", reason: "It was not started.", since: this.startedAt }
      : { state: "disabled", reason: "enabled is false.", since: this.startedAt };
    const status = this.#local.get(id) ?? report?.status ?? idle;
    const silent = this.#silence.of(id);
    return {
      id,
      module: settings.module,
      kind: definition?.kind ?? "unknown",
      enabled: settings.enabled,
      status: status.state === "stopped" && !settings.enabled ? { ...status, state: "disabled" } : status,
      ...(planned?.cut === undefined ? {} : { cut: planned.cut }),
      ...(this.#workerOf.get(id) === undefined ? {} : { worker: this.#workerOf.get(id) ?? 0 }),
      labels: settings.weir.labels,
      ...(definition?.kind === "collector" ? {} : { queue: settings.sourceQueue }),
      destinations: Object.fromEntries(settings.destinations),
      busy: report?.busy ?? 0,
      ...(report?.lastReceived === undefined ? {} : { lastReceived: report.lastReceived }),
      ...(report?.lastSent === undefined ? {} : { lastSent: report.lastSent }),
      ...(silent === undefined ? {} : { silent }),
    };
  }

  /** Samples of what a bot gets and sends, until `count` or the signal. */
  async tap(id: string, count: number, emit: (event: unknown) => void, signal: AbortSignal): Promise<void> {
    const client = this.#workers[this.#workerOf.get(id) ?? 0]?.client;
    if (client === undefined) return;
    this.#lastTap += 1;
    const tap = this.#lastTap;
    await new Promise<void>((resolve) => {
      let left = count;
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#taps.set(tap, (event) => {
        emit(event);
        left -= 1;
        if (left <= 0) resolve();
      });
      void client.request({ op: "tap", bot: id, tap, count });
    });
    this.#taps.delete(tap);
    await client.request({ op: "untap", bot: id }).catch(() => undefined);
  }

  /** Stops everything: collectors, then the others, then the store. */
  async close(deadline = 10_000): Promise<void> {
    this.#closing = true;
    clearInterval(this.#looking);
    for (const slot of this.#workers) clearTimeout(slot.timer);
    for (const { timer } of this.#restarts.values()) clearTimeout(timer);
    await Promise.all(
      this.#workers.map(({ client }) => client?.request({ op: "shutdown", deadline }).catch(() => undefined)),
    );
    await this.#options.broker.close();
  }
}

/** High-water marks of a queue that says nothing else. */
export const defaultMaxMessages = 500_000;
export const defaultMaxBytes = 2 ** 30;

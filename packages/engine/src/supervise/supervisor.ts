/**
 * The supervisor: one process that owns the store and the workers, starts and stops bots, and knows how they are.
 *
 * Invariants
 * - What is to run (`wanted`) is one thing, what runs another: a worker that dies is started anew with back-off, and the
 *   bots that are wanted in it are started again.
 * - A configuration with errors in some bots runs the others; those bots are shown as failed, with the reason. One that
 *   cannot be read at all is refused, and everything goes on as it was.
 * - A stage is shared by two workers when one has too much to do: its bots move once, between units of work.
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
import { describeBot } from "./describe-bot.ts";
import { reloadChanges } from "./reload-changes.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { sendSettings } from "./sent-settings.ts";
import { lookInterval, SilenceWatch } from "./silence-watch.ts";
import { Taps } from "./taps.ts";
import { type WorkerClient, type WorkerPort, workerGone } from "./worker-client.ts";
import { WorkerPool } from "./worker-pool.ts";
import type { BotReport, WorkerEvent, WorkerRequest } from "./worker-protocol.ts";

export interface SupervisorOptions {
  readonly places: Places;
  readonly catalogue: Catalogue;
  readonly broker: AdministeredBroker;
  /** Starts the thread of a worker; `ownBots`: the botnet has bots that do not come with Weir. */
  spawn(worker: number, ownBots: boolean): WorkerPort;
  log(entry: Omit<LogEntry, "time">): void;
  /** Default: by the number of processors. */
  readonly workers?: number;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, "now">;
}

/** What a reload did, by bot id. */
export interface Reloaded {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly restarted: readonly string[];
  /** Why they did not start. */
  readonly failed: Readonly<Record<string, string>>;
}

type States = Readonly<Record<string, BotStatus>>;

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #bots = new Map<string, KnownBot>();
  readonly #wanted = new Set<string>();
  readonly #pool: WorkerPool;
  readonly #workerOf = new Map<string, number>();
  /** What is known here and not from a worker: why a bot does not run. */
  readonly #local = new Map<string, BotStatus>();
  /** Fingerprints of what runs, which may be older than the configuration. */
  readonly #startedWith = new Map<string, { readonly fingerprint: string; failed: boolean }>();
  /** What the last reload that concerned a bot found: bots are started once they become enabled. */
  readonly #enabledBefore = new Map<string, boolean>();
  readonly #restarts = new Map<string, { policy: RestartPolicy; timer: NodeJS.Timeout | undefined }>();
  readonly #taps = new Taps();
  readonly #silence: SilenceWatch;
  #looking: NodeJS.Timeout | undefined;
  #configured: Configured | undefined;
  #ownBots = false;
  /** Two workers that share a stage. */
  #sharing: { readonly from: number; readonly to: number } | undefined;
  /** Bots on their way to another worker; commands wait for them. */
  #moving: Promise<void> = Promise.resolve();
  #closing = false;
  readonly startedAt = Date.now();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#silence = new SilenceWatch(options.clock ?? systemClock, options.log);
    this.#pool = new WorkerPool({
      spawn: (worker) => options.spawn(worker, this.#ownBots),
      configuration: (worker) => this.#configurationOf(worker),
      nextOf: (worker) => this.#nextOf(worker),
      event: (worker, event) => this.#onEvent(worker, event),
      failed: (worker, error, pause) => this.#onFailed(worker, error, pause),
      again: (worker) => void this.start(this.#wantedIn(worker)),
    });
  }

  /** Reads a configuration and makes the plan; starts nothing. Throws when the file as a whole cannot be read. */
  async configure(): Promise<void> {
    this.take(await readConfigured(this.#options.places.runtimeFile, this.reading));
  }

  /** How a configuration has to be read for this supervisor. */
  get reading(): { readonly catalogue: Catalogue; readonly workers: number } {
    const { catalogue, workers = availableParallelism() } = this.#options;
    return { catalogue, workers };
  }

  /** Takes a configuration that was read; starts nothing. */
  take(configured: Configured): void {
    const isFirst = this.#configured === undefined;
    const { plan } = configured;
    const builtIn = new Set(this.#options.catalogue.modules());
    this.#configured = configured;
    this.#bots.clear();
    for (const [id, bot] of configured.bots) {
      this.#bots.set(id, bot);
      const { module, sourceQueue, weir } = bot.loaded.settings;
      this.#ownBots ||= bot.loaded.definition !== undefined && !builtIn.has(module);
      const limits = { ...configured.weir.queue, ...weir.queue };
      this.#options.broker.limit(sourceQueue, {
        maxMessages: limits.maxMessages ?? defaultMaxMessages,
        maxBytes: limits.maxBytes ?? defaultMaxBytes,
      });
    }
    if (isFirst) for (const id of this.ids) this.#enabledBefore.set(id, this.isEnabled(id));
    for (const [id, { worker }] of plan.bots) if (!this.#workerOf.has(id)) this.#workerOf.set(id, worker);
    if (isFirst && configured.weir.stageSharing === "always") this.#shareFromNowOn();
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
  async start(ids: readonly string[]): Promise<States> {
    await this.#moving;
    for (const id of ids) this.#wanted.add(id);
    return this.#startThese(ids);
  }

  async #startThese(ids: readonly string[]): Promise<States> {
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
    let started = this.#startedWith.get(id);
    if (started === undefined || started.failed) started = { fingerprint: known.fingerprint, failed: true };
    this.#startedWith.set(id, started);
    if (known.refusal !== undefined) {
      if (known.refusal.mayPass) this.#retryLater(id);
      return this.#note(id, "failed", known.refusal.reason);
    }
    if (known.loaded.definition === undefined)
      return this.#note(id, "failed", known.loaded.refused ?? "Its module is unknown.");
    this.#local.delete(id);
    try {
      const client = await this.#pool.open(this.#workerOf.get(id) ?? 0);
      const status = (await client.request({ op: "start", bot: id })) as BotStatus; // see worker-host.ts
      this.#local.delete(id);
      started.failed = status.state === "failed";
      if (started.failed) this.#retryLater(id);
      return status;
    } catch (error) {
      const told = workerGone.is(error) ? this.#local.get(id) : undefined; // by #onFailed, with the time of the next start
      return told ?? this.#note(id, "failed", messageWithCauses(error));
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
  async stop(ids: readonly string[], reason = "It was stopped by command.", deadline = 10_000): Promise<States> {
    await this.#moving;
    const states = await Promise.all(ids.map(async (id) => [id, await this.#stopOne(id, reason, deadline)] as const));
    return Object.fromEntries(states);
  }

  async #stopOne(id: string, reason: string, deadline: number): Promise<BotStatus> {
    this.#wanted.delete(id);
    this.#startedWith.delete(id);
    clearTimeout(this.#restarts.get(id)?.timer);
    await this.#askAbout(id, { op: "stop", bot: id, reason, deadline });
    return this.#note(id, "stopped", reason);
  }

  /** A request to the bot's worker; nothing when that does not run. */
  async #askAbout(id: string, request: WorkerRequest): Promise<void> {
    try {
      await this.#pool.get(this.#workerOf.get(id) ?? 0)?.request(request);
    } catch (error) {
      if (!workerGone.is(error)) throw error;
    }
  }

  /**
   * Reads the configuration again and applies what changed: bots that are new or newly enabled are started, removed ones
   * stopped, changed ones restarted; the others go on untouched. Gives what was done. Throws when the file as a whole cannot
   * be read; then all go on as they were. The first bot from outside needs workers of another kind: then all are restarted.
   */
  async reload(only?: readonly string[]): Promise<Reloaded> {
    const bots = new Map(this.#bots);
    const hadOwnBots = this.#ownBots;
    await this.#moving;
    await this.configure();
    const renewed = this.#ownBots && !hadOwnBots;
    if (renewed) await this.#pool.end(10_000);
    else await this.#pool.configure();
    const before = { bots, wanted: this.#wanted, startedWith: this.#startedWith, enabled: this.#enabledBefore };
    const changes = reloadChanges(before, this.#bots, { only, all: renewed });
    const { removed, withdrawn, restarted, started } = changes;
    for (const id of changes.concerned) this.#enabledBefore.set(id, this.isEnabled(id));
    await this.stop(removed, "It is no longer in the configuration.");
    await Promise.all(removed.map((id) => this.#forget(id)));
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

  async #forget(id: string): Promise<void> {
    await this.#askAbout(id, { op: "remove", bot: id });
    this.#local.delete(id);
    this.#restarts.delete(id);
    this.#workerOf.delete(id);
    this.#enabledBefore.delete(id);
  }

  #configurationOf(worker: number): WorkerRequest {
    const { plan } = this.#configured ?? {};
    const assignments = [...(plan?.bots.values() ?? [])]
      .filter(({ id }) => this.#workerOf.get(id) === worker)
      .map(({ id, cut, rank }) => ({ id, cut: cut !== undefined, rank }));
    const bots = assignments.flatMap(({ id }) => {
      const known = this.#bots.get(id);
      return known === undefined ? [] : [sendSettings(known.loaded.settings)];
    });
    const next = this.#nextOf(worker);
    const handed = [...(plan?.handed ?? [])].flatMap(([id, queue]) =>
      next !== undefined && this.#workerOf.get(id) === next ? [queue] : [],
    );
    return { op: "configure", bots, assignments, handed };
  }

  /** The worker that goes on with the units of this one. */
  #nextOf(worker: number): number | undefined {
    return this.#sharing?.from === worker ? this.#sharing.to : undefined;
  }

  /** Gives the second part of the stage that the plan would share to a worker of its own. */
  #shareFromNowOn(): readonly string[] {
    const { plan } = this.#configured ?? {};
    const split = plan?.split;
    if (plan === undefined || split === undefined || this.#sharing !== undefined) return [];
    const to = plan.workers;
    const moved = split.bots.filter((id) => this.#workerOf.get(id) === split.worker);
    this.#sharing = { from: split.worker, to };
    for (const id of moved) this.#workerOf.set(id, to);
    return moved;
  }

  /** A worker has too much to do: another takes a part of its stage. */
  async #share(worker: number): Promise<void> {
    const { plan, weir } = this.#configured ?? {};
    const from = this.#pool.get(worker);
    if (plan?.split?.worker !== worker || from === undefined || this.#sharing !== undefined || this.#closing) return;
    const free = (weir?.workers ?? this.reading.workers) - plan.workers;
    if (weir?.stageSharing === "never" || free < freeToShare) return;
    const moved = this.#shareFromNowOn();
    const running = moved.filter((id) => this.#wanted.has(id));
    this.#options.log({
      bot: "weir",
      level: "INFO",
      message: `Worker ${worker} is busy: another one goes on with ${moved.join(", ")} (weir: stage_sharing).`,
    });
    try {
      const next = await this.#pool.open(plan.workers);
      const reason = "It moves to another worker.";
      for (const id of running) {
        this.#note(id, "starting", reason);
        await from.request({ op: "stop", bot: id, reason, deadline: 60_000 });
      }
      await next.request(this.#configurationOf(plan.workers));
      await from.request(this.#configurationOf(worker));
      await this.#pool.connect(worker);
    } catch (error) {
      // What the worker's end does not tell: the bots start where they belong now all the same, with queues between.
      this.#options.log({
        bot: "weir",
        level: "WARNING",
        message: `A stage could not be shared: ${messageWithCauses(error)}.`,
      });
    }
    await this.#startThese(running.filter((id) => this.#wanted.has(id)));
  }

  /** Ends the pause of collectors: they run now. */
  async hurry(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#askAbout(id, { op: "hurry", bot: id });
  }

  #onEvent(worker: number, event: WorkerEvent): void {
    switch (event.event) {
      case "log":
        this.#options.log(event.entry);
        return;
      case "tap":
        this.#taps.take(event);
        return;
      case "ended":
        this.#wanted.delete(event.bot);
        this.#startedWith.delete(event.bot);
        this.#note(event.bot, "stopped", event.reason);
        return;
      case "busy":
        this.#moving = this.#moving.then(() => this.#share(worker));
        return;
      case "broken":
        this.#options.log({
          bot: "weir",
          level: "ERROR",
          message: `Worker ${worker} cannot commit and is started anew: ${event.message}`,
        });
    }
  }

  #wantedIn(worker: number): readonly string[] {
    return [...this.#wanted].filter((id) => this.#workerOf.get(id) === worker);
  }

  #onFailed(worker: number, error: Error | undefined, pause: number): void {
    const concerned = this.#wantedIn(worker);
    const why = error === undefined ? "it ended" : messageWithCauses(error);
    this.#options.log({
      bot: "weir",
      level: "ERROR",
      message: `Worker ${worker} with ${concerned.length} bots failed (${why}); it is started again in ${Math.round(pause / 1000)} s.`,
      ...(error?.stack === undefined ? {} : { stack: error.stack }),
    });
    for (const id of concerned) {
      const started = this.#startedWith.get(id);
      if (started !== undefined) started.failed = true;
      this.#note(id, "failed", `Its worker failed: ${why}`, Date.now() + pause);
    }
  }

  /** How every bot is. */
  async status(): Promise<readonly SupervisedBot[]> {
    const reports = new Map<string, BotReport>();
    const lists = await Promise.all(this.#pool.running.map(reportsOf));
    for (const report of lists.flat()) if (report.status.state !== "stopped") reports.set(report.id, report);
    this.#silence.look(
      [...this.#wanted]
        .map((id) => ({ id, silentAfter: this.#silentAfter(id), lastSent: reports.get(id)?.lastSent }))
        .filter(({ silentAfter }) => silentAfter > 0),
    );
    return [...this.#bots].map(([id, { loaded }]) =>
      describeBot({
        loaded,
        planned: this.#configured?.plan.bots.get(id),
        worker: this.#workerOf.get(id),
        local: this.#local.get(id),
        report: reports.get(id),
        silent: this.#silence.of(id),
        startedAt: this.startedAt,
      }),
    );
  }

  /** Samples of what a bot gets and sends, until `count` or the signal. */
  async tap(id: string, count: number, emit: (event: unknown) => void, signal: AbortSignal): Promise<void> {
    const client = this.#pool.get(this.#workerOf.get(id) ?? 0);
    if (client !== undefined) await this.#taps.watch(client, id, { count, emit, signal });
  }

  /** Stops everything: collectors, then the others, then the store. */
  async close(deadline = 10_000): Promise<void> {
    this.#closing = true;
    clearInterval(this.#looking);
    for (const { timer } of this.#restarts.values()) clearTimeout(timer);
    await this.#moving;
    await this.#pool.close(deadline);
    await this.#options.broker.close();
  }
}

/** None of a worker that ends before it answers: what became of its bots is known here by then. */
async function reportsOf(client: WorkerClient): Promise<readonly BotReport[]> {
  try {
    return (await client.request({ op: "status" })) as readonly BotReport[]; // see worker-host.ts
  } catch (error) {
    if (workerGone.is(error)) return [];
    throw error;
  }
}

/**
 * Workers that must be free before two share a stage. What one hands over to the other costs a fifth more time in all, and
 * the store, the disk and the garbage collector keep a second processor busy as it is: so it pays from the third one on.
 */
const freeToShare = 2;

/** High-water marks of a queue that says nothing else. */
const defaultMaxMessages = 500_000;
const defaultMaxBytes = 2 ** 30;

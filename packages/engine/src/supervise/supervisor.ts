/**
 * The supervisor: one process that owns the store and the workers, starts and stops bots, and knows how they are.
 *
 * Invariants
 * - What is to run (`wanted`) is one thing, what runs another: a worker that dies is started anew with back-off, and the
 *   bots that are wanted in it are started again.
 * - A configuration with errors in some bots runs the others; those bots are shown as failed, with the reason. One that
 *   cannot be read at all is refused, and everything goes on as it was.
 * - Shutdown stops collectors first, lets units in work end until the deadline, and closes the store last.
 */
import { availableParallelism } from "node:os";
import { MessageChannel } from "node:worker_threads";
import type { AdministeredBroker } from "../broker/embedded/store-client.ts";
import { readBotnetFile } from "../config/botnet-file.ts";
import type { Places } from "../config/places.ts";
import type { BotnetSettings } from "../config/settings.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import type { LogEntry } from "../observe/bot-log.ts";
import type { Plan } from "../plan/plan.ts";
import type { BotStatus } from "../run/bot-status.ts";
import { messageWithCauses } from "../run/failure.ts";
import type { HandedQueue } from "../run/hand-over.ts";
import { type LoadedBot, loadBots, planOf } from "./assemble.ts";
import type { SupervisedBot } from "./bot-state.ts";
import { fingerprint } from "./fingerprint.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { sendSettings } from "./sent-settings.ts";
import { WorkerClient, type WorkerPort, workerGone } from "./worker-client.ts";
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
}

interface WorkerSlot {
  /** While the worker runs. */
  client: WorkerClient | undefined;
  /** Resolves when it can be given bots. */
  opened: Promise<WorkerClient> | undefined;
  readonly policy: RestartPolicy;
  timer: NodeJS.Timeout | undefined;
}

interface KnownBot {
  readonly loaded: LoadedBot;
  /** To tell whether it changed: everything that decides how it runs. */
  readonly fingerprint: string;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #bots = new Map<string, KnownBot>();
  readonly #wanted = new Set<string>();
  readonly #workers: WorkerSlot[] = [];
  readonly #workerOf = new Map<string, number>();
  /** What is known here and not from a worker: why a bot does not run. */
  readonly #local = new Map<string, BotStatus>();
  /** Fingerprints of what runs, which may be older than the configuration. */
  readonly #startedWith = new Map<string, { readonly fingerprint: string; failed: boolean }>();
  readonly #restarts = new Map<string, { policy: RestartPolicy; timer: NodeJS.Timeout | undefined }>();
  readonly #taps = new Map<number, (event: unknown) => void>();
  #lastTap = 0;
  #plan: Plan | undefined;
  #ownBots = false;
  #closing = false;
  readonly startedAt = Date.now();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Takes a configuration and makes the plan; starts nothing. */
  async configure(settings: BotnetSettings): Promise<void> {
    const loaded = await loadBots(settings, this.#options.catalogue);
    const limit = settings.weir.workers ?? this.#options.workers ?? availableParallelism();
    const plan = planOf(loaded, limit);
    const builtIn = new Set(this.#options.catalogue.modules());
    this.#ownBots ||= loaded.some(({ settings: { module } }) => !builtIn.has(module));
    this.#plan = plan;
    this.#bots.clear();
    for (const bot of loaded) {
      this.#bots.set(bot.settings.id, { loaded: bot, fingerprint: fingerprint(bot, plan) });
      const { queue } = bot.settings.weir;
      const limits = { ...settings.weir.queue, ...queue };
      this.#options.broker.limit(bot.settings.sourceQueue, {
        maxMessages: limits.maxMessages ?? defaultMaxMessages,
        maxBytes: limits.maxBytes ?? defaultMaxBytes,
      });
    }
    for (const [id, planned] of plan.bots) if (!this.#workerOf.has(id)) this.#workerOf.set(id, planned.worker);
    while (this.#workers.length < plan.workers) {
      this.#workers.push({ client: undefined, opened: undefined, policy: new RestartPolicy(), timer: undefined });
    }
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
    return this.#plan?.bots.get(id)?.rank ?? 0;
  }

  async #startOne(id: string): Promise<BotStatus> {
    const known = this.#bots.get(id);
    if (known === undefined) return this.#note(id, "failed", "The configuration has no such bot.");
    let started = this.#startedWith.get(id);
    if (started === undefined || started.failed) started = { fingerprint: known.fingerprint, failed: true };
    this.#startedWith.set(id, started);
    if (known.loaded.definition === undefined)
      return this.#note(id, "failed", known.loaded.refused ?? "Its module is unknown.");
    this.#local.delete(id);
    try {
      const client = await this.#client(this.#workerOf.get(id) ?? 0);
      const status = (await client.request({ op: "start", bot: id })) as BotStatus; // see worker-host.ts
      this.#local.delete(id);
      started.failed = status.state === "failed";
      if (started.failed) this.#retryLater(id);
      return status;
    } catch (error) {
      const told = workerGone.is(error) ? this.#local.get(id) : undefined; // by #onEnd, with the time of the next start
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
        if (this.#wanted.has(id) && !this.#closing) void this.#startOne(id);
      },
      Math.max(5000, restart.policy.failed(Date.now())),
    );
    restart.timer.unref();
  }

  /** Stops bots; messages for them gather in their queues. */
  async stop(
    ids: readonly string[],
    reason = "It was stopped by command.",
    deadline = 10_000,
  ): Promise<Readonly<Record<string, BotStatus>>> {
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
      await this.#workers[this.#workerOf.get(id) ?? 0]?.client?.request(request);
    } catch (error) {
      if (!workerGone.is(error)) throw error;
    }
  }

  /**
   * Reads the configuration again and applies what changed: new bots that are enabled are started, removed ones stopped,
   * changed ones restarted; the others go on untouched. Gives what was done. Throws when the file as a whole cannot be
   * read: then all goes on as it was. The first bot from outside needs workers of another kind: then all are restarted.
   */
  async reload(
    only?: readonly string[],
  ): Promise<{ readonly started: string[]; readonly stopped: string[]; readonly restarted: string[] }> {
    const before = new Set(this.#bots.keys());
    const hadOwnBots = this.#ownBots;
    await this.configure((await readBotnetFile(this.#options.places.runtimeFile)).settings);
    const renewed = this.#ownBots && !hadOwnBots;
    if (renewed) await this.#endWorkers(10_000);
    else await this.#configureWorkers();
    const concerned = (id: string): boolean => only === undefined || only.includes(id);
    const removed = [...before].filter((id) => !this.#bots.has(id));
    const isChanged = (id: string, { fingerprint }: KnownBot): boolean =>
      only === undefined ? this.#startedWith.get(id)?.fingerprint !== fingerprint : only.includes(id);
    const restarted = [...this.#bots]
      .filter(([id, bot]) => this.#wanted.has(id) && before.has(id) && (renewed || isChanged(id, bot)))
      .map(([id]) => id);
    const started = this.ids.filter((id) => !before.has(id) && this.isEnabled(id) && concerned(id));
    await this.stop(removed, "It is no longer in the configuration.");
    await Promise.all(removed.map((id) => this.#forget(id)));
    await this.stop(restarted, "Its configuration changed.");
    await this.start([...restarted, ...started]);
    return { started, stopped: removed, restarted };
  }

  async #forget(id: string): Promise<void> {
    await this.#askAbout(id, { op: "remove", bot: id });
    this.#local.delete(id);
    this.#restarts.delete(id);
    this.#workerOf.delete(id);
  }

  /** Ends the workers, with all bots stopped; a start makes new ones. Those that hand over go first: the others commit. */
  async #endWorkers(deadline: number): Promise<void> {
    const handOver = new Set(this.#plan?.handOvers.map(({ from }) => from));
    const end = async (first: boolean): Promise<void> => {
      const concerned = this.#workers.filter((_, worker) => handOver.has(worker) === first);
      await Promise.all(
        concerned.map(async (slot) => {
          const { client } = slot;
          this.#letGo(slot); // what ends is no failure
          await client?.shutDown(deadline).catch((error: unknown) => {
            if (!workerGone.is(error)) throw error;
          });
        }),
      );
    };
    await end(true);
    await end(false);
  }

  async #configureWorkers(): Promise<void> {
    await Promise.all(
      this.#workers.map((slot, worker) =>
        slot.client === undefined ? undefined : this.#sendConfiguration(slot.client, worker),
      ),
    );
  }

  #sendConfiguration(client: WorkerClient, worker: number): Promise<unknown> {
    const assignments = [...(this.#plan?.bots.values() ?? [])]
      .filter(({ id }) => this.#workerOf.get(id) === worker)
      .map(({ id, cut, rank }) => ({ id, cut: cut !== undefined, rank }));
    const bots = assignments.flatMap(({ id }) => {
      const known = this.#bots.get(id);
      return known === undefined ? [] : [sendSettings(known.loaded.settings)];
    });
    return client.request({ op: "configure", bots, assignments, handed: this.#handedBy(worker) });
  }

  /** Ends the pause of collectors: they run now. */
  async hurry(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#askAbout(id, { op: "hurry", bot: id });
  }

  async #client(worker: number): Promise<WorkerClient> {
    const slot = this.#workers[worker];
    if (slot === undefined) throw new Error(`there is no worker ${worker}`);
    slot.opened ??= this.#open(slot, worker);
    return slot.opened;
  }

  async #open(slot: WorkerSlot, worker: number): Promise<WorkerClient> {
    const client: WorkerClient = new WorkerClient(this.#options.spawn(worker, this.#ownBots), worker, {
      event: (event) => this.#onEvent(worker, client, event),
      end: (error) => this.#onEnd(worker, client, error),
    });
    slot.client = client;
    try {
      await this.#link(client, worker);
      await this.#sendConfiguration(client, worker);
      return client;
    } catch (error) {
      if (slot.client === client) this.#letGo(slot);
      void client.shutDown(0).catch(() => undefined);
      throw error;
    }
  }

  /** Connects a worker that hands over with the one that goes on, before it has bots. */
  async #link(client: WorkerClient, worker: number): Promise<void> {
    const to = this.#nextOf(worker);
    if (to === undefined || this.#handedBy(worker).length === 0) return;
    const next = await this.#client(to);
    const { port1, port2 } = new MessageChannel();
    await next.request({ op: "take-over", from: worker, port: port2 }, [port2]);
    await client.request({ op: "hand-over", port: port1 }, [port1]);
  }

  /** The worker that goes on with the units of this one. */
  #nextOf(worker: number): number | undefined {
    return this.#plan?.handOvers.find(({ from }) => from === worker)?.to;
  }

  /** Queues of bots that work where this worker hands over to. */
  #handedBy(worker: number): readonly HandedQueue[] {
    const next = this.#nextOf(worker);
    if (next === undefined) return [];
    return [...(this.#plan?.handed ?? [])].flatMap(([id, queue]) => (this.#workerOf.get(id) === next ? [queue] : []));
  }

  #onEvent(worker: number, client: WorkerClient, event: WorkerEvent): void {
    if (event.event === "log") this.#options.log(event.entry);
    else if (event.event === "tap") this.#taps.get(event.tap)?.(event);
    else if (event.event === "ended") {
      this.#wanted.delete(event.bot);
      this.#startedWith.delete(event.bot);
      this.#note(event.bot, "stopped", event.reason);
    } else {
      this.#options.log({
        bot: "weir",
        level: "ERROR",
        message: `Worker ${worker} cannot commit and is started anew: ${event.message}`,
      });
      void client.shutDown(0).catch(() => undefined);
      this.#onEnd(worker, client, new Error(event.message));
    }
  }

  #onEnd(worker: number, client: WorkerClient, error: Error | undefined): void {
    const slot = this.#workers[worker];
    if (slot?.client !== client) return;
    this.#letGo(slot);
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
    for (const id of concerned) {
      const started = this.#startedWith.get(id);
      if (started !== undefined) started.failed = true;
      this.#note(id, "failed", `Its worker failed: ${why}`, Date.now() + pause);
    }
    slot.timer = setTimeout(() => void this.start(concerned.filter((id) => this.#wanted.has(id))), pause);
    this.#endThoseBefore(worker);
  }

  #letGo(slot: WorkerSlot): void {
    slot.client = undefined;
    slot.opened = undefined;
  }

  /** Workers that handed their units over to one that failed have nobody to commit them: they start anew, too. */
  #endThoseBefore(worker: number): void {
    for (const { from } of this.#plan?.handOvers.filter(({ to }) => to === worker) ?? []) {
      const client = this.#workers[from]?.client;
      if (client === undefined) continue;
      void client.shutDown(0).catch(() => undefined);
      this.#onEnd(from, client, new Error(`worker ${worker}, which goes on with its events, failed`));
    }
  }

  /** How every bot is. */
  async status(): Promise<readonly SupervisedBot[]> {
    const reports = new Map<string, BotReport>();
    await Promise.all(
      this.#workers.map(async ({ client }) => {
        for (const report of await reportsOf(client)) reports.set(report.id, report);
      }),
    );
    return [...this.#bots].map(([id, { loaded }]) => this.#describe(id, loaded, reports.get(id)));
  }

  #describe(id: string, { settings, definition }: LoadedBot, report: BotReport | undefined): SupervisedBot {
    const planned = this.#plan?.bots.get(id);
    const idle: BotStatus = settings.enabled
      ? { state: "stopped", reason: "It was not started.", since: this.startedAt }
      : { state: "disabled", reason: "enabled is false.", since: this.startedAt };
    const status = this.#local.get(id) ?? report?.status ?? idle;
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
      client.request({ op: "tap", bot: id, tap, count }).catch(() => resolve()); // its worker ended: nothing to watch
    });
    this.#taps.delete(tap);
    await client.request({ op: "untap", bot: id }).catch(() => undefined);
  }

  /** Stops everything: collectors, then the others, then the store. */
  async close(deadline = 10_000): Promise<void> {
    this.#closing = true;
    for (const slot of this.#workers) clearTimeout(slot.timer);
    for (const { timer } of this.#restarts.values()) clearTimeout(timer);
    await this.#endWorkers(deadline);
    await this.#options.broker.close();
  }
}

/** None of a worker that ends before it answers: what became of its bots is known here by then. */
async function reportsOf(client: WorkerClient | undefined): Promise<readonly BotReport[]> {
  try {
    return ((await client?.request({ op: "status" })) ?? []) as readonly BotReport[]; // see worker-host.ts
  } catch (error) {
    if (workerGone.is(error)) return [];
    throw error;
  }
}

/** High-water marks of a queue that says nothing else. */
const defaultMaxMessages = 500_000;
const defaultMaxBytes = 2 ** 30;

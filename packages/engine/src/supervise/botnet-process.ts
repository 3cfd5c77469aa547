/**
 * A botnet as a process: opens the store, starts supervisor, workers and control socket, listens to signals.
 *
 * Invariants
 * - One process per state directory: the store refuses a second one and says who holds it.
 * - SIGTERM and SIGINT stop with a deadline, the second one at once. SIGHUP reloads what changed.
 * - The current directory is that of runtime.yaml, so that relative paths in it mean the same wherever it is started from.
 */
import { dirname, join } from "node:path";
import type { TotalCounters } from "../broker/counters.ts";
import { openStore } from "../broker/embedded/open-store.ts";
import type { AdministeredBroker } from "../broker/embedded/store-client.ts";
import { readBotnetFile } from "../config/botnet-file.ts";
import { checkBotnet } from "../config/check.ts";
import type { Finding } from "../config/findings.ts";
import { readHarmonizationFile } from "../config/harmonization-file.ts";
import type { Places } from "../config/places.ts";
import { serveControl } from "../control/control-server.ts";
import { openOperations } from "../control/operations.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import { catalogueWithOwn } from "../definition/module-resolution.ts";
import { fileSink, formatLine, type LogEntry } from "../observe/bot-log.ts";
import { configuredOf } from "./configured.ts";
import { spawnWorker } from "./spawn-worker.ts";
import { Supervisor } from "./supervisor.ts";

export interface BotnetProcessOptions {
  readonly places: Places;
  readonly catalogue: Catalogue;
  /** Address of the module that exports the same catalogue, for the workers. */
  readonly catalogueUrl: string;
  /** The same in the installed packages, for workers with bots from outside; see spawn-worker.ts. */
  readonly installedCatalogueUrl: string;
  /** Start the bots that are enabled. */
  readonly startBots: boolean;
  /** Warnings and errors of bots and of the engine, for the terminal. */
  onLog?(entry: LogEntry): void;
}

export interface BotnetProcess {
  readonly supervisor: Supervisor;
  readonly broker: AdministeredBroker;
  /** Totals per bot when the process started. */
  readonly countersBefore: ReadonlyMap<string, TotalCounters>;
  readonly findings: readonly Finding[];
  /** Texts for excerpts of the findings, secrets masked. */
  readonly sources: ReadonlyMap<string, string>;
  handle: ReturnType<typeof openOperations>;
  /** Resolves when every collector has run once, the queues of all bots that run are empty, and nothing is in work. */
  untilIdle(): Promise<void>;
  /** Resolves when a signal or a command asks the botnet to end. */
  readonly stopped: Promise<void>;
  close(): Promise<void>;
}

/** Throws when a file cannot be read, the store is held by another process, or the socket is. */
export async function startBotnet(options: BotnetProcessOptions): Promise<BotnetProcess> {
  const { places } = options;
  process.chdir(dirname(places.runtimeFile));
  const catalogue = catalogueWithOwn(options.catalogue, dirname(places.runtimeFile));
  const { runtimeFile, harmonizationFile } = places;
  const runtime = await readBotnetFile(runtimeFile);
  const read = { runtime, harmonization: await readHarmonizationFile(harmonizationFile) };
  const { fields, harmonization } = read.harmonization;
  const log = openLog(places, options.onLog);
  // The store's thread starts while the bots are loaded.
  const [store, { findings, sources, errors }] = await Promise.all([
    openStore({
      directory: places.stateDir,
      fields,
      onProblem: (message) => log({ bot: "weir", level: "ERROR", message }),
    }),
    checkBotnet({ runtimeFile, harmonizationFile, read, catalogue }),
  ]);
  const supervisor = new Supervisor({
    places,
    catalogue,
    broker: store.broker,
    spawn: (number, ownBots) => {
      const catalogueUrl = ownBots ? options.installedCatalogueUrl : options.catalogueUrl;
      return spawnWorker({ number, ownBots, store: store.connect(), catalogueUrl, places, harmonization });
    },
    log,
  });
  let ask: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const handle = openOperations({ broker: store.broker, fields, supervisor, places, shutdown: () => ask() });
  const control = await serveControl(places.socketFile, handle).catch(async (error: unknown) => {
    await store.broker.close();
    throw error;
  });
  try {
    supervisor.take(await configuredOf(runtime, errors, supervisor.reading));
  } catch (error) {
    await control.close();
    await store.broker.close();
    throw error;
  }
  const countersBefore = new Map(await store.broker.counters());
  const unlisten = onSignals({
    stop: () => ask(),
    reload: () => {
      supervisor
        .reload()
        .catch((error: unknown) => log({ bot: "weir", level: "ERROR", message: `Reload failed: ${String(error)}` }));
    },
  });
  if (options.startBots) await supervisor.start(supervisor.ids.filter((id) => supervisor.isEnabled(id)));
  return {
    supervisor,
    broker: store.broker,
    countersBefore,
    findings,
    sources,
    handle,
    untilIdle: () => untilIdle(supervisor, store.broker, stopped),
    stopped,
    async close() {
      unlisten();
      await control.close();
      await supervisor.close();
    },
  };
}

function openLog(places: Places, onLog: BotnetProcessOptions["onLog"]): (entry: Omit<LogEntry, "time">) => void {
  const { sink, flush } = fileSink({
    path: join(places.logDir, "weir.log"),
    maxSize: 50 << 20,
    maxCopies: 5,
    format: formatLine,
    onError: (error, line) => process.stderr.write(`The log cannot be written (${String(error)}): ${line}`),
  });
  process.on("exit", flush);
  return (entry) => {
    const timed = { time: Date.now(), ...entry };
    if (entry.bot === "weir") sink(timed);
    if (entry.level === "WARNING" || entry.level === "ERROR") onLog?.(timed);
  };
}

function onSignals(actions: { stop(): void; reload(): void }): () => void {
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(130);
    asked = true;
    actions.stop();
  };
  const reload = (): void => actions.reload();
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("SIGHUP", reload);
  return () => {
    process.off("SIGHUP", reload);
    // SIGTERM and SIGINT stay: a second one ends the process while it closes.
  };
}

async function untilIdle(
  supervisor: Supervisor,
  broker: { depths(): Promise<ReadonlyMap<string, { messages: number; parked: number }>> },
  stopped: Promise<void>,
): Promise<void> {
  let ended = false;
  void stopped.then(() => {
    ended = true;
  });
  for (let quiet = 0; quiet < 2 && !ended; ) {
    const bots = await supervisor.status();
    const depths = await broker.depths();
    // What waits for a bot that does not run, or for none, would wait for ever.
    const read = new Set(
      bots.flatMap(({ queue, status }) => (queue === undefined || isOff(status.state) ? [] : [queue])),
    );
    const waiting = [...depths].some(([queue, { messages, parked }]) => read.has(queue) && messages + parked > 0);
    const working = bots.some(({ kind, status, enabled }) => enabled && isWorking(kind, status.state, status.reason));
    quiet = waiting || working ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, quiet === 0 ? 100 : 50));
  }
}

function isOff(state: string): boolean {
  return state === "failed" || state === "stopped" || state === "disabled";
}

function isWorking(kind: string, state: string, reason: string): boolean {
  if (state === "starting" || state === "retrying" || state === "throttled") return true;
  if (kind === "collector") return state === "running";
  return state === "running" && reason !== "Waiting for messages.";
}

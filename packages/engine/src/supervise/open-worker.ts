/** Makes a worker's host from what crosses the thread border: places, the catalogue's address, the port to the store. */
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { MessagePort } from "node:worker_threads";
import { compileFields, type Harmonization } from "@weir/format";
import { connectStore } from "../broker/embedded/store-client.ts";
import type { Places } from "../config/places.ts";
import { secretTexts } from "../config/secret-texts.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import { catalogueWithOwn } from "../definition/module-resolution.ts";
import { createHttpClient } from "../http/create-http-client.ts";
import { fileSink, formatJsonLine, formatLine, type LogSink, logPath } from "../observe/bot-log.ts";
import { openBlobStore } from "../report/blob-store.ts";
import type { BotSpec } from "../run/bot-node.ts";
import { memoryCache } from "../state/cache.ts";
import { openState } from "../state/open-state.ts";
import { systemClock } from "../surroundings/system-clock.ts";
import { systemResolver } from "../surroundings/system-resolver.ts";
import { loadBots, specsOf } from "./assemble.ts";
import { receiveSettings } from "./sent-settings.ts";
import { WorkerHost } from "./worker-host.ts";
import type { WorkerEvent } from "./worker-protocol.ts";

export interface WorkerData {
  readonly store: MessagePort;
  /** Address of a module that exports `catalogue: Catalogue`. */
  readonly catalogueUrl: string;
  readonly places: Places;
  readonly harmonization: Harmonization;
}

export async function openWorker(data: WorkerData, emit: (event: WorkerEvent) => void): Promise<WorkerHost> {
  // Patterns of configurations and feeds that backtrack too much go on in the engine's linear matcher.
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
  const { places, catalogueUrl, harmonization } = data;
  const { catalogue: builtIn } = (await import(catalogueUrl)) as { catalogue: Catalogue }; // the address is our caller's
  const catalogue = catalogueWithOwn(builtIn, dirname(places.runtimeFile));
  const fields = { event: compileFields(harmonization, "event"), report: compileFields(harmonization, "report") };
  const broker = await connectStore(data.store, fields);
  const logs = openLogs(places, emit);
  let secrets: ReadonlyMap<string, readonly string[]> = new Map();
  const host = new WorkerHost({
    broker,
    blobs: openBlobStore(join(places.stateDir, "blobs")),
    emit,
    flushLogs: logs.flush,
    async specs(sent, assignments) {
      const bots = await loadBots({ bots: sent.map(receiveSettings) }, catalogue);
      secrets = new Map(bots.map(({ settings, definition }) => [settings.id, secretTexts(settings, definition)]));
      return specsOf(bots, assignments);
    },
    services: {
      clock: systemClock,
      resolver: systemResolver,
      botsDir: places.botsDir,
      eventFields: fields.event,
      reportFields: fields.report,
      logSinks: logs.sinks,
      secrets: ({ id }) => secrets.get(id) ?? [],
      state: async (bot) => openState(bot, await broker.loadState(bot), systemClock),
      cache: () => memoryCache(systemClock),
      http: (params, log, signal) => createHttpClient(params, { log, signal }),
    },
  });
  return host;
}

/** Log files of the bots, and one with JSON lines for all. What is worth a look goes to the supervisor too. */
function openLogs(
  places: Places,
  emit: (event: WorkerEvent) => void,
): { sinks(spec: BotSpec): readonly LogSink[]; flush(): void } {
  const onError = (error: unknown, line: string): void => {
    process.stderr.write(
      `The log cannot be written (${error instanceof Error ? error.message : String(error)}): ${line}`,
    );
  };
  const all = fileSink({
    path: join(places.logDir, "weir.jsonl"),
    maxSize: 100 << 20,
    maxCopies: 5,
    format: formatJsonLine,
    onError,
  });
  const files: { flush(): void }[] = [all];
  const flush = (): void => {
    for (const file of files) file.flush();
  };
  process.on("exit", flush);
  const own = new Map<string, LogSink>();
  return {
    flush,
    sinks({ id, runtime }) {
      const path = logPath(runtime.logging_path ?? places.logDir, id);
      let file = own.get(path);
      if (file === undefined) {
        const made = fileSink({
          path,
          maxSize: runtime.logging_max_size,
          maxCopies: runtime.logging_max_copies ?? 0,
          format: formatLine,
          onError,
        });
        files.push(made);
        file = made.sink;
        own.set(path, file);
      }
      const tell: LogSink = (entry) => {
        if (entry.level !== "DEBUG" && entry.level !== "INFO") emit({ event: "log", entry });
      };
      return [file, all.sink, tell];
    },
  };
}

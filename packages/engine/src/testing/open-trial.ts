/** Opens a {@link Trial}: one bot in the real engine, over the memory broker. */
import { join } from "node:path";
import { compileFields, defaultHarmonization, type JsonValue, type Message, parseMessage } from "@weir/format";
import { prettifyError, ZodError } from "zod";
import type { Envelope } from "../broker/broker.ts";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import type { LookupCache } from "../definition/context.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import { type BotParameters, parseParameters } from "../definition/parse-parameters.ts";
import { createHttpClient } from "../http/create-http-client.ts";
import type { LogEntry } from "../observe/bot-log.ts";
import { type BlobStore, openBlobStore } from "../report/blob-store.ts";
import type { BotNode, BotSpec } from "../run/bot-node.ts";
import { BotRunner } from "../run/bot-runner.ts";
import { buildNode, type NodeServices } from "../run/build-node.ts";
import { Flow } from "../run/flow.ts";
import { MemoryState } from "../state/memory-state.ts";
import { systemClock } from "../surroundings/system-clock.ts";
import { systemResolver } from "../surroundings/system-resolver.ts";
import type { Trial, TrialOptions } from "./trial.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Rejects when the bot refuses to start: parameters that its schema or `create` refuses, or what `open` throws. */
export async function openTrial(options: TrialOptions): Promise<Trial> {
  const { definition, directory, queues = ["_default"], clock = systemClock, resolver = systemResolver } = options;
  const id = options.botId ?? "trial-bot";
  const fields = options.fields ?? {
    event: compileFields(defaultHarmonization, "event"),
    report: compileFields(defaultHarmonization, "report"),
  };
  const source = `${id}-queue`;
  const broker = new MemoryBroker({ parse: (bytes) => parseMessage(utf8.decode(bytes), fields) });
  const state = new MemoryState(id, clock);
  const cacheEntries = new Map<string, string>();
  for (const [key, value] of options.memory ?? []) {
    state.seed(key, value);
    cacheEntries.set(key, value);
  }
  const cache: LookupCache = {
    get: (key) => cacheEntries.get(key),
    set: (key, value) => void cacheEntries.set(key, value),
  };
  const blobs = openBlobStore(join(directory, "blobs"));
  const entries: LogEntry[] = [];
  const botsDir = options.botsDir ?? join(directory, "bots");
  const services: NodeServices = {
    clock,
    resolver,
    botsDir,
    eventFields: fields.event,
    reportFields: fields.report,
    logSinks: () => [(entry) => void entries.push(entry)],
    secrets: () => [],
    state: async () => state,
    cache: () => cache,
    http: (params, log, signal) =>
      options.http !== undefined && "client" in options.http
        ? options.http.client
        : createHttpClient(params, {
            log,
            signal,
            ...(options.http === undefined ? {} : { dispatcher: options.http.dispatcher }),
          }),
  };

  let exited = false;
  let broken: { readonly error: unknown } | undefined;
  let current: { readonly flow: Flow; readonly node: BotNode; readonly runner: BotRunner } | undefined;
  const start = async (parameters: Readonly<Record<string, unknown>>): Promise<void> => {
    const spec = specOf(definition, parameters, { id, name: options.botName, source, queues });
    const flow = new Flow({
      broker,
      buildNode: (wanted) => buildNode(wanted, services),
      bodyOf: (envelope) => blobs.bodyOf(envelope),
      readBody: (blob) => blobs.readAll(blob),
      onBroken: (error) => {
        broken = { error };
      },
      onStopRequest: () => {
        exited = true;
      },
    });
    const node = await flow.add(spec);
    const runner = new BotRunner({ flow, node, blobs });
    await runner.open();
    current = { flow, node, runner };
    exited = false;
  };

  const stop = async (): Promise<void> => {
    const running = current;
    current = undefined;
    await running?.runner.stop("The trial is over.");
  };

  await start(options.parameters);
  return {
    async send(messages) {
      const items = messages.map((message, index) =>
        message instanceof Uint8Array
          ? { bytes: message }
          : { envelope: { id: `${source}-${Date.now()}-${index}`, message: message.clone() } },
      );
      broker.put(source, items);
    },
    async run({ iterations } = {}) {
      if (current === undefined) return;
      const { node, runner, flow } = current;
      if (node.built.kind === "collector") {
        for (let i = 0; i < (iterations ?? 1) && !exited; i++) await collect(node, runner);
      } else {
        for (let i = 0; i < (iterations ?? Number.POSITIVE_INFINITY) && !exited; i++) {
          if (!(await runner.consumeOnce(1))) break;
          await flow.settle();
        }
      }
      if (broken !== undefined) throw broken.error;
    },
    takeSent() {
      const taken = new Map<string, readonly Message[]>();
      for (const path of queues) {
        taken.set(
          path,
          broker.take(queueOf(path)).map((envelope) => withBody(envelope, blobs)),
        );
      }
      return taken;
    },
    deadLetters: async () => broker.deadLetters(),
    log: () => entries.map(({ level, message }) => ({ level, message })),
    unprocessed: async () => {
      const depth = (await broker.depths()).get(source);
      return (depth?.messages ?? 0) + (depth?.parked ?? 0);
    },
    memory: () => new Map<string, JsonValue>([...cacheEntries, ...state.list()]),
    get exited() {
      return exited;
    },
    async restart(parameters) {
      await stop();
      await start(parameters ?? options.parameters);
    },
    stop,
  };
}

interface Place {
  readonly id: string;
  readonly name: string | undefined;
  readonly source: string;
  readonly queues: readonly string[];
}

function specOf(definition: AnyDefinition, parameters: Readonly<Record<string, unknown>>, place: Place): BotSpec {
  const { params, runtime, feed, parser } = readParameters(definition, parameters);
  const named =
    feed !== undefined && feed.name === undefined && place.name !== undefined ? { ...feed, name: place.name } : feed;
  return {
    id: place.id,
    definition,
    params,
    runtime,
    ...(named === undefined ? {} : { feed: named }),
    ...(parser === undefined ? {} : { parser }),
    ...(definition.kind === "collector" ? {} : { queue: place.source }),
    destinations: new Map(place.queues.map((path) => [path, [queueOf(path)]])),
    cut: true,
    rank: 0,
    scheduled: false,
  };
}

/** As {@link parseParameters}, but with complaints for people. */
function readParameters(definition: AnyDefinition, parameters: Readonly<Record<string, unknown>>): BotParameters {
  try {
    return parseParameters(definition, parameters);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    throw new Error(`parameters of ${definition.module}: ${prettifyError(error)}`, { cause: error });
  }
}

/** One run of a collector with the engine's retries, without their pauses. */
async function collect(node: BotNode, runner: BotRunner): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await runner.collectOnce();
      return;
    } catch (error) {
      runner.logCollectFailure(error, attempt < node.spec.runtime.error_max_retries);
      if (attempt >= node.spec.runtime.error_max_retries) return;
    }
  }
}

function queueOf(path: string): string {
  return `sent:${path}`;
}

/** The message with its whole body inside, as another system would get it. */
function withBody({ message, blob }: Envelope, blobs: BlobStore): Message {
  if (blob === undefined) return message;
  const copy = message.clone();
  copy.set("raw", blobs.readAll(blob));
  return copy;
}

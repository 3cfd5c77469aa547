/** A flow with bots for tests of the engine itself: over any broker, with state from it. */
import { join } from "node:path";
import { compileFields, defaultHarmonization, type FieldTables } from "@weir/format";
import type { Broker } from "../broker/broker.ts";
import type { Clock } from "../definition/context.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import { parseParameters } from "../definition/parse-parameters.ts";
import { createHttpClient } from "../http/create-http-client.ts";
import type { LogEntry } from "../observe/bot-log.ts";
import { openBlobStore } from "../report/blob-store.ts";
import type { BotSpec } from "../run/bot-node.ts";
import { BotRunner } from "../run/bot-runner.ts";
import { buildNode } from "../run/build-node.ts";
import { Flow } from "../run/flow.ts";
import { openState, type StoredState } from "../state/open-state.ts";
import { systemClock } from "../surroundings/system-clock.ts";
import { systemResolver } from "../surroundings/system-resolver.ts";

export const testFields: FieldTables = {
  event: compileFields(defaultHarmonization, "event"),
  report: compileFields(defaultHarmonization, "report"),
};

interface FlowBot {
  readonly id: string;
  readonly definition: AnyDefinition;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Queues of the default path. */
  readonly to?: readonly string[];
  /** Queues of other paths. */
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  /** Messages always go through its queue. */
  readonly cut?: boolean;
  /** Of collectors: one run. */
  readonly scheduled?: boolean;
  readonly schedule?: BotSpec["schedule"];
  readonly instances?: number;
  /** Default: behind those before it. */
  readonly rank?: number;
}

export interface OpenedFlow {
  readonly flow: Flow;
  readonly broken: () => unknown;
  /** What the bots logged. */
  readonly log: readonly LogEntry[];
  /** Bots that asked to be stopped. */
  readonly stopRequests: readonly string[];
  /** Why loops ended by themselves. */
  readonly ended: readonly string[];
  /** Builds a bot and connects it; it does not run yet. */
  prepare(bot: FlowBot): Promise<BotRunner>;
  /** Starts bots, the last one first. Their queues are named `ID-queue`. */
  start(...bots: readonly FlowBot[]): Promise<readonly BotRunner[]>;
}

export function openFlow(
  broker: Broker & { loadState?(bot: string): Promise<StoredState> },
  directory: string,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): OpenedFlow {
  const blobs = openBlobStore(join(directory, "blobs"));
  const log: LogEntry[] = [];
  const stopRequests: string[] = [];
  const ended: string[] = [];
  let broken: unknown;
  const flow = new Flow({
    broker,
    buildNode: (spec) =>
      buildNode(spec, {
        clock,
        resolver: systemResolver,
        botsDir: join(directory, "bots"),
        eventFields: testFields.event,
        reportFields: testFields.report,
        logSinks: () => [(entry) => void log.push(entry)],
        secrets: () => [],
        state: async (bot) => openState(bot, (await broker.loadState?.(bot)) ?? { entries: [], seen: [] }, clock),
        cache: () => ({ get: () => undefined, set: () => undefined }),
        http: (params, log, signal) => createHttpClient(params, { log, signal }),
      }),
    bodyOf: (envelope) => blobs.bodyOf(envelope),
    readBody: (blob) => blobs.readAll(blob),
    onBroken: (error) => {
      broken = error;
    },
    onStopRequest: ({ id }) => void stopRequests.push(id),
  });
  let ranks = 0;
  const build = async (spec: BotSpec): Promise<BotRunner> =>
    new BotRunner({ flow, node: await flow.add(spec), blobs, onEnd: (reason) => void ended.push(reason) });
  const specOfNext = (bot: FlowBot): BotSpec => {
    ranks += 1;
    return specOf(bot, bot.rank ?? ranks);
  };
  return {
    flow,
    log,
    stopRequests,
    ended,
    broken: () => broken,
    prepare: (bot) => build(specOfNext(bot)),
    async start(...bots) {
      const runners: BotRunner[] = [];
      for (const spec of bots.map(specOfNext).reverse()) {
        const runner = await build(spec);
        await runner.start();
        runners.unshift(runner);
      }
      return runners;
    },
  };
}

function specOf(bot: FlowBot, rank: number): BotSpec {
  const { id, definition, parameters = {}, to = [], paths = {}, cut = false, scheduled = false } = bot;
  return {
    id,
    definition,
    ...parseParameters(definition, parameters),
    ...(definition.kind === "collector" ? {} : { queue: `${id}-queue` }),
    destinations: new Map(Object.entries({ _default: to, ...paths })),
    cut,
    rank,
    instances: bot.instances ?? 1,
    scheduled,
    ...(bot.schedule === undefined ? {} : { schedule: bot.schedule }),
  };
}

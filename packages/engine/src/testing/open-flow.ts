/** A flow with bots for tests of the engine itself: over any broker, with state from it, without logs. */
import { join } from "node:path";
import { compileFields, defaultHarmonization, type FieldTables } from "@weir/format";
import type { Broker } from "../broker/broker.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import { parseParameters } from "../definition/parse-parameters.ts";
import { createHttpClient } from "../http/create-http-client.ts";
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
  /** Default: behind those before it. */
  readonly rank?: number;
}

export interface OpenedFlow {
  readonly flow: Flow;
  readonly broken: () => unknown;
  /** Starts bots, the last one first. Their queues are named `ID-queue`. */
  start(...bots: readonly FlowBot[]): Promise<readonly BotRunner[]>;
}

export function openFlow(
  broker: Broker & { loadState?(bot: string): Promise<StoredState> },
  directory: string,
): OpenedFlow {
  const blobs = openBlobStore(join(directory, "blobs"));
  let broken: unknown;
  const flow = new Flow({
    broker,
    buildNode: (spec) =>
      buildNode(spec, {
        clock: systemClock,
        resolver: systemResolver,
        botsDir: join(directory, "bots"),
        eventFields: testFields.event,
        reportFields: testFields.report,
        logSinks: () => [],
        secrets: () => [],
        state: async (bot) =>
          openState(bot, (await broker.loadState?.(bot)) ?? { entries: [], digests: 0, seen: [] }, systemClock),
        cache: () => ({ get: () => undefined, set: () => undefined }),
        http: (params, log, signal) => createHttpClient(params, { log, signal }),
      }),
    bodyOf: (envelope) => blobs.bodyOf(envelope),
    readBody: (blob) => blobs.readAll(blob),
    onBroken: (error) => {
      broken = error;
    },
    onStopRequest: () => undefined,
  });
  let ranks = 0;
  return {
    flow,
    broken: () => broken,
    async start(...bots) {
      const specs = bots.map((bot): BotSpec => {
        ranks += 1;
        return specOf(bot, bot.rank ?? ranks);
      });
      const runners: BotRunner[] = [];
      for (const spec of specs.reverse()) {
        const runner = new BotRunner({ flow, node: await flow.add(spec), blobs });
        await runner.start();
        runners.unshift(runner);
      }
      return runners;
    },
  };
}

function specOf({ id, definition, parameters = {}, to = [] }: FlowBot, rank: number): BotSpec {
  return {
    id,
    definition,
    ...parseParameters(definition, parameters),
    ...(definition.kind === "collector" ? {} : { queue: `${id}-queue` }),
    destinations: new Map([["_default", to]]),
    cut: false,
    rank,
    scheduled: false,
  };
}

/** Makes a node from a bot's description: its log, state and surroundings. */
import { join } from "node:path";
import { createEvent, createReport, type FieldTable } from "@weir/format";
import type { BotContext, Clock, Logger, LookupCache, Resolver } from "../definition/context.ts";
import type { HttpClient } from "../http/http-client.ts";
import { createLogger, type LogLevel, type LogSink } from "../observe/bot-log.ts";
import type { TransactionalState } from "../state/state.ts";
import { BotNode, type BotSpec } from "./bot-node.ts";

/** What surrounds the bots of a worker; trials give their own. */
export interface NodeServices {
  readonly clock: Clock;
  readonly resolver: Resolver;
  readonly botsDir: string;
  readonly eventFields: FieldTable;
  readonly reportFields: FieldTable;
  logSinks(spec: BotSpec): readonly LogSink[];
  /** Values that must not be shown, such as passwords of the bot. */
  secrets(spec: BotSpec): readonly string[];
  state(bot: string): Promise<TransactionalState>;
  cache(bot: string): LookupCache;
  http(params: unknown, log: Logger, signal: AbortSignal): HttpClient;
}

/** Throws what the bot's `create` throws: parameters that it refuses. */
export async function buildNode(spec: BotSpec, services: NodeServices): Promise<BotNode> {
  const state = await services.state(spec.id);
  const { clock, eventFields, reportFields } = services;
  const level: LogLevel = spec.runtime.logging_level;
  const log = createLogger({
    bot: spec.id,
    level,
    clock,
    sinks: services.logSinks(spec),
    secrets: services.secrets(spec),
  });
  const stopped = new AbortController();
  const context: BotContext<unknown> = {
    botId: spec.id,
    params: spec.params,
    log,
    state,
    cache: services.cache(spec.id),
    http: services.http(spec.params, log, stopped.signal),
    resolver: services.resolver,
    clock,
    signal: stopped.signal,
    dataDir: join(services.botsDir, spec.id),
    botsDir: services.botsDir,
    eventFields,
    reportFields,
    newEvent: () => createEvent(eventFields),
    newReport: () => createReport(reportFields, [], new Date(clock.now())),
  };
  return new BotNode(spec, context, state, stopped);
}

/**
 * Follows messages through a botnet without touching anything: every bot runs as a trial, in memory, and outputs get their
 * events noted instead of delivered. `weir try` and `weir test` are made of this.
 *
 * Invariants
 * - Bots see messages in rank order, so every bot gets all of its input before those behind it run.
 * - A loop ends after `maxRounds` visits of a bot; a last step says so.
 */
import type { FieldTable, Message } from "@weir/format";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { Clock, Resolver } from "../definition/context.ts";
import type { HttpClient } from "../http/http-client.ts";
import { type LoadedBot, planOf } from "../supervise/assemble.ts";
import { openTrial } from "../testing/open-trial.ts";
import type { Trial, TrialLogLine } from "../testing/trial.ts";

export interface DryRunOptions {
  readonly bots: readonly LoadedBot[];
  /** Messages, by the bot that gets them. */
  readonly input: ReadonlyMap<string, readonly Message[]>;
  /** For what bots write; made anew and removed by the caller. */
  readonly directory: string;
  /** Only this bot runs; what it sends is not followed. */
  readonly only?: string;
  readonly clock?: Clock;
  readonly resolver?: Resolver;
  readonly http?: HttpClient;
  readonly fields?: { readonly event: FieldTable; readonly report: FieldTable };
}

/** What one bot made of what it got. */
export interface DryRunStep {
  readonly bot: string;
  readonly module: string;
  readonly kind: string;
  readonly received: readonly Message[];
  /** By path; outputs: nothing. */
  readonly sent: ReadonlyMap<string, readonly Message[]>;
  readonly failures: readonly DeadLetter[];
  readonly log: readonly TrialLogLine[];
  /** Why the bot could not run. */
  readonly refused?: string;
}

const maxRounds = 3;

/** Runs until no bot has anything left to do; steps in the order in which bots ran. */
export async function dryRun(options: DryRunOptions): Promise<readonly DryRunStep[]> {
  const { bots, input, only } = options;
  const plan = planOf(bots, 1);
  const byId = new Map(bots.map((bot) => [bot.settings.id, bot]));
  const readers = readersOf(bots);
  const waiting = new Map([...input].map(([id, messages]) => [id, [...messages]]));
  const trials = new Map<string, Trial>();
  const rounds = new Map<string, number>();
  const steps: DryRunStep[] = [];
  try {
    for (let next = firstOf(waiting, plan.bots); next !== undefined; next = firstOf(waiting, plan.bots)) {
      const received = waiting.get(next) ?? [];
      waiting.delete(next);
      const bot = byId.get(next);
      const round = (rounds.get(next) ?? 0) + 1;
      rounds.set(next, round);
      if (bot === undefined || round > maxRounds + 1) continue;
      if (round > maxRounds) {
        steps.push(lostInLoop(bot, received));
        continue;
      }
      const step = await runBot(bot, received, trials, options);
      steps.push(step);
      if (only !== undefined) break;
      for (const [path, messages] of step.sent) {
        if (messages.length === 0) continue;
        for (const queue of bot.settings.destinations.get(path) ?? []) {
          for (const reader of readers.get(queue) ?? []) {
            waiting.set(reader, [...(waiting.get(reader) ?? []), ...messages.map((message) => message.clone())]);
          }
        }
      }
    }
  } finally {
    for (const trial of trials.values()) await trial.stop();
  }
  return steps;
}

function readersOf(bots: readonly LoadedBot[]): Map<string, string[]> {
  const readers = new Map<string, string[]>();
  for (const { settings, definition } of bots) {
    if (definition?.kind === "collector") continue;
    readers.set(settings.sourceQueue, [...(readers.get(settings.sourceQueue) ?? []), settings.id]);
  }
  return readers;
}

function firstOf(
  waiting: ReadonlyMap<string, readonly Message[]>,
  ranks: ReadonlyMap<string, { readonly rank: number }>,
): string | undefined {
  let first: string | undefined;
  for (const id of waiting.keys()) {
    if (first === undefined || (ranks.get(id)?.rank ?? 0) < (ranks.get(first)?.rank ?? 0)) first = id;
  }
  return first;
}

function lostInLoop({ settings, definition }: LoadedBot, received: readonly Message[]): DryRunStep {
  const refused = `It is part of a loop that goes on; after ${maxRounds} rounds messages are not followed any more.`;
  const kind = definition?.kind ?? "unknown";
  return { bot: settings.id, module: settings.module, kind, received, sent: new Map(), failures: [], log: [], refused };
}

async function runBot(
  bot: LoadedBot,
  received: readonly Message[],
  trials: Map<string, Trial>,
  options: DryRunOptions,
): Promise<DryRunStep> {
  const { settings, definition, refused } = bot;
  const nothing = { bot: settings.id, module: settings.module, received, sent: new Map(), failures: [], log: [] };
  if (definition === undefined) return { ...nothing, kind: "unknown", refused: refused ?? "Its module is unknown." };
  const { kind } = definition;
  if (kind === "output" || kind === "collector") return { ...nothing, kind };
  try {
    const trial = trials.get(settings.id) ?? (await open(bot, options));
    trials.set(settings.id, trial);
    const logBefore = trial.log().length;
    const failuresBefore = (await trial.deadLetters()).length;
    await trial.send(received);
    await trial.run();
    return {
      ...nothing,
      kind,
      sent: trial.takeSent(),
      failures: (await trial.deadLetters()).slice(failuresBefore),
      log: trial.log().slice(logBefore),
    };
  } catch (error) {
    return { ...nothing, kind, refused: error instanceof Error ? error.message : String(error) };
  }
}

async function open({ settings, definition }: LoadedBot, options: DryRunOptions): Promise<Trial> {
  if (definition === undefined) throw new Error(`there is no definition of ${settings.module}`);
  const values = Object.fromEntries([...settings.parameters].map(([name, { canonical }]) => [name, canonical]));
  return openTrial({
    definition,
    botId: settings.id,
    ...(settings.name === undefined ? {} : { botName: settings.name }),
    parameters: { ...values, rate_limit: 0, error_max_retries: 0, logging_level: "DEBUG" },
    queues: [...settings.destinations.keys()],
    directory: options.directory,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.resolver === undefined ? {} : { resolver: options.resolver }),
    ...(options.http === undefined ? {} : { http: { client: options.http } }),
    ...(options.fields === undefined ? {} : { fields: options.fields }),
  });
}

/** Settings → what runs: definitions loaded, parameters read, the plan made, a description for every bot. */

import { parametersFor } from "../config/check-parameters.ts";
import type { BotnetSettings, BotSettings } from "../config/settings.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import { whyAlone } from "../definition/instances.ts";
import { type Plan, type PlannableBot, planBotnet } from "../plan/plan.ts";
import type { BotSpec } from "../run/bot-node.ts";
import { messageWithCauses } from "../run/failure.ts";
import { scheduleOf } from "../run/schedule.ts";
import type { Assignment } from "./worker-protocol.ts";

export interface LoadedBot {
  readonly settings: BotSettings;
  /** Absent when the module is unknown or broken. */
  readonly definition?: AnyDefinition;
  readonly refused?: string;
}

/** Loads the definitions of all bots. */
export async function loadBots(
  { bots }: Pick<BotnetSettings, "bots">,
  catalogue: Catalogue,
): Promise<readonly LoadedBot[]> {
  return Promise.all(
    bots.map(async (bot): Promise<LoadedBot> => {
      try {
        const definition = await catalogue.load(bot.module);
        if (definition !== undefined) return { settings: bot, definition };
        return { settings: bot, refused: `There is no bot module ${bot.module}.` };
      } catch (error) {
        return { settings: bot, refused: messageWithCauses(error) };
      }
    }),
  );
}

/** Plans the bots that could be loaded. */
export function planOf(bots: readonly LoadedBot[], workers: number): Plan {
  const plannable = bots.flatMap(({ settings, definition }): PlannableBot[] => {
    if (definition === undefined) return [];
    const rateLimit = Number(settings.parameters.get("rate_limit")?.value ?? 0);
    const own = definition.kind === "expert" ? (definition.concurrency ?? 1) : 1;
    const instances = instancesOf(settings, definition);
    return [
      {
        id: settings.id,
        kind: definition.kind,
        ...(definition.kind === "collector" ? {} : { queue: settings.sourceQueue }),
        sendsTo: [...settings.destinations.values()].flat(),
        concurrency: own * instances,
        pace: definition.kind === "output" ? (definition.pace ?? "network") : "local",
        rateLimit: Number.isFinite(rateLimit) ? rateLimit : 0,
        ownQueue: settings.weir.queue !== undefined,
      },
    ];
  });
  return planBotnet(plannable, workers);
}

/** How many objects of a bot work side by side. */
function instancesOf({ parameters, weir }: BotSettings, definition: AnyDefinition): number {
  if (whyAlone(definition) !== undefined) return 1;
  const threads = Number(parameters.get("instances_threads")?.value ?? 1); // IntelMQ's name
  return weir.instances ?? Math.min(Math.max(Number.isInteger(threads) ? threads : 1, 1), 64);
}

/** Describes the assigned bots for a worker; a bot that cannot run has the reason instead. */
export function specsOf(
  bots: readonly LoadedBot[],
  assignments: readonly Assignment[],
): ReadonlyMap<string, BotSpec | { readonly refused: string }> {
  const byId = new Map(bots.map((bot) => [bot.settings.id, bot]));
  return new Map(
    assignments.map((assignment) => {
      const bot = byId.get(assignment.id);
      return [
        assignment.id,
        bot === undefined ? { refused: "The configuration has no such bot." } : specOf(bot, assignment),
      ];
    }),
  );
}

function specOf(bot: LoadedBot, { cut, rank }: Assignment): BotSpec | { readonly refused: string } {
  const { settings, definition, refused } = bot;
  if (definition === undefined) return { refused: refused ?? "Its module is unknown." };
  const { parameters, findings } = parametersFor(definition, settings);
  const errors = findings.filter(({ level }) => level === "error");
  if (parameters === undefined || errors.length > 0) {
    return { refused: errors.map(({ line, message }) => `line ${line}: ${message}`).join("; ") };
  }
  const { weir } = settings;
  return {
    id: settings.id,
    definition,
    ...parameters,
    ...(definition.kind === "collector" ? {} : { queue: settings.sourceQueue }),
    destinations: settings.destinations,
    cut,
    rank,
    instances: instancesOf(settings, definition),
    scheduled: settings.runMode === "scheduled",
    ...(weir.schedule === undefined ? {} : { schedule: scheduleOf(weir.schedule, weir.jitter) }),
  };
}

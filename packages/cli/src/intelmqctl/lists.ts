/** `intelmqctl list bots | queues | queues-and-status`. */
import { catalogue } from "@weir/bots/catalogue";
import type { AnyDefinition } from "@weir/engine";
import { parametersSchema } from "@weir/engine/config";
import { ask } from "../weir/session.ts";
import { type Botnet, bot, groupOf } from "./botnet.ts";
import type { Console, Outcome } from "./console.ts";
import { statusOfBotnet } from "./control.ts";

interface ListedBot {
  readonly module: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Every bot that there is, by group and name. */
export async function listInstalled(console: Console): Promise<Outcome> {
  const groups: Record<string, Record<string, ListedBot>> = { Collector: {}, Parser: {}, Expert: {}, Output: {} };
  for (const module of catalogue.modules()) {
    const definition = await catalogue.load(module);
    if (definition === undefined) continue;
    const { kind, name, listName, summary } = definition;
    const group = groups[kind.charAt(0).toUpperCase() + kind.slice(1)] ?? {};
    const wanted = listName ?? name.replaceAll(" ", "");
    // Two bots may have one name: both are listed.
    const free = wanted in group ? `${wanted} (${module})` : wanted;
    group[free] = { module, description: summary, parameters: defaults(definition) };
  }
  for (const [group, bots] of Object.entries(groups)) {
    console.print(`======== ${group} ========\n`);
    for (const [name, { description }] of Object.entries(bots)) {
      console.print(`Bot ID: ${name}\nDescription: ${description}\n\n`);
    }
  }
  return { result: groups, code: 0 };
}

/** A bot's own parameters with their defaults; null: none, or it has to be given. */
function defaults(definition: AnyDefinition): Readonly<Record<string, unknown>> {
  const properties = parametersSchema(definition).properties as Readonly<Record<string, { default?: unknown }>>; // see schema.ts
  const names = Object.keys(definition.params.shape);
  return Object.fromEntries(names.map((name) => [name, properties[name]?.default ?? null]));
}

/** The bots of this botnet. `onlyEnabled` and the global `--quiet` change the text only. */
export async function listConfigured({ settings, ids, console }: Botnet, onlyEnabled: boolean): Promise<Outcome> {
  const bots = ids.flatMap((id) => settings.bots.filter((one) => one.id === id));
  for (const { id, description, enabled } of bots) {
    if (onlyEnabled && !enabled) continue;
    console.print(console.quiet ? `${id}\n` : `Bot ID: ${id}\nDescription: ${description ?? ""}\n\n`);
  }
  return { result: bots.map(({ id, description }) => ({ id, description: description ?? null })), code: 0 };
}

export type Depths = Readonly<Record<string, { readonly messages: number; readonly parked: number }>>;

export interface QueueOptions {
  readonly nonZero: boolean;
  readonly sum: boolean;
}

export async function listQueues(botnet: Botnet, { nonZero, sum }: QueueOptions): Promise<Outcome> {
  const depths = (await ask(botnet.session, "queues.list")) as Depths; // see control/operations.ts
  const { console } = botnet;
  const names = await queueNames(botnet);
  if (sum) {
    const total = [...names].reduce((all, name) => all + messagesIn(depths, name) + parkedIn(depths, name), 0);
    console.print(`${total}\n`);
    return { result: { "total-messages": total }, code: 0 };
  }
  const sorted = [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  for (const name of sorted) {
    const count = messagesIn(depths, name);
    if (!nonZero || count > 0) console.print(`${name} - ${count}\n`);
  }
  return { result: await queuesByBot(botnet, depths), code: 0 };
}

export async function listQueuesAndStatus(botnet: Botnet): Promise<Outcome> {
  const queues = await listQueues(botnet, { nonZero: false, sum: false });
  const status = await statusOfBotnet(botnet, undefined);
  return { result: [queues.result, status.result], code: queues.code | status.code };
}

/** Every queue that a bot reads or writes. */
export async function queueNames(botnet: Botnet): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const one of botnet.settings.bots) {
    if ((await groupOf(one)) !== "Collector") names.add(one.sourceQueue);
    for (const queues of one.destinations.values()) for (const queue of queues) names.add(queue);
  }
  return names;
}

async function queuesByBot(botnet: Botnet, depths: Depths): Promise<Readonly<Record<string, unknown>>> {
  const entries = await Promise.all(
    botnet.ids.map(async (id) => {
      const { destinations, sourceQueue, ...one } = bot(botnet, id);
      const targets = [...new Set([...destinations.values()].flat())].map((name) => [name, messagesIn(depths, name)]);
      const isCollector = (await groupOf({ ...one, destinations, sourceQueue })) === "Collector";
      // Messages that wait for another try stand for IntelMQ's internal queue: taken, and not done.
      const source = isCollector
        ? {}
        : {
            source_queue: [sourceQueue, messagesIn(depths, sourceQueue)],
            internal_queue: parkedIn(depths, sourceQueue),
          };
      return [id, { ...source, destination_queues: targets }] as const;
    }),
  );
  return Object.fromEntries(entries);
}

function messagesIn(depths: Depths, queue: string): number {
  return Object.hasOwn(depths, queue) ? (depths[queue]?.messages ?? 0) : 0;
}

function parkedIn(depths: Depths, queue: string): number {
  return Object.hasOwn(depths, queue) ? (depths[queue]?.parked ?? 0) : 0;
}

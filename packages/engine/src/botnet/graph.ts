/** Settings → the graph of a botnet: bots as nodes, an edge for each queue that one bot sends to and another reads. */

import type { BotSettings } from "../config/settings.ts";
import type { BotKind } from "../definition/definition.ts";

export interface GraphNode {
  readonly bot: BotSettings;
  /** Unknown when the bot's module is, and its `group` says nothing. */
  readonly kind: BotKind | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly path: string;
  readonly queue: string;
  /** The bots that read the queue; none: nobody here does. */
  readonly to: readonly string[];
}

export interface BotnetGraph {
  /** In the order of the file. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
  /** Queue → ids of the bots that read it. Collectors read none. */
  readonly readers: ReadonlyMap<string, readonly string[]>;
}

/** Builds the graph; `kinds` gives the kind of a bot by its id, from its definition. */
export function buildGraph(bots: readonly BotSettings[], kinds: ReadonlyMap<string, BotKind>): BotnetGraph {
  const nodes = new Map<string, GraphNode>();
  const readers = new Map<string, string[]>();
  for (const bot of bots) {
    const kind = kinds.get(bot.id) ?? kindOfGroup(bot.group);
    nodes.set(bot.id, { bot, kind });
    if (kind === "collector") continue;
    const list = readers.get(bot.sourceQueue);
    if (list === undefined) readers.set(bot.sourceQueue, [bot.id]);
    else list.push(bot.id);
  }
  const edges = bots.flatMap((bot) =>
    [...bot.destinations].flatMap(([path, queues]) =>
      [...new Set(queues)].map((queue) => ({ from: bot.id, path, queue, to: readers.get(queue) ?? [] })),
    ),
  );
  return { nodes, edges, readers };
}

/** The kind that IntelMQ's `group` names. */
export function kindOfGroup(group: string | undefined): BotKind | undefined {
  switch (group?.toLowerCase()) {
    case "collector":
      return "collector";
    case "parser":
      return "parser";
    case "expert":
      return "expert";
    case "output":
      return "output";
    default:
      return undefined;
  }
}

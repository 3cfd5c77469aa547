/** Loose ends, loops and conflicts of a botnet's graph. */
import { didYouMean } from "../config/closest.ts";
import { readDestinations } from "../config/destinations.ts";
import { type Finding, finding } from "../config/findings.ts";
import { nodeAt, type Position } from "../config/located.ts";
import type { BotSettings } from "../config/settings.ts";
import type { BotnetGraph, GraphNode } from "./graph.ts";
import { describeLoop, findLoops } from "./loops.ts";

/** All that is to be said about the graph. */
export function checkGraph(graph: BotnetGraph): Finding[] {
  return [
    ...[...graph.nodes.values()].flatMap((node) => [...checkDestinations(node, graph), ...checkPaths(node)]),
    ...unreachableBots(graph),
    ...sharedQueues(graph),
    ...sharedFiles(graph),
    ...findLoops(graph).map((loop) => loopFinding(loop, graph)),
  ];
}

function checkDestinations({ bot, kind }: GraphNode, graph: BotnetGraph): Finding[] {
  const whose = { bot: bot.id, parameter: "destination_queues" };
  if (kind !== undefined && kind !== "output") {
    const remedy = "add, below its parameters, destination_queues: {_default: [next-queue]}";
    if (bot.destinations.size === 0 && !isBroken(bot)) {
      return [
        finding(
          "error",
          "no-destination",
          bot.at,
          `a ${kind} has to send somewhere, but it has no destination_queues`,
          { ...whose, remedy },
        ),
      ];
    }
    if (bot.destinations.size > 0 && !bot.destinations.has("_default")) {
      const level = kind === "expert" ? "warning" : "error";
      const message = "it has no destination for the path _default, to which it sends what has no other path";
      return [
        finding(level, "no-default-path", placeOfDestinations(bot), message, { ...whose, remedy }),
        ...checkQueues(bot, graph),
      ];
    }
  }
  return checkQueues(bot, graph);
}

/** A value that cannot be read has a finding of its own. */
function isBroken(bot: BotSettings): boolean {
  const setting = bot.parameters.get("destination_queues");
  return setting !== undefined && "problem" in readDestinations(setting.canonical);
}

function checkQueues(bot: BotSettings, graph: BotnetGraph): Finding[] {
  const findings: Finding[] = [];
  const whose = { bot: bot.id, parameter: "destination_queues" };
  for (const [path, queues] of bot.destinations) {
    const seen = new Set<string>();
    for (const [index, queue] of queues.entries()) {
      const at = placeOfQueue(bot, path, index);
      if (seen.has(queue)) {
        const message = `the queue ${JSON.stringify(queue)} is twice in the path ${path}: every message goes there twice`;
        findings.push(finding("warning", "double-queue", at, message, whose));
        continue;
      }
      seen.add(queue);
      const readers = graph.readers.get(queue) ?? [];
      if (readers.length === 0) findings.push(missingReader(bot, queue, at, graph));
      else if (bot.enabled && readers.every((id) => graph.nodes.get(id)?.bot.enabled === false)) {
        const message = `the queue ${JSON.stringify(queue)} is read by ${readers.join(" and ")} only, which is not enabled: messages pile up there`;
        findings.push(finding("warning", "reader-disabled", at, message, whose));
      }
    }
  }
  return findings;
}

function missingReader(bot: BotSettings, queue: string, at: Position, graph: BotnetGraph): Finding {
  const whose = { bot: bot.id, parameter: "destination_queues" };
  const collector = [...graph.nodes.values()].find(
    (node) => node.kind === "collector" && node.bot.sourceQueue === queue,
  );
  if (collector !== undefined) {
    const message = `${collector.bot.id} is a collector and does not read the queue ${JSON.stringify(queue)}`;
    return finding("warning", "missing-reader", at, message, {
      ...whose,
      remedy: "send to a parser, expert or output",
    });
  }
  const message = `no bot of this botnet reads the queue ${JSON.stringify(queue)}`;
  const bare = graph.nodes.has(queue) ? graph.nodes.get(queue)?.bot.sourceQueue : undefined;
  const remedy =
    bare !== undefined
      ? `the queue of the bot ${queue} is "${bare}"`
      : (didYouMean(queue, graph.readers.keys()) ?? "remove it, unless a bot of another installation reads it");
  return finding("warning", "missing-reader", at, message, { ...whose, remedy });
}

const specialPaths = ["_default", "_on_error"];

function checkPaths({ bot }: GraphNode): Finding[] {
  const findings: Finding[] = [];
  for (const path of bot.destinations.keys()) {
    if (!path.startsWith("_") || specialPaths.includes(path)) continue;
    const message = `there is no special path ${JSON.stringify(path)}: nothing is sent there unless the bot's rules name it`;
    const remedy = didYouMean(path, specialPaths) ?? "special paths are _default and _on_error";
    findings.push(
      finding("warning", "unknown-path", placeOfPath(bot, path), message, {
        bot: bot.id,
        parameter: "destination_queues",
        remedy,
      }),
    );
  }
  return findings;
}

/** Only those to which nobody sends: what comes after them follows. A loop that nobody feeds has its finding as a loop. */
function unreachableBots({ nodes, edges }: BotnetGraph): Finding[] {
  const fed = new Set(edges.flatMap(({ from, to }) => to.filter((id) => id !== from)));
  const findings: Finding[] = [];
  for (const { bot, kind } of nodes.values()) {
    if (kind === "collector" || kind === undefined || fed.has(bot.id)) continue;
    const message = `no bot of this botnet sends to its queue ${JSON.stringify(bot.sourceQueue)}`;
    const remedy = `add ${bot.sourceQueue} to the destination_queues of another bot`;
    findings.push(finding("warning", "unreachable", bot.at, message, { bot: bot.id, remedy }));
  }
  return findings;
}

function sharedQueues({ nodes, readers }: BotnetGraph): Finding[] {
  const findings: Finding[] = [];
  for (const [queue, ids] of readers) {
    const [first, ...others] = ids;
    for (const id of others) {
      const bot = nodes.get(id)?.bot;
      if (bot === undefined) continue;
      const message = `it reads the queue ${JSON.stringify(queue)}, as ${first} does: each message goes to one of them only`;
      const remedy = "give each its own queue, or use `weir: {instances: 2}` for more of the same";
      const at = bot.parameters.get("source_queue")?.at ?? bot.at;
      findings.push(finding("warning", "shared-queue", at, message, { bot: id, parameter: "source_queue", remedy }));
    }
  }
  return findings;
}

/** Two file outputs that append to one file would cut off each other's lines when they recover from a crash. */
function sharedFiles({ nodes }: BotnetGraph): Finding[] {
  const owners = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { bot, kind } of nodes.values()) {
    const setting = bot.parameters.get("file");
    if (kind !== "output" || !bot.enabled || typeof setting?.canonical !== "string") continue;
    const file = setting.canonical;
    const owner = owners.get(file);
    if (owner === undefined) {
      owners.set(file, bot.id);
      continue;
    }
    const message = `it writes to ${JSON.stringify(file)}, as ${owner} does`;
    const remedy = "give each output its own file, or let both senders use one output";
    findings.push(
      finding("error", "shared-file", setting.node?.at ?? setting.at, message, {
        bot: bot.id,
        parameter: "file",
        remedy,
      }),
    );
  }
  return findings;
}

function loopFinding(loop: ReturnType<typeof findLoops>[number], graph: BotnetGraph): Finding {
  const first = graph.nodes.get(loop[0]?.from ?? "")?.bot;
  const walk = describeLoop(loop, (edge, next) =>
    edge.to.includes(next.from) ? next.from : (edge.to[0] ?? edge.queue),
  );
  const edge = loop[0];
  const at: Position =
    first === undefined || edge === undefined
      ? { file: "", line: 0, column: 0 }
      : placeOfQueue(first, edge.path, first.destinations.get(edge.path)?.indexOf(edge.queue) ?? 0);
  const remedy =
    "messages may go round for ever, and full queues would block each other; lead one of the paths elsewhere";
  return finding("warning", "loop", at, `messages can go in a circle: ${walk}`, {
    ...(first === undefined ? {} : { bot: first.id }),
    parameter: "destination_queues",
    remedy,
  });
}

function placeOfDestinations(bot: BotSettings): Position {
  return bot.parameters.get("destination_queues")?.at ?? bot.at;
}

function placeOfPath(bot: BotSettings, path: string): Position {
  const node = bot.parameters.get("destination_queues")?.node;
  return (node === undefined ? undefined : nodeAt(node, [path]).key) ?? placeOfDestinations(bot);
}

/** Where a queue of a path is named, in whichever form. */
function placeOfQueue(bot: BotSettings, path: string, index: number): Position {
  const node = bot.parameters.get("destination_queues")?.node;
  if (node === undefined) return placeOfDestinations(bot);
  const list = node.kind === "map" ? nodeAt(node, [path]).node : node;
  return list.kind === "list" ? (list.items[index]?.at ?? list.at) : list.at;
}

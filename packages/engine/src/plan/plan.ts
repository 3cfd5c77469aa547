/**
 * The planner: which bots work in which worker, and before which bots messages always go through the queue.
 *
 * Bots of one stage hand messages over in memory; a cut makes a bot begin a stage of its own. Cuts are made where they must
 * be, each with its reason, since an operator will ask.
 */
import type { BotKind } from "../definition/definition.ts";
import type { HandedQueue } from "../run/hand-over.ts";

/** What the planner looks at. */
export interface PlannableBot {
  readonly id: string;
  readonly kind: BotKind;
  readonly queue?: string;
  /** All queues that it sends to, `_on_error` included. */
  readonly sendsTo: readonly string[];
  readonly concurrency: number;
  readonly pace: "local" | "network";
  readonly rateLimit: number;
  /** `weir: queue` of the bot: messages are to be kept before it. */
  readonly ownQueue: boolean;
}

export interface PlannedBot {
  readonly id: string;
  /** Why messages always go through its queue; undefined: they may be handed over in memory. */
  readonly cut: string | undefined;
  /** Senders come before receivers, except along the edge that closes a loop. */
  readonly rank: number;
  readonly stage: number;
  readonly worker: number;
}

/** How the heaviest stage would be shared by two workers (run/hand-over.ts): these bots go to another one. */
interface PlannedSplit {
  /** Where the stage works. */
  readonly worker: number;
  readonly bots: readonly string[];
}

export interface Plan {
  readonly bots: ReadonlyMap<string, PlannedBot>;
  readonly stages: readonly (readonly string[])[];
  readonly workers: number;
  /** Absent when all workers have something to do, or there is nothing to gain. */
  readonly split?: PlannedSplit;
  /** For every bot that takes messages in memory: its queue, and where they may get to. */
  readonly handed: ReadonlyMap<string, HandedQueue>;
}

/** Plans a botnet for at most `workers` workers. */
export function planBotnet(bots: readonly PlannableBot[], workers: number): Plan {
  const readers = readersOf(bots);
  const ranks = rank(bots, readers);
  const cuts = new Map(bots.map((bot) => [bot.id, cutOf(bot, readers)]));
  const stages = joinStages(bots, readers, ranks, cuts);
  const assigned = assign(stages, bots, workers);
  const planned = new Map<string, PlannedBot>();
  stages.forEach((stage, index) => {
    for (const id of stage) {
      const worker = assigned.of[index] ?? 0;
      planned.set(id, { id, cut: cuts.get(id), rank: ranks.get(id) ?? 0, stage: index, worker });
    }
  });
  const split = assigned.count < workers ? splitHeaviest(stages, bots, assigned) : undefined;
  const plan = { bots: planned, stages, workers: assigned.count, handed: handedQueues(bots, readers, cuts) };
  return split === undefined ? plan : { ...plan, split };
}

function readersOf(bots: readonly PlannableBot[]): Map<string, PlannableBot[]> {
  const readers = new Map<string, PlannableBot[]>();
  for (const bot of bots) {
    if (bot.queue === undefined) continue;
    const list = readers.get(bot.queue);
    if (list === undefined) readers.set(bot.queue, [bot]);
    else list.push(bot);
  }
  return readers;
}

function cutOf(bot: PlannableBot, readers: Map<string, PlannableBot[]>): string | undefined {
  if (bot.kind === "collector") return "it collects";
  if (bot.kind === "parser") return "reports wait in its queue and are read in pieces";
  if (bot.ownQueue) return "its configuration asks for a queue";
  if (bot.concurrency > 1) return "it looks things up, several at once";
  if (bot.kind === "output" && bot.pace === "network") return "it delivers over the network";
  if (bot.rateLimit > 0) return "it has a rate limit";
  if ((readers.get(bot.queue ?? "")?.length ?? 0) > 1) return "another bot reads the same queue";
  return undefined;
}

/** Reverse post-order of a depth-first walk: a topological order where there are no loops. Iterative: botnets may be long. */
function rank(bots: readonly PlannableBot[], readers: Map<string, PlannableBot[]>): Map<string, number> {
  const visited = new Set<string>();
  const order: string[] = [];
  const next = (bot: PlannableBot): PlannableBot[] => bot.sendsTo.flatMap((queue) => readers.get(queue) ?? []);
  const starts = [...bots].sort((a, b) => Number(b.kind === "collector") - Number(a.kind === "collector"));
  for (const start of starts) {
    if (visited.has(start.id)) continue;
    visited.add(start.id);
    const stack = [{ bot: start, rest: next(start) }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = top.rest.pop();
      if (child === undefined) {
        order.push(top.bot.id);
        stack.pop();
      } else if (!visited.has(child.id)) {
        visited.add(child.id);
        stack.push({ bot: child, rest: next(child) });
      }
    }
  }
  return new Map(order.reverse().map((id, index) => [id, index]));
}

function joinStages(
  bots: readonly PlannableBot[],
  readers: Map<string, PlannableBot[]>,
  ranks: Map<string, number>,
  cuts: Map<string, string | undefined>,
): string[][] {
  const parent = new Map(bots.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    let root = id;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(id, root);
    return root;
  };
  for (const bot of bots) {
    for (const queue of bot.sendsTo) {
      for (const reader of readers.get(queue) ?? []) {
        const forward = (ranks.get(bot.id) ?? 0) < (ranks.get(reader.id) ?? 0);
        if (forward && cuts.get(reader.id) === undefined) parent.set(find(reader.id), find(bot.id));
      }
    }
  }
  const stages = new Map<string, string[]>();
  const ordered = [...bots].sort((a, b) => (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0));
  for (const { id } of ordered) {
    const root = find(id);
    const stage = stages.get(root);
    if (stage === undefined) stages.set(root, [id]);
    else stage.push(id);
  }
  return [...stages.values()];
}

/**
 * Largest stages first, each to the worker that has least. Collectors weigh little, since they mostly wait: they get no
 * worker of their own as long as there is another stage.
 */
function assign(
  stages: readonly (readonly string[])[],
  bots: readonly PlannableBot[],
  limit: number,
): { readonly of: readonly number[]; readonly count: number } {
  const kinds = new Map(bots.map((bot) => [bot.id, bot.kind]));
  const weigh = weigherOf(bots);
  const working = stages.filter((stage) => stage.some((id) => kinds.get(id) !== "collector")).length;
  const count = Math.max(1, Math.min(limit, working));
  const load = new Array<number>(count).fill(0);
  const of = new Array<number>(stages.length).fill(0);
  const order = stages.map((stage, index) => ({ index, weight: weigh(stage) })).sort((a, b) => b.weight - a.weight);
  for (const { index, weight } of order) {
    const least = load.indexOf(Math.min(...load));
    of[index] = least;
    load[least] = (load[least] ?? 0) + weight;
  }
  return { of, count };
}

/** What a bot costs for an event, roughly and in proportion: a parser also reads the report, an output also writes. */
const weights: Readonly<Record<BotKind, number>> = { collector: 0.1, parser: 4, expert: 2, output: 3 };
/** What it costs each of two workers to hand an event over. */
const handOverWeight = 1;

function weigherOf(bots: readonly PlannableBot[]): (ids: readonly string[]) => number {
  const kinds = new Map(bots.map((bot) => [bot.id, bot.kind]));
  return (ids) => ids.reduce((sum, id) => sum + weights[kinds.get(id) ?? "expert"], 0);
}

/**
 * Splits the heaviest stage where two workers have about the same to do, if that makes the longer half of the work at least a
 * quarter shorter. Stages are in order of rank, so messages go from the first part to the second and never back in memory.
 */
function splitHeaviest(
  stages: readonly (readonly string[])[],
  bots: readonly PlannableBot[],
  assigned: { readonly of: readonly number[] },
): PlannedSplit | undefined {
  const weigh = weigherOf(bots);
  const heaviest = stages.reduce((best, stage, index) => (weigh(stage) > weigh(stages[best] ?? []) ? index : best), 0);
  const stage = stages[heaviest] ?? [];
  const longer = (at: number): number => Math.max(weigh(stage.slice(0, at)), weigh(stage.slice(at))) + handOverWeight;
  let best = 0;
  for (let at = 1; at < stage.length; at++) if (best === 0 || longer(at) < longer(best)) best = at;
  if (best === 0 || longer(best) > weigh(stage) * 0.75) return undefined;
  return { worker: assigned.of[heaviest] ?? 0, bots: stage.slice(best) };
}

/** The queues of bots that take messages in memory, and what these may fill further on. */
function handedQueues(
  bots: readonly PlannableBot[],
  readers: Map<string, PlannableBot[]>,
  cuts: Map<string, string | undefined>,
): Map<string, HandedQueue> {
  const handed = new Map<string, HandedQueue>();
  for (const bot of bots) {
    if (bot.queue === undefined || cuts.get(bot.id) !== undefined) continue;
    const reaches = new Set<string>();
    const visit = ({ sendsTo }: PlannableBot): void => {
      for (const queue of sendsTo) {
        if (reaches.has(queue)) continue;
        reaches.add(queue);
        for (const reader of readers.get(queue) ?? []) if (cuts.get(reader.id) === undefined) visit(reader);
      }
    };
    visit(bot);
    handed.set(bot.id, { queue: bot.queue, reaches: [...reaches] });
  }
  return handed;
}

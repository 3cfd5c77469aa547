/** Loops of a graph, each told as a walk. */
import type { BotnetGraph, GraphEdge } from "./graph.ts";

/** A closed walk: the first edge leaves the bot at which the last one arrives. */
export type Loop = readonly GraphEdge[];

/**
 * Every edge that leads back to its own bot, and one shortest loop for each set of bots that reach each other, in the order of the
 * file. No recursion: botnets may be long.
 */
export function findLoops(graph: BotnetGraph): Loop[] {
  const loops: Loop[] = [];
  const leaving = new Map<string, { edge: GraphEdge; to: string }[]>();
  for (const edge of graph.edges) {
    if (edge.to.includes(edge.from)) loops.push([edge]);
    for (const to of edge.to) {
      if (to === edge.from) continue;
      const list = leaving.get(edge.from);
      if (list === undefined) leaving.set(edge.from, [{ edge, to }]);
      else list.push({ edge, to });
    }
  }
  for (const members of cyclicComponents([...graph.nodes.keys()], (id) =>
    (leaving.get(id) ?? []).map(({ to }) => to),
  )) {
    const start = [...graph.nodes.keys()].find((id) => members.has(id));
    if (start !== undefined) loops.push(shortestLoop(start, members, leaving));
  }
  return loops;
}

/** `a → b → c → a`, paths other than `_default` in brackets. */
export function describeLoop(loop: Loop, target: (edge: GraphEdge, next: GraphEdge) => string): string {
  let text = loop[0]?.from ?? "";
  for (const [index, edge] of loop.entries()) {
    const next = loop[(index + 1) % loop.length] ?? edge;
    const path = edge.path === "_default" ? "" : `[${edge.path}] `;
    text += ` → ${path}${target(edge, next)}`;
  }
  return text;
}

function shortestLoop(
  start: string,
  members: ReadonlySet<string>,
  leaving: ReadonlyMap<string, readonly { edge: GraphEdge; to: string }[]>,
): Loop {
  const cameBy = new Map<string, GraphEdge>();
  const waiting = [start];
  for (let here = waiting.shift(); here !== undefined; here = waiting.shift()) {
    for (const { edge, to } of leaving.get(here) ?? []) {
      if (!members.has(to)) continue;
      if (to === start) {
        const walk = [edge];
        for (let at = here; at !== start; ) {
          const before = cameBy.get(at);
          if (before === undefined) break;
          walk.unshift(before);
          at = before.from;
        }
        return walk;
      }
      if (cameBy.has(to)) continue;
      cameBy.set(to, edge);
      waiting.push(to);
    }
  }
  return [];
}

/** Tarjan's strongly connected components, of which only those of several bots are given. */
function cyclicComponents(ids: readonly string[], next: (id: string) => readonly string[]): Set<string>[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: Set<string>[] = [];
  for (const root of ids) {
    if (index.has(root)) continue;
    const work = [enter(root)];
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const to = frame.targets[frame.at++];
      if (to === undefined) {
        work.pop();
        leave(frame.id);
        const parent = work.at(-1);
        if (parent !== undefined) lower(parent.id, low.get(frame.id) ?? 0);
      } else if (!index.has(to)) work.push(enter(to));
      else if (onStack.has(to)) lower(frame.id, index.get(to) ?? 0);
    }
  }
  return found;

  function enter(id: string) {
    index.set(id, index.size);
    low.set(id, index.size - 1);
    stack.push(id);
    onStack.add(id);
    return { id, targets: next(id), at: 0 };
  }

  function lower(id: string, value: number): void {
    low.set(id, Math.min(low.get(id) ?? value, value));
  }

  function leave(id: string): void {
    if (low.get(id) !== index.get(id)) return;
    const members = new Set<string>();
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      onStack.delete(top);
      members.add(top);
      if (top === id) break;
    }
    if (members.size > 1) found.push(members);
  }
}

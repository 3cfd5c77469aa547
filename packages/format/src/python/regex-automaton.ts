/**
 * The automaton of a pattern's character positions (Glushkov): every character of the pattern is a state, and an edge carries
 * the number of ways to take it. Look-arounds are states of their own beside the rest; anchors are ignored.
 */
import { type Ranges, rangesOf } from "./character-set.ts";
import type { RegexNode, RepeatNode } from "./regex-tree.ts";

/** A character of the pattern. */
export interface Position {
  readonly ranges: Ranges;
  /** Place of the innermost quantifier around, -1 outside of loops. */
  readonly loopAt: number;
  /** The positions that may come next, with the number of ways (1, or 2 for more). */
  readonly next: Map<number, number>;
}

interface Automaton {
  readonly positions: Position[];
}

/** Beyond this number of positions building stops. */
export const MAXIMUM_POSITIONS = 4_000;

/** Counted repetitions up to this number are written out, others count as endless. */
const MAXIMUM_COPIES = 8;

/** The positions of a pattern; none if it has no loop, more than {@link MAXIMUM_POSITIONS} if it was given up. */
export function positionsOf(root: RegexNode): readonly Position[] {
  if (!mayLoop(root)) return [];
  const automaton: Automaton = { positions: [] };
  build(automaton, root, -1);
  return automaton.positions;
}

/** What a part of the pattern shows to its neighbours: ways to match nothing, to begin and to end at a position. */
interface Part {
  readonly empty: number;
  readonly first: ReadonlyMap<number, number>;
  readonly last: ReadonlyMap<number, number>;
}

const nothing: Part = { empty: 1, first: new Map(), last: new Map() };

function mayLoop(node: RegexNode): boolean {
  if (node.kind === "reference" || (node.kind === "repeat" && node.max > 1)) return true;
  if (node.kind === "sequence") return node.items.some(mayLoop);
  if (node.kind === "choice") return node.options.some(mayLoop);
  if (node.kind === "conditional") return mayLoop(node.yes) || mayLoop(node.no);
  return "body" in node && mayLoop(node.body);
}

function build(automaton: Automaton, node: RegexNode, loopAt: number): Part {
  // Too large already: the result is not looked at.
  if (automaton.positions.length > MAXIMUM_POSITIONS) return nothing;
  switch (node.kind) {
    case "empty":
    case "assertion":
      return nothing;
    case "look":
      build(automaton, node.body, loopAt);
      return nothing;
    case "set":
      return addPosition(automaton, rangesOf(node.set), loopAt);
    case "reference":
      return loop(automaton, addPosition(automaton, [0, 0x10ffff], loopAt), 1);
    case "sequence":
      return node.items.reduce<Part>(
        (part, item) => inSequence(automaton, part, build(automaton, item, loopAt)),
        nothing,
      );
    case "choice":
      return either(node.options.map((option) => build(automaton, option, loopAt)));
    case "conditional":
      return either([build(automaton, node.yes, loopAt), build(automaton, node.no, loopAt)]);
    case "group":
    case "atomic":
      return build(automaton, node.body, loopAt);
    case "repeat":
      return buildRepeat(automaton, node, loopAt);
  }
}

function buildRepeat(automaton: Automaton, node: RepeatNode, loopAt: number): Part {
  const { min, max, body, at } = node;
  if (max > MAXIMUM_COPIES) return loop(automaton, build(automaton, body, at), min === 0 ? 1 : 0);
  let part = nothing;
  // x{1,3} is x(x(x)?)?, from the inside out.
  for (let count = max; count > 0; count--) {
    const once = inSequence(automaton, build(automaton, body, max > 1 ? at : loopAt), part);
    part = count > min ? { ...once, empty: Math.min(2, once.empty + 1) } : once;
  }
  return part;
}

function addPosition(automaton: Automaton, ranges: Ranges, loopAt: number): Part {
  const index = automaton.positions.push({ ranges, loopAt, next: new Map() }) - 1;
  return { empty: 0, first: new Map([[index, 1]]), last: new Map([[index, 1]]) };
}

/** An endless repetition; `skips` ways to leave it out, besides those of the body. */
function loop(automaton: Automaton, body: Part, skips: number): Part {
  connect(automaton, body.last, body.first);
  // A round that matches nothing ends the loop, so it counts as leaving it out.
  return { ...body, empty: Math.min(2, Math.max(skips, body.empty)) };
}

function inSequence(automaton: Automaton, left: Part, right: Part): Part {
  connect(automaton, left.last, right.first);
  return {
    empty: Math.min(2, left.empty * right.empty),
    first: sum([left.first, times(right.first, left.empty)]),
    last: sum([right.last, times(left.last, right.empty)]),
  };
}

function either(parts: readonly Part[]): Part {
  return {
    empty: Math.min(
      2,
      parts.reduce((count, part) => count + part.empty, 0),
    ),
    first: sum(parts.map((part) => part.first)),
    last: sum(parts.map((part) => part.last)),
  };
}

function connect(automaton: Automaton, last: ReadonlyMap<number, number>, first: ReadonlyMap<number, number>): void {
  for (const [from, before] of last) {
    const next = automaton.positions[from]?.next;
    for (const [to, ways] of first) next?.set(to, Math.min(2, (next.get(to) ?? 0) + before * ways));
  }
}

function sum(maps: readonly ReadonlyMap<number, number>[]): Map<number, number> {
  const result = new Map<number, number>();
  for (const map of maps) for (const [key, count] of map) result.set(key, Math.min(2, (result.get(key) ?? 0) + count));
  return result;
}

function times(map: ReadonlyMap<number, number>, factor: number): ReadonlyMap<number, number> {
  if (factor === 1) return map;
  return factor === 0 ? new Map() : new Map([...map].map(([key, count]) => [key, Math.min(2, count * factor)]));
}

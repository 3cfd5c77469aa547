/**
 * Finds patterns that a backtracking engine may need exponential or high polynomial time for.
 *
 * The pattern becomes an automaton of its character positions (Glushkov) in which every edge carries the number of ways to
 * take it. Exponential: inside a loop, two different ways lead over the same text from one position back to one. Polynomial:
 * three loops or more in a row can share one text (cubic time and worse). Look-arounds are looked at by themselves;
 * anchors are ignored, so a pattern may be named that is harmless in fact, but not the other way round.
 */
import { overlap, type Ranges } from "./character-set.ts";
import { MAXIMUM_POSITIONS, type Position, positionsOf } from "./regex-automaton.ts";
import { parseRegex } from "./regex-parser.ts";
import type { RegexTree } from "./regex-tree.ts";

export interface RegexHazard {
  readonly kind: "exponential" | "polynomial";
  /** Place of the quantifier in the pattern, in code units. */
  readonly at: number;
  /** A character whose repetition, followed by one that does not fit, takes the time. */
  readonly example?: string;
}

/** Looks at a pattern; throws `WEIR_REGEX_SYNTAX` for a wrong one. */
export function regexHazard(source: string): RegexHazard | undefined {
  return treeHazard(parseRegex(source));
}

/** As {@link regexHazard}, for a pattern that has been read already. */
export function treeHazard(tree: RegexTree): RegexHazard | undefined {
  const positions = positionsOf(tree.root);
  if (positions.length > MAXIMUM_POSITIONS) return { kind: "exponential", at: 0 };
  const components = componentsOf(positions);
  return exponential(positions, components) ?? polynomial(positions, components);
}

/** Beyond this number of steps a pattern counts as a hazard unseen. */
const MAXIMUM_PAIRS = 100_000;

/** The strongly connected component of every position; -1 for a position that is in no loop. (Tarjan, without recursion.) */
function componentsOf(positions: readonly Position[]): readonly number[] {
  const order = new Array<number>(positions.length).fill(-1);
  const low = new Array<number>(positions.length).fill(0);
  const component = new Array<number>(positions.length).fill(-2);
  const path: number[] = [];
  let counter = 0;
  let found = 0;
  for (let root = 0; root < positions.length; root++) {
    if (order[root] !== -1) continue;
    const work: { at: number; successors: Iterator<number> }[] = [];
    const enter = (at: number) => {
      order[at] = low[at] = counter++;
      path.push(at);
      work.push({ at, successors: (positions[at]?.next ?? new Map<number, number>()).keys() });
    };
    enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { at } = top;
      const { value, done } = top.successors.next();
      if (done !== true) {
        if (order[value] === -1) enter(value);
        else if (component[value] === -2) low[at] = Math.min(low[at] ?? 0, order[value] ?? 0);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) low[parent.at] = Math.min(low[parent.at] ?? 0, low[at] ?? 0);
      if (low[at] !== order[at]) continue;
      const members = path.splice(path.lastIndexOf(at));
      const isLoop = members.length > 1 || positions[at]?.next.has(at) === true;
      for (const member of members) component[member] = isLoop ? found : -1;
      if (isLoop) found++;
    }
  }
  return component;
}

function exponential(positions: readonly Position[], components: readonly number[]): RegexHazard | undefined {
  for (const [index, position] of positions.entries()) {
    if (components[index] === -1) continue;
    for (const [to, ways] of position.next) {
      if (ways > 1 && components[to] === components[index]) return hazard("exponential", positions[to]);
    }
  }
  // Pairs of positions that two runs over the same text can be at, from the same position on.
  const width = positions.length;
  const queue: number[] = [];
  for (let index = 0; index < width; index++) if (components[index] !== -1) queue.push(index * width + index);
  const seen = new Set(queue);
  const diagonal = new Set<number>();
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const [left, right] = [Math.floor(pair / width), pair % width];
    for (const nextLeft of positions[left]?.next.keys() ?? []) {
      if (components[nextLeft] !== components[left]) continue;
      for (const nextRight of positions[right]?.next.keys() ?? []) {
        if (components[nextRight] !== components[right]) continue;
        if (nextLeft !== nextRight && !meet(positions[nextLeft], positions[nextRight])) continue;
        const next = Math.min(nextLeft, nextRight) * width + Math.max(nextLeft, nextRight);
        if (left !== right && nextLeft === nextRight) diagonal.add(pair);
        if (seen.has(next)) continue;
        seen.add(next);
        if (seen.size > MAXIMUM_PAIRS) return hazard("exponential", positions[left]);
        queue.push(next);
      }
    }
  }
  const [found] = diagonal;
  return found === undefined ? undefined : hazard("exponential", positions[found % width]);
}

/** The longest row of loops of which each can hand over to the next within one repeated text. */
function polynomial(positions: readonly Position[], components: readonly number[]): RegexHazard | undefined {
  const loops = new Map<number, number[]>();
  components.forEach((component, index) => {
    if (component >= 0) loops.set(component, [...(loops.get(component) ?? []), index]);
  });
  const depths = new Map<number, number>();
  const depthOf = (component: number): number => {
    const known = depths.get(component);
    if (known !== undefined) return known;
    depths.set(component, 1);
    let depth = 1;
    for (const [other, members] of loops) {
      if (other !== component && handsOver(positions, components, loops.get(component) ?? [], members)) {
        depth = Math.max(depth, 1 + depthOf(other));
      }
    }
    depths.set(component, depth);
    return depth;
  };
  for (const [component, members] of loops) {
    if (depthOf(component) >= 3) return hazard("polynomial", positions[members[0] ?? 0]);
  }
  return undefined;
}

/** Whether some text leads round the first loop, from it to the second, and round the second. */
function handsOver(
  positions: readonly Position[],
  components: readonly number[],
  first: readonly number[],
  second: readonly number[],
): boolean {
  for (const from of first) {
    for (const to of second) {
      if (!meet(positions[from], positions[to])) continue;
      if (first.length * second.length > 400) return true;
      if (sharesText(positions, components, from, to)) return true;
    }
  }
  return false;
}

function sharesText(positions: readonly Position[], components: readonly number[], from: number, to: number): boolean {
  const width = positions.length;
  const seen = new Set<string>();
  const queue: [number, number, number][] = [[from, from, to]];
  for (let triple = queue.pop(); triple !== undefined; triple = queue.pop()) {
    const [first, middle, last] = triple;
    for (const nextMiddle of positions[middle]?.next.keys() ?? []) {
      for (const nextFirst of positions[first]?.next.keys() ?? []) {
        if (components[nextFirst] !== components[from] || !meet(positions[nextFirst], positions[nextMiddle])) continue;
        for (const nextLast of positions[last]?.next.keys() ?? []) {
          if (components[nextLast] !== components[to] || !meet(positions[nextLast], positions[nextMiddle])) continue;
          if (nextFirst === from && nextMiddle === to && nextLast === to) return true;
          const key = `${nextFirst * width + nextMiddle} ${nextLast}`;
          if (seen.has(key)) continue;
          seen.add(key);
          if (seen.size > MAXIMUM_PAIRS / 10) return true;
          queue.push([nextFirst, nextMiddle, nextLast]);
        }
      }
    }
  }
  return false;
}

function meet(left: Position | undefined, right: Position | undefined): boolean {
  return left !== undefined && right !== undefined && overlap(left.ranges, right.ranges);
}

function hazard(kind: RegexHazard["kind"], position: Position | undefined): RegexHazard {
  const at = Math.max(0, position?.loopAt ?? 0);
  const example = position === undefined ? undefined : sample(position.ranges);
  return example === undefined ? { kind, at } : { kind, at, example };
}

function sample(ranges: Ranges): string | undefined {
  for (const wanted of [0x61, 0x30, 0x20]) if (overlap(ranges, [wanted, wanted])) return String.fromCharCode(wanted);
  const [first] = ranges;
  return first === undefined ? undefined : String.fromCodePoint(first);
}

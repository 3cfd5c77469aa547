/**
 * A pattern as a program of the matching machine (`regex-machine.ts`), for what JavaScript's own engine cannot match
 * as Python does, or cannot match in bounded time.
 *
 * Invariants: jump targets are indices of instructions; a body of a look-around or atomic group ends with `end`.
 */
import { type Ranges, rangesOf } from "./character-set.ts";
import {
  type Assertion,
  type Folding,
  nodeParts,
  nodeWidth,
  type RegexNode,
  type RegexTree,
  type RepeatNode,
  type SetNode,
} from "./regex-tree.ts";

export type Instruction =
  | { readonly op: "set"; readonly ranges: Ranges; readonly ascii: Uint8Array }
  /** Goes on at `first`, and at `second` where that fails; `choice` numbers the instruction among its kind. */
  | { readonly op: "split"; first: number; second: number; readonly choice: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number }
  /** Remembers where an iteration starts. */
  | { readonly op: "mark"; readonly register: number }
  /** Leaves the loop for `exit` if the iteration matched nothing. */
  | { readonly op: "leaveIfEmpty"; readonly register: number; exit: number }
  | { readonly op: "assertion"; readonly assertion: Assertion }
  | { readonly op: "look"; next: number; readonly behind: boolean; readonly negated: boolean; readonly width: number }
  | { readonly op: "atomic"; next: number }
  | { readonly op: "reference"; readonly group: number; readonly fold: Folding }
  | { readonly op: "conditional"; readonly group: number; no: number }
  | { readonly op: "end" };

export interface RegexProgram {
  readonly source: string;
  readonly code: readonly Instruction[];
  readonly groupCount: number;
  readonly registers: number;
  /** Number of `split` instructions. */
  readonly choices: number;
  /** Whether success depends on more than place and instruction, so that failures cannot be remembered. */
  readonly contextual: boolean;
}

/** Counted repetitions are written out, which this bounds, in instructions. */
const MAXIMUM_SIZE = 50_000;

/** Whether the program of a tree keeps within the bound. */
export function fitsProgram(tree: RegexTree): boolean {
  return sizeOf(tree.root) <= MAXIMUM_SIZE;
}

function sizeOf(node: RegexNode): number {
  const inner = nodeParts(node).reduce((sum, part) => sum + sizeOf(part), 3);
  return node.kind === "repeat" ? inner * Math.max(1, Number.isFinite(node.max) ? node.max : node.min + 1) : inner;
}

/** Compiles a tree that {@link fitsProgram}. */
export function compileProgram(tree: RegexTree): RegexProgram {
  const writer: Writer = { code: [], sets: new Map(), registers: 0, choices: 0, contextual: false };
  write(writer, tree.root);
  writer.code.push({ op: "end" });
  const { code, registers, choices, contextual } = writer;
  return { source: tree.source, code, groupCount: tree.groupCount, registers, choices, contextual };
}

interface Writer {
  readonly code: Instruction[];
  /** Repeated sets share one instruction. */
  readonly sets: Map<SetNode, Instruction>;
  registers: number;
  choices: number;
  contextual: boolean;
}

function write(writer: Writer, node: RegexNode): void {
  const { code } = writer;
  switch (node.kind) {
    case "empty":
      return;
    case "set":
      code.push(setInstruction(writer, node.set));
      return;
    case "assertion":
      code.push({ op: "assertion", assertion: node.assertion });
      return;
    case "sequence":
      for (const item of node.items) write(writer, item);
      return;
    case "choice":
      writeChoice(writer, node.options);
      return;
    case "group":
      code.push({ op: "save", slot: 2 * node.index });
      write(writer, node.body);
      code.push({ op: "save", slot: 2 * node.index + 1 });
      return;
    case "repeat":
      if (node.mode === "possessive") writeAtomic(writer, { ...node, mode: "greedy" });
      else writeRepeat(writer, node);
      return;
    case "atomic":
      writeAtomic(writer, node.body);
      return;
    case "look": {
      const { behind, negated, width } = node;
      const look: Instruction = { op: "look", next: 0, behind, negated, width };
      code.push(look);
      write(writer, node.body);
      code.push({ op: "end" });
      look.next = code.length;
      return;
    }
    case "reference":
      writer.contextual = true;
      code.push({ op: "reference", group: node.index, fold: node.fold });
      return;
    case "conditional": {
      writer.contextual = true;
      const test: Instruction = { op: "conditional", group: node.index, no: 0 };
      const skip: Instruction = { op: "jump", to: 0 };
      code.push(test);
      write(writer, node.yes);
      code.push(skip);
      test.no = code.length;
      write(writer, node.no);
      skip.to = code.length;
      return;
    }
  }
}

function setInstruction(writer: Writer, set: SetNode): Instruction {
  const known = writer.sets.get(set);
  if (known !== undefined) return known;
  const ranges = rangesOf(set);
  const instruction: Instruction = { op: "set", ranges, ascii: asciiTable(ranges) };
  writer.sets.set(set, instruction);
  return instruction;
}

function writeChoice(writer: Writer, options: readonly RegexNode[]): void {
  const { code } = writer;
  const jumps: { op: "jump"; to: number }[] = [];
  options.forEach((option, index) => {
    if (index === options.length - 1) {
      write(writer, option);
      return;
    }
    const split = { op: "split" as const, first: code.length + 1, second: 0, choice: writer.choices++ };
    code.push(split);
    write(writer, option);
    const jump = { op: "jump" as const, to: 0 };
    jumps.push(jump);
    code.push(jump);
    split.second = code.length;
  });
  for (const jump of jumps) jump.to = code.length;
}

function writeAtomic(writer: Writer, body: RegexNode): void {
  const atomic: Instruction = { op: "atomic", next: 0 };
  writer.code.push(atomic);
  write(writer, body);
  writer.code.push({ op: "end" });
  atomic.next = writer.code.length;
}

function writeRepeat(writer: Writer, node: RepeatNode): void {
  for (let count = 0; count < node.min; count++) write(writer, node.body);
  const options: Split[] = [];
  const leaves: { exit: number }[] = [];
  const { code } = writer;
  if (node.max === Number.POSITIVE_INFINITY) {
    const head = code.length;
    writeRound(writer, node, options, leaves);
    code.push({ op: "jump", to: head });
  } else {
    for (let count = node.min; count < node.max; count++) writeRound(writer, node, options, leaves);
  }
  for (const leave of leaves) leave.exit = code.length;
  for (const split of options) {
    if (node.mode === "lazy") split.first = code.length;
    else split.second = code.length;
  }
}

type Split = Extract<Instruction, { op: "split" }>;

/** An optional round: a round that matches nothing is the last one. */
function writeRound(writer: Writer, node: RepeatNode, options: Split[], leaves: { exit: number }[]): void {
  const { code } = writer;
  const next = code.length + 1;
  const split: Split = { op: "split", first: next, second: next, choice: writer.choices++ };
  options.push(split);
  code.push(split);
  if (nodeWidth(node.body, new Map())[0] > 0) {
    write(writer, node.body);
    return;
  }
  const register = writer.registers++;
  code.push({ op: "mark", register });
  write(writer, node.body);
  const leave: Extract<Instruction, { op: "leaveIfEmpty" }> = { op: "leaveIfEmpty", register, exit: 0 };
  leaves.push(leave);
  code.push(leave);
}

function asciiTable(ranges: Ranges): Uint8Array {
  const table = new Uint8Array(128);
  for (let index = 0; index < ranges.length; index += 2) {
    const last = Math.min(ranges[index + 1] ?? 0, 127);
    for (let code = ranges[index] ?? 0; code <= last; code++) table[code] = 1;
  }
  return table;
}

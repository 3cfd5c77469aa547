/**
 * The matching machine: Python's rules exactly, on an explicit stack.
 *
 * It backtracks, but remembers at which places a choice has failed already, so that every choice is tried once per place
 * and the time is linear in the length of the text. That does not hold with back-references and conditionals, where
 * the past matters; there, and inside look-arounds, the number of steps is limited.
 */
import { regexEffortError } from "../errors/kinds.ts";
import { caseVariants, hasCode, rangesOf } from "./character-set.ts";
import type { Instruction, RegexProgram } from "./regex-program.ts";
import type { Assertion } from "./regex-tree.ts";

/** Steps without a memory of failures before a match is given up, per character and at least. */
const STEPS_PER_CHARACTER = 2_000;
const MINIMUM_STEPS = 2_000_000;
/** Bits of the memory of failures; above that, the limit on steps has to do. */
const MAXIMUM_MEMORY = 1 << 28;

/** Start and end of the match and its groups, two entries each, -1 where a group took no part. */
export type Slots = Int32Array;

/**
 * Runs a program on a text from `from` on: the leftmost match, or only one that starts there (`anchored`), or only one
 * that also reaches the end (`whole`). Throws `WEIR_REGEX_EFFORT` where the limit on steps is reached.
 */
export function runProgram(
  program: RegexProgram,
  text: string,
  from: number,
  mode: "search" | "anchored" | "whole",
): Slots | undefined {
  const memoryBits = program.choices * (text.length + 1);
  const run: Run = {
    program,
    text,
    whole: mode === "whole",
    slots: new Int32Array(2 * (program.groupCount + 1)).fill(-1),
    registers: new Int32Array(program.registers).fill(-1),
    failed: program.contextual || memoryBits > MAXIMUM_MEMORY ? undefined : new Uint8Array((memoryBits >> 3) + 1),
    steps: Math.max(MINIMUM_STEPS, STEPS_PER_CHARACTER * text.length),
  };
  for (let start = from; start <= text.length; start += characterLength(text, start)) {
    run.slots.fill(-1);
    const end = attempt(run, 0, start, run.failed, true);
    if (end >= 0) {
      run.slots[0] = start;
      run.slots[1] = end;
      return run.slots;
    }
    if (mode !== "search") return undefined;
  }
  return undefined;
}

interface Run {
  readonly program: RegexProgram;
  readonly text: string;
  readonly whole: boolean;
  readonly slots: Int32Array;
  readonly registers: Int32Array;
  readonly failed: Uint8Array | undefined;
  steps: number;
}

/** Records on the stack, three entries each: an untried choice (instruction, place), or an old value (index, value). */
const CHOICE = 0;
const SLOT = 1;
const REGISTER = 2;

/** Runs from one instruction to `end`; gives the end of the match or -1, where slots and registers are as before. */
function attempt(run: Run, from: number, start: number, failed: Uint8Array | undefined, outermost: boolean): number {
  const { text, slots, registers } = run;
  const code = run.program.code;
  const stack: number[] = [];
  let pc = from;
  let at = start;
  for (;;) {
    const instruction = code[pc];
    if (instruction === undefined) return -1;
    let ok = true;
    switch (instruction.op) {
      case "set": {
        const character = text.codePointAt(at) ?? -1;
        ok =
          character >= 0 &&
          (character < 128 ? instruction.ascii[character] === 1 : hasCode(instruction.ranges, character));
        at += character > 0xffff ? 2 : 1;
        pc++;
        break;
      }
      case "split": {
        if (failed !== undefined) {
          const bit = instruction.choice * (text.length + 1) + at;
          const mask = 1 << (bit & 7);
          const byte = failed[bit >> 3] ?? 0;
          if ((byte & mask) !== 0) {
            ok = false;
            break;
          }
          failed[bit >> 3] = byte | mask;
        } else if (--run.steps < 0) {
          throw regexEffortError({ pattern: run.program.source, length: text.length });
        }
        stack.push(instruction.second, at, CHOICE);
        pc = instruction.first;
        break;
      }
      case "jump":
        pc = instruction.to;
        break;
      case "save":
        stack.push(instruction.slot, slots[instruction.slot] ?? -1, SLOT);
        slots[instruction.slot] = at;
        pc++;
        break;
      case "mark":
        stack.push(instruction.register, registers[instruction.register] ?? -1, REGISTER);
        registers[instruction.register] = at;
        pc++;
        break;
      case "leaveIfEmpty":
        pc = registers[instruction.register] === at ? instruction.exit : pc + 1;
        break;
      case "assertion":
        ok = holds(instruction.assertion, text, at);
        pc++;
        break;
      case "look":
        ok = look(run, instruction, pc, at, stack);
        pc = instruction.next;
        break;
      case "atomic": {
        const end = inner(run, pc + 1, at, stack);
        ok = end >= 0;
        at = end;
        pc = instruction.next;
        break;
      }
      case "reference": {
        const end = endOfReference(run, instruction, at);
        ok = end >= 0;
        at = end;
        pc++;
        break;
      }
      case "conditional":
        pc = (slots[2 * instruction.group + 1] ?? -1) >= 0 ? pc + 1 : instruction.no;
        break;
      case "end":
        if (!outermost || !run.whole || at === text.length) return at;
        ok = false;
        break;
    }
    if (ok) continue;
    pc = -1;
    while (pc < 0) {
      const kind = stack.pop();
      if (kind === undefined) return -1;
      const value = stack.pop() ?? -1;
      const index = stack.pop() ?? -1;
      if (kind === CHOICE) [pc, at] = [index, value];
      else if (kind === SLOT) slots[index] = value;
      else registers[index] = value;
    }
  }
}

/** An atomic body or a look-around; what it captured is undone when the outer run goes back behind it. */
function inner(run: Run, from: number, at: number, stack: number[]): number {
  const before = run.slots.slice();
  const end = attempt(run, from, at, undefined, false);
  if (end >= 0) {
    before.forEach((value, index) => {
      if (run.slots[index] !== value) stack.push(index, value, SLOT);
    });
  }
  return end;
}

function look(
  run: Run,
  { behind, negated, width }: Extract<Instruction, { op: "look" }>,
  pc: number,
  at: number,
  stack: number[],
): boolean {
  const start = behind ? stepBack(run.text, at, width) : at;
  if (start < 0) return negated;
  if (!negated) return inner(run, pc + 1, start, stack) >= 0;
  const before = run.slots.slice();
  const found = attempt(run, pc + 1, start, undefined, false) >= 0;
  run.slots.set(before);
  return !found;
}

function stepBack(text: string, at: number, width: number): number {
  let place = at;
  for (let count = 0; count < width; count++) {
    if (place === 0) return -1;
    place -= place > 1 && (text.codePointAt(place - 2) ?? 0) > 0xffff ? 2 : 1;
  }
  return place;
}

function endOfReference(run: Run, { group, fold }: Extract<Instruction, { op: "reference" }>, at: number): number {
  const from = run.slots[2 * group] ?? -1;
  const to = run.slots[2 * group + 1] ?? -1;
  if (from < 0 || to < from) return -1;
  const { text } = run;
  if (fold === "none") return text.startsWith(text.slice(from, to), at) ? at + to - from : -1;
  let place = at;
  for (let index = from; index < to; index += characterLength(text, index)) {
    const wanted = text.codePointAt(index) ?? 0;
    const found = text.codePointAt(place) ?? -1;
    if (found < 0 || !caseVariants(wanted, fold).includes(found)) return -1;
    place += characterLength(text, place);
  }
  return place;
}

const word = { unicode: wordTest(false), ascii: wordTest(true) };

function wordTest(ascii: boolean): (code: number) => boolean {
  const item = { kind: "category", category: "word", negated: false, ascii } as const;
  const ranges = () => rangesOf({ items: [item], negated: false, fold: "none" });
  let known: ReturnType<typeof ranges> | undefined;
  return (code) => {
    if (code < 128)
      return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
    if (ascii) return false;
    known ??= ranges();
    return hasCode(known, code);
  };
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case "textStart":
      return at === 0;
    case "textEnd":
      return at === text.length;
    case "lastLineEnd":
      return at === text.length || (at === text.length - 1 && text.charCodeAt(at) === 10);
    case "lineStart":
      return at === 0 || text.charCodeAt(at - 1) === 10;
    case "lineEnd":
      return at === text.length || text.charCodeAt(at) === 10;
    case "boundary":
      return isBoundary(text, at, word.unicode);
    case "notBoundary":
      return text !== "" && !isBoundary(text, at, word.unicode);
    case "asciiBoundary":
      return isBoundary(text, at, word.ascii);
    case "asciiNotBoundary":
      return text !== "" && !isBoundary(text, at, word.ascii);
  }
}

function isBoundary(text: string, at: number, isWord: (code: number) => boolean): boolean {
  const before = at === 0 ? -1 : (text.codePointAt(stepBack(text, at, 1)) ?? -1);
  const after = text.codePointAt(at) ?? -1;
  return (before >= 0 && isWord(before)) !== (after >= 0 && isWord(after));
}

function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

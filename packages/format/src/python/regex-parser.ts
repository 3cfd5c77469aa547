/**
 * Parser of Python's regular expression syntax (re, Python 3.11). Positions in errors count UTF-16 code units.
 * Named characters (`\N{…}`) are refused, since their table is large and nobody needs them in rules.
 */
import { readClassEscape, readSet } from "./regex-class.ts";
import { type Flags, foldingOf, readFlagLetters, readGlobalFlags, skipVerbose } from "./regex-flags.ts";
import { readQuantifier } from "./regex-quantifier.ts";
import { Scanner } from "./regex-scanner.ts";
import {
  type Assertion,
  type Folding,
  nodeParts,
  nodeWidth,
  type RegexNode,
  type RegexTree,
  type SetNode,
} from "./regex-tree.ts";

/** Deeper nesting is refused, since parser and analysis follow it by recursion. */
const MAXIMUM_DEPTH = 200;
const MAXIMUM_LENGTH = 100_000;

/** Reads a pattern into its tree; throws `WEIR_REGEX_SYNTAX` with position and problem. */
export function parseRegex(source: string, ignoreCase = false): RegexTree {
  const scanner = new Scanner(source);
  if (source.length > MAXIMUM_LENGTH) throw scanner.error(`more than ${MAXIMUM_LENGTH} characters`, MAXIMUM_LENGTH);
  const state: State = {
    scanner,
    names: new Map(),
    groups: new Map(),
    open: new Set(),
    groupCount: 0,
    depth: 0,
    pendingReferences: [],
    lookbehinds: [],
  };
  const flags = readGlobalFlags(scanner, { i: ignoreCase, m: false, s: false, x: false, a: false });
  const root = readChoice(state, flags);
  if (!scanner.done()) throw scanner.error("unbalanced parenthesis");
  for (const { index, at } of state.pendingReferences) {
    if (index > state.groupCount) throw scanner.error(`invalid group reference ${index}`, at);
  }
  for (const { body, at } of state.lookbehinds) checkFixed(state, body, at);
  return { source, root, groupCount: state.groupCount, names: state.names };
}

interface State {
  readonly scanner: Scanner;
  readonly names: Map<string, number>;
  /** Bodies of the groups closed so far. */
  readonly groups: Map<number, RegexNode>;
  readonly open: Set<number>;
  groupCount: number;
  depth: number;
  readonly pendingReferences: { index: number; at: number }[];
  readonly lookbehinds: { body: RegexNode; at: number }[];
}

function readChoice(state: State, flags: Flags): RegexNode {
  if (++state.depth > MAXIMUM_DEPTH) throw state.scanner.error(`more than ${MAXIMUM_DEPTH} nested groups`);
  const options = [readSequence(state, flags)];
  while (state.scanner.take("|")) options.push(readSequence(state, flags));
  state.depth--;
  const [only, ...more] = options;
  return only !== undefined && more.length === 0 ? only : { kind: "choice", options };
}

function readSequence(state: State, flags: Flags): RegexNode {
  const { scanner } = state;
  const items: RegexNode[] = [];
  /** The item that a quantifier would repeat: none at the start, after an assertion or a comment at the start. */
  let last: "none" | "item" | "repeat" = "none";
  while (!scanner.done() && scanner.peek() !== "|" && scanner.peek() !== ")") {
    if (flags.x && skipVerbose(scanner)) continue;
    const at = scanner.at;
    const quantifier = readQuantifier(scanner);
    if (quantifier !== undefined) {
      const body = items.pop();
      if (last === "none" || body === undefined) throw scanner.error("nothing to repeat", at);
      if (last === "repeat") throw scanner.error("multiple repeat", at);
      items.push({ kind: "repeat", ...quantifier, body, at });
      last = "repeat";
      continue;
    }
    const item = readItem(state, flags);
    if (item === undefined) continue;
    items.push(item);
    last = item.kind === "assertion" ? "none" : "item";
  }
  const [only, ...more] = items;
  if (only === undefined) return { kind: "empty" };
  return more.length === 0 ? only : { kind: "sequence", items };
}

/** One atom; `undefined` for what leaves nothing behind (a comment). */
function readItem(state: State, flags: Flags): RegexNode | undefined {
  const { scanner } = state;
  const at = scanner.at;
  const character = scanner.next();
  switch (character) {
    case "(":
      return readGroup(state, flags, at);
    case "[":
      return { kind: "set", set: readSet(scanner, flags, at) };
    case ".":
      return { kind: "set", set: anyCharacter(flags.s) };
    case "^":
      return assertion(flags.m ? "lineStart" : "textStart");
    case "$":
      return assertion(flags.m ? "lineEnd" : "lastLineEnd");
    case "\\":
      return readEscape(state, flags, at);
    default:
      return literal(character.codePointAt(0) ?? 0, foldingOf(flags));
  }
}

function readEscape(state: State, flags: Flags, at: number): RegexNode {
  const { scanner } = state;
  const letter = scanner.peek();
  const simple: Record<string, Assertion> = {
    A: "textStart",
    Z: "textEnd",
    b: flags.a ? "asciiBoundary" : "boundary",
    B: flags.a ? "asciiNotBoundary" : "notBoundary",
  };
  const found = Object.hasOwn(simple, letter) ? simple[letter] : undefined;
  if (found !== undefined) {
    scanner.next();
    return assertion(found);
  }
  const isOctal = /^[0-7]{3}$/.test(scanner.source.slice(scanner.at, scanner.at + 3));
  if (/^[1-9]$/.test(letter) && !isOctal) {
    const digits = /^[0-9]{1,2}/.exec(scanner.source.slice(scanner.at, scanner.at + 2))?.[0] ?? letter;
    scanner.at += digits.length;
    return reference(state, flags, Number(digits), at + 1);
  }
  const item = readClassEscape(scanner, flags, at, false);
  if (item.kind === "range") return literal(item.from, foldingOf(flags));
  return { kind: "set", set: { items: [item], negated: false, fold: "none" } };
}

function reference(state: State, flags: Flags, index: number, at: number): RegexNode {
  if (state.open.has(index)) throw state.scanner.error("cannot refer to an open group", at);
  if (index > state.groupCount) throw state.scanner.error(`invalid group reference ${index}`, at);
  return { kind: "reference", index, fold: foldingOf(flags) };
}

function readGroup(state: State, flags: Flags, at: number): RegexNode | undefined {
  const { scanner } = state;
  if (!scanner.take("?")) return capture(state, flags, undefined, at);
  if (scanner.done()) throw scanner.error("unexpected end of pattern");
  const letter = scanner.next();
  switch (letter) {
    case ":":
      return closed(state, readChoice(state, flags), at);
    case ">":
      return { kind: "atomic", body: closed(state, readChoice(state, flags), at) };
    case "P":
      return readNamed(state, flags, at);
    case "#": {
      const end = scanner.source.indexOf(")", scanner.at);
      if (end < 0) throw scanner.error("missing ), unterminated comment", at);
      scanner.at = end + 1;
      return undefined;
    }
    case "=":
    case "!": {
      const body = closed(state, readChoice(state, flags), at);
      return { kind: "look", behind: false, negated: letter === "!", width: 0, body };
    }
    case "<":
      return readLookbehind(state, flags, at);
    case "(":
      return readConditional(state, flags, at);
    default:
      scanner.at -= letter.length;
      return readScopedFlags(state, flags, at);
  }
}

/** The body of a group whose closing parenthesis is due. */
function closed(state: State, body: RegexNode, at: number): RegexNode {
  if (!state.scanner.take(")")) throw state.scanner.error("missing ), unterminated subpattern", at);
  // A group of nothing may be repeated, other than a comment or an assertion.
  return body.kind === "assertion" ? { kind: "sequence", items: [body] } : body;
}

function capture(state: State, flags: Flags, name: string | undefined, at: number): RegexNode {
  const index = ++state.groupCount;
  if (name !== undefined) state.names.set(name, index);
  state.open.add(index);
  const body = closed(state, readChoice(state, flags), at);
  state.open.delete(index);
  state.groups.set(index, body);
  return { kind: "group", index, body };
}

function readNamed(state: State, flags: Flags, at: number): RegexNode {
  const { scanner } = state;
  if (scanner.done()) throw scanner.error("unexpected end of pattern");
  const letter = scanner.next();
  const nameAt = scanner.at;
  if (letter === "<") {
    const name = scanner.readName(">");
    checkName(scanner, name, nameAt);
    const known = state.names.get(name);
    if (known !== undefined)
      throw scanner.error(`redefinition of group name '${name}', already group ${known}`, nameAt);
    return capture(state, flags, name, at);
  }
  if (letter === "=") {
    const name = scanner.readName(")");
    checkName(scanner, name, nameAt);
    return reference(state, flags, groupNamed(state, name, nameAt), nameAt);
  }
  throw scanner.error(`unknown extension ?P${letter}`, at + 1);
}

function checkName(scanner: Scanner, name: string, at: number): void {
  if (!/^[\p{XID_Start}_][\p{XID_Continue}]*$/u.test(name)) {
    throw scanner.error(`bad character in group name '${name}'`, at);
  }
}

function groupNamed(state: State, name: string, at: number): number {
  const index = state.names.get(name);
  if (index === undefined) throw state.scanner.error(`unknown group name '${name}'`, at);
  return index;
}

function readLookbehind(state: State, flags: Flags, at: number): RegexNode {
  const { scanner } = state;
  const letter = scanner.peek();
  if (letter !== "=" && letter !== "!") {
    throw scanner.error(`unknown extension ?<${letter} (a named group is written (?P<name>…))`, at + 1);
  }
  scanner.next();
  const firstInside = state.groupCount + 1;
  const body = closed(state, readChoice(state, flags), at);
  refuseInnerReferences(state, body, firstInside, at);
  state.lookbehinds.push({ body, at });
  const [width] = nodeWidth(body, state.groups);
  return { kind: "look", behind: true, negated: letter === "!", width, body };
}

function refuseInnerReferences(state: State, node: RegexNode, first: number, at: number): void {
  if ((node.kind === "reference" || node.kind === "conditional") && node.index >= first) {
    throw state.scanner.error("cannot refer to group defined in the same lookbehind subpattern", at);
  }
  for (const part of nodeParts(node)) refuseInnerReferences(state, part, first, at);
}

function checkFixed(state: State, body: RegexNode, at: number): void {
  const [low, high] = nodeWidth(body, state.groups);
  if (low !== high) throw state.scanner.error("look-behind requires fixed-width pattern", at);
}

function readConditional(state: State, flags: Flags, at: number): RegexNode {
  const { scanner } = state;
  const nameAt = scanner.at;
  const name = scanner.readName(")");
  let index: number;
  if (/^[0-9]+$/.test(name)) {
    index = Number(name);
    if (index === 0) throw scanner.error("bad group number", nameAt);
    state.pendingReferences.push({ index, at: nameAt });
  } else {
    checkName(scanner, name, nameAt);
    index = groupNamed(state, name, nameAt);
  }
  const yes = readSequence(state, flags);
  const no: RegexNode = scanner.take("|") ? readSequence(state, flags) : { kind: "empty" };
  if (scanner.peek() === "|") throw scanner.error("conditional backref with more than two branches");
  if (!scanner.take(")")) throw scanner.error("missing ), unterminated subpattern", at);
  return { kind: "conditional", index, yes, no };
}

function readScopedFlags(state: State, flags: Flags, at: number): RegexNode {
  const { scanner } = state;
  if (!/^[aiLmsux-]$/.test(scanner.peek())) throw scanner.error(`unknown extension ?${scanner.peek()}`, at + 1);
  let inner = readFlagLetters(scanner, flags, true);
  if (scanner.peek() === ")") throw scanner.error("global flags not at the start of the expression", at);
  if (scanner.take("-")) {
    const turnedOn = scanner.source.slice(at + 2, scanner.at - 1);
    const start = scanner.at;
    inner = readFlagLetters(scanner, inner, false);
    const turnedOff = scanner.source.slice(start, scanner.at);
    if (turnedOff === "") throw scanner.error("missing flag");
    if ([...turnedOff].some((letter) => turnedOn.includes(letter))) {
      throw scanner.error("bad inline flags: flag turned on and off", start);
    }
  }
  if (!scanner.take(":")) throw scanner.error("missing : after the flags");
  return closed(state, readChoice(state, inner), at);
}

function assertion(kind: Assertion): RegexNode {
  return { kind: "assertion", assertion: kind };
}

function literal(code: number, fold: Folding): RegexNode {
  return { kind: "set", set: { items: [{ kind: "range", from: code, to: code }], negated: false, fold } };
}

function anyCharacter(withLineFeed: boolean): SetNode {
  const items = withLineFeed ? [] : [{ kind: "range" as const, from: 10, to: 10 }];
  return { items, negated: true, fold: "none" };
}

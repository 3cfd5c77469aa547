/**
 * Python patterns as source of JavaScript's `RegExp`, without any flag.
 *
 * The flags `i`, `u`, `v` and `d` shut out the engine's linear-time fall-back (V8:
 * `--enable-experimental-regexp-engine-on-excessive-backtracks`), so case is written out as character classes and
 * characters beyond the basic plane as pairs of code units. There are two sources:
 * - `plain` for texts of at least one character, all ASCII, that do not end with a line feed: there `$`, `\b` and `\B`
 *   mean the same in both languages, and classes are short;
 * - `full` for every other well-formed text.
 */
import { clipped, type Ranges, rangesOf } from "./character-set.ts";
import { type Assertion, nodeParts, nodeWidth, type RegexNode, type RegexTree } from "./regex-tree.ts";

export type SourceKind = "plain" | "full";

/**
 * The `RegExp` source, or `undefined` for what JavaScript matches otherwise than Python: back-references (an absent group
 * matches the empty text there), conditionals, atomic groups, possessive quantifiers, groups inside look-behinds, and
 * groups in a repetition that may take no part in its last round (they are reset there).
 */
export function regexSource(tree: RegexTree, kind: SourceKind): string | undefined {
  return isNative(tree.root, false) ? emit(tree.root, kind) : undefined;
}

/** Whether V8's linear-time engine takes the source: no look-arounds, small repetition numbers. */
export function isLinearCapable(node: RegexNode, kind: SourceKind, factor = 1): boolean {
  if (node.kind === "look") return false;
  if (node.kind === "assertion")
    return plainAssertions.has(node.assertion) || (kind === "plain" && onlyPlain.has(node.assertion));
  let inner = factor;
  if (node.kind === "repeat") {
    const { min, max } = node;
    inner *= Math.max(1, max === Number.POSITIVE_INFINITY ? min + 1 : max);
    if (inner > 16) return false;
  }
  return nodeParts(node).every((part) => isLinearCapable(part, kind, inner));
}

const plainAssertions: ReadonlySet<Assertion> = new Set(["textStart", "textEnd", "asciiBoundary"]);
const onlyPlain: ReadonlySet<Assertion> = new Set(["lastLineEnd", "boundary", "notBoundary", "asciiNotBoundary"]);

function isNative(node: RegexNode, inLookbehind: boolean): boolean {
  switch (node.kind) {
    case "reference":
    case "conditional":
    case "atomic":
      return false;
    case "group":
      return !inLookbehind && isNative(node.body, false);
    case "repeat":
      if (node.mode === "possessive") return false;
      if (node.max > 1 && missesGroup(node.body)) return false;
      // JavaScript undoes a round that matches nothing and tries the body's other ways; Python is content with it.
      if (isEmptyPossible(node.body) && (node.max > 1 || !isPlainGreedy(node.body))) return false;
      return isNative(node.body, inLookbehind);
    case "look":
      return isNative(node.body, inLookbehind || node.behind);
    default:
      return nodeParts(node).every((part) => isNative(part, inLookbehind));
  }
}

function hasGroup(node: RegexNode): boolean {
  return node.kind === "group" || nodeParts(node).some(hasGroup);
}

function isEmptyPossible(node: RegexNode): boolean {
  return nodeWidth(node, new Map())[0] === 0;
}

/** Whether the first way through a node is to match as much as possible, and no group keeps what was matched. */
function isPlainGreedy(node: RegexNode): boolean {
  if (node.kind === "group" || node.kind === "choice" || (node.kind === "repeat" && node.mode === "lazy")) return false;
  return nodeParts(node).every(isPlainGreedy);
}

/** Whether a group may take no part although the node matches. */
function missesGroup(node: RegexNode): boolean {
  if (node.kind === "choice" && hasGroup(node)) return true;
  if (node.kind === "repeat" && node.min === 0 && hasGroup(node.body)) return true;
  if (node.kind === "look" && hasGroup(node.body)) return true;
  return nodeParts(node).some(missesGroup);
}

function emit(node: RegexNode, kind: SourceKind): string {
  switch (node.kind) {
    case "empty":
      return "";
    case "set":
      return kind === "plain" ? classText(clipped(rangesOf(node.set), 0, 0x7f), 0x7f) : fullClass(rangesOf(node.set));
    case "assertion":
      return assertionSource(node.assertion, kind);
    case "sequence":
      return node.items.map((item) => (item.kind === "choice" ? `(?:${emit(item, kind)})` : emit(item, kind))).join("");
    case "choice":
      return node.options.map((option) => emit(option, kind)).join("|");
    case "group":
      return `(${emit(node.body, kind)})`;
    case "repeat": {
      const { min, max, mode } = node;
      const count = max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`;
      const text = { "{0,}": "*", "{1,}": "+", "{0,1}": "?" }[count] ?? count;
      return `(?:${emit(node.body, kind)})${text}${mode === "lazy" ? "?" : ""}`;
    }
    case "look":
      return `(?${node.behind ? "<" : ""}${node.negated ? "!" : "="}${emit(node.body, kind)})`;
    default:
      throw new Error(`a ${node.kind} has no source`);
  }
}

function assertionSource(assertion: Assertion, kind: SourceKind): string {
  switch (assertion) {
    case "textStart":
      return "^";
    case "textEnd":
      return "$";
    case "lastLineEnd":
      return kind === "plain" ? "$" : "(?:$|(?=\\n$))";
    case "lineStart":
      return "(?:^|(?<=\\n))";
    case "lineEnd":
      return "(?:$|(?=\\n))";
    case "asciiBoundary":
      return "\\b";
    case "asciiNotBoundary":
      return kind === "plain" ? "\\B" : "(?!^$)\\B";
    case "boundary":
      return kind === "plain" ? "\\b" : `(?:(?<=${word()})(?!${word()})|(?<!${word()})(?=${word()}))`;
    case "notBoundary":
      return kind === "plain" ? "\\B" : `(?!^$)(?:(?<=${word()})(?=${word()})|(?<!${word()})(?!${word()}))`;
  }
}

let wordSource: string | undefined;

function word(): string {
  const item = { kind: "category", category: "word", negated: false, ascii: false } as const;
  wordSource ??= fullClass(rangesOf({ items: [item], negated: false, fold: "none" }));
  return wordSource;
}

/** A class of whole characters: none ever takes half a pair. */
function fullClass(ranges: Ranges): string {
  const basic = [...clipped(ranges, 0, 0xd7ff), ...clipped(ranges, 0xe000, 0xffff)];
  const options = pairs(clipped(ranges, 0x10000, 0x10ffff));
  if (options.length === 0) return classText(basic, 0xffff);
  if (basic.length > 0) options.unshift(classText(basic, 0xffff));
  return `(?:${options.join("|")})`;
}

function pairs(ranges: Ranges): string[] {
  /** Low units by the high units that go with them, so that equal ones are written once. */
  const byLow = new Map<string, number[]>();
  const add = (high: number, lastHigh: number, low: number, lastLow: number) => {
    const key = classText([low, lastLow], 0xffff);
    const highs = byLow.get(key);
    if (highs === undefined) byLow.set(key, [high, lastHigh]);
    else highs.push(high, lastHigh);
  };
  for (let index = 0; index < ranges.length; index += 2) {
    let first = (ranges[index] ?? 0) - 0x10000;
    const last = (ranges[index + 1] ?? 0) - 0x10000;
    while (first <= last) {
      const high = first >> 10;
      const low = first & 0x3ff;
      const wholeHighs = low === 0 ? (last + 1) >> 10 : 0;
      const toHigh = wholeHighs > high ? wholeHighs - 1 : high;
      const toLow = toHigh > high || wholeHighs > high ? 0x3ff : Math.min(0x3ff, low + last - first);
      add(0xd800 + high, 0xd800 + toHigh, 0xdc00 + low, 0xdc00 + toLow);
      first = (toHigh << 10) + toLow + 1;
    }
  }
  return [...byLow].map(([low, highs]) => classText(highs, 0xffff) + low);
}

function classText(ranges: Ranges, last: number): string {
  if (ranges.length === 0) return "[]";
  if (ranges.length === 2 && ranges[0] === ranges[1]) return unit(ranges[0] ?? 0);
  if (ranges.length === 2 && ranges[0] === 0 && ranges[1] === last) return "[^]";
  let text = "";
  for (let index = 0; index < ranges.length; index += 2) {
    const first = ranges[index] ?? 0;
    const end = ranges[index + 1] ?? 0;
    text += first === end ? unit(first) : `${unit(first)}-${unit(end)}`;
  }
  return `[${text}]`;
}

function unit(code: number): string {
  if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)) {
    return String.fromCharCode(code);
  }
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

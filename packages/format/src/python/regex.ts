/**
 * Python regular expressions (the `re` module of Python 3.11, Unicode) for rules that users of IntelMQ have written.
 *
 * A pattern is read into a tree and runs on JavaScript's own engine where that matches as Python does; everything else, and
 * patterns that could take exponential time there, run on a machine of our own in bounded time.
 */
import { regexSyntaxError } from "../errors/kinds.ts";
import { runProgram } from "./regex-machine.ts";
import { parseRegex } from "./regex-parser.ts";
import { compileProgram, fitsProgram, type RegexProgram } from "./regex-program.ts";
import { type RegexHazard, treeHazard } from "./regex-safety.ts";
import { isLinearCapable, regexSource, type SourceKind } from "./regex-source.ts";
import type { RegexTree } from "./regex-tree.ts";

export interface PythonRegex {
  readonly source: string;
  readonly groupCount: number;
  /** Numbers of the named groups. */
  readonly names: ReadonlyMap<string, number>;
  /** The leftmost match; `undefined` if there is none. Throws `WEIR_REGEX_EFFORT` if the pattern needs too many steps. */
  search(text: string): RegexMatch | undefined;
  /** The match at the start of the text. */
  match(text: string): RegexMatch | undefined;
  /** The match of the whole text. */
  fullMatch(text: string): RegexMatch | undefined;
  /** Whether {@link search} finds something. */
  test(text: string): boolean;
  /** All matches from left to right that do not overlap. */
  findAll(text: string): RegexMatch[];
}

export interface RegexMatch {
  /** Start and end of the match in code units. */
  readonly index: number;
  readonly end: number;
  /** The groups from 1 on; `undefined` for those that took no part. */
  readonly groups: readonly (string | undefined)[];
  readonly names: ReadonlyMap<string, number>;
  /** A group by number (0 is the whole match) or name; `undefined` if it took no part. */
  group(key: number | string): string | undefined;
  /** Whether there is a group of that number or name. */
  hasGroup(key: number | string): boolean;
}

/** Compiles a pattern; throws `WEIR_REGEX_SYNTAX`. Keep the result: compiling costs far more than matching. */
export function compilePythonRegex(source: string, flags: { ignoreCase?: boolean } = {}): PythonRegex {
  const tree = parseRegex(source, flags.ignoreCase ?? false);
  const engine = createEngine(tree);
  const find = (text: string, from: number, mode: Mode) => engine(text, from, mode, tree.names);
  return {
    source,
    groupCount: tree.groupCount,
    names: tree.names,
    search: (text) => find(text, 0, "search"),
    match: (text) => find(text, 0, "anchored"),
    fullMatch: (text) => find(text, 0, "whole"),
    test: (text) => find(text, 0, "search") !== undefined,
    findAll(text) {
      const found: RegexMatch[] = [];
      let from = 0;
      while (from <= text.length) {
        const match = find(text, from, "search");
        if (match === undefined) break;
        found.push(match);
        from = match.end > match.index ? match.end : match.end + ((text.codePointAt(match.end) ?? 0) > 0xffff ? 2 : 1);
      }
      return found;
    },
  };
}

type Mode = "search" | "anchored" | "whole";
type Find = (text: string, from: number, mode: Mode, names: ReadonlyMap<string, number>) => RegexMatch | undefined;

function createEngine(tree: RegexTree): Find {
  const hazard = treeHazard(tree);
  const fits = fitsProgram(tree);
  if (!fits && regexSource(tree, "plain") === undefined) {
    throw regexSyntaxError({ pattern: tree.source, at: 0, problem: "the repetition numbers are too large" });
  }
  let program: RegexProgram | undefined;
  const expressions = new Map<string, RegExp | undefined>();

  const machine: Find = (text, from, mode, names) => {
    program ??= compileProgram(tree);
    const slots = runProgram(program, text, from, mode);
    if (slots === undefined) return undefined;
    const groups: (string | undefined)[] = [];
    for (let slot = 0; slot < slots.length; slot += 2) {
      const [start = -1, end = -1] = [slots[slot], slots[slot + 1]];
      groups.push(start < 0 || end < 0 ? undefined : text.slice(start, end));
    }
    return createMatch(slots[0] ?? 0, groups, names);
  };

  return (text, from, mode, names) => {
    const kind = isPlain(text) ? "plain" : "full";
    const key = `${kind} ${mode}`;
    let expression = expressions.get(key);
    if (expression === undefined && !expressions.has(key)) {
      expression = nativeExpression(tree, fits ? hazard : undefined, kind, mode);
      expressions.set(key, expression);
    }
    // The native source takes whole characters only, so halves of pairs that stand alone are the machine's.
    if (expression === undefined || (kind === "full" && hasLoneSurrogate(text)))
      return machine(text, from, mode, names);
    expression.lastIndex = from;
    let found: RegExpExecArray | null;
    try {
      do {
        found = expression.exec(text);
        // Nothing at all may be found between the halves of a pair, which is no place in Python's text.
        expression.lastIndex = (found?.index ?? 0) + 1;
      } while (found !== null && kind === "full" && isInsidePair(text, found.index));
    } catch (error) {
      // Too large for the native compiler, or its stack is too small for this text.
      if (!fits || !(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      expressions.set(key, undefined);
      return machine(text, from, mode, names);
    }
    return found === null ? undefined : createMatch(found.index, found, names);
  };
}

function isPlain(text: string): boolean {
  return text !== "" && text.charCodeAt(text.length - 1) !== 10 && /^[\0-\x7f]*$/.test(text);
}

function isInsidePair(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

function hasLoneSurrogate(text: string): boolean {
  return /\p{Cs}/u.test(text);
}

/** The pattern for JavaScript's engine, or `undefined` where the machine has to match. */
function nativeExpression(
  tree: RegexTree,
  hazard: RegexHazard | undefined,
  kind: SourceKind,
  mode: Mode,
): RegExp | undefined {
  const source = regexSource(tree, kind);
  if (source === undefined) return undefined;
  // Polynomial time is left to V8's linear-time fall-back, which the engine package switches on, where it can help.
  if (hazard?.kind === "exponential" || (hazard !== undefined && !isLinearCapable(tree.root, kind))) return undefined;
  if (mode === "search") return new RegExp(source, "g");
  return new RegExp(mode === "whole" ? `^(?:${source})$` : `^(?:${source})`, "g");
}

function createMatch(
  index: number,
  all: readonly (string | undefined)[],
  names: ReadonlyMap<string, number>,
): RegexMatch {
  const numberOf = (key: number | string) => (typeof key === "number" ? key : (names.get(key) ?? -1));
  return {
    index,
    end: index + (all[0] ?? "").length,
    groups: all.slice(1),
    names,
    group: (key) => all[numberOf(key)],
    hasGroup: (key) => numberOf(key) >= 0 && numberOf(key) < all.length,
  };
}

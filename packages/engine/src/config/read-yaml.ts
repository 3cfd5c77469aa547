/**
 * YAML text → a tree with positions. Plain data only: no tags that build objects, no aliases that blow up.
 *
 * Invariants
 * - the tree has no cycles and, aliases expanded, at most `mostNodes` nodes;
 * - every problem is reported, not only the first; a tree is given only when there is none.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Located, LocatedEntry, Position } from "./located.ts";
import { type Problem, positionsIn, type ReadResult } from "./problem.ts";
import { deepestYaml, nestsTooDeep } from "./yaml-depth.ts";
import { type CoreTag, plainScalar, taggedScalar, type YamlVersion } from "./yaml-scalars.ts";

const mostNodes = 500_000;
const mostProblems = 50;

/** Reads one YAML document. */
export function readYaml(text: string, file: string): ReadResult {
  const positions = positionsIn(file, text);
  if (nestsTooDeep(text)) {
    const message = `the file nests more than ${deepestYaml} levels deep`;
    return { root: undefined, problems: [{ code: "unreadable", at: { file, line: 0, column: 0 }, message }] };
  }
  const document = parseYaml(text);
  const problems: Problem[] = document.errors.slice(0, mostProblems).map((error) => {
    const [start, end] = error.code === "MISSING_CHAR" ? unclosedQuote(document, error.pos) : error.pos;
    return { code: "unreadable", at: positions(start, end), ...explainSyntax(error.code, error.message) };
  });
  if (problems.length > 0) return { root: undefined, problems };
  const version = document.directives?.yaml.version === "1.1" ? "1.1" : "1.2";
  const state: Conversion = {
    text,
    positions,
    version,
    problems,
    anchors: new Map(),
    sizes: new Map(),
    overflow: false,
  };
  const root = document.contents === null ? undefined : convert(document.contents, state);
  return { root: problems.length > 0 ? undefined : root, problems };
}

/** Where a quoted text begins of which the parser only says where it missed the end. */
function unclosedQuote(document: Document.Parsed, [start, end]: [number, number]): readonly [number, number] {
  let opening: number | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      if (type?.startsWith("QUOTE") && range && range[0] < start && range[1] >= start) opening = range[0];
    },
  });
  return opening === undefined ? [start, end] : [opening, opening + 1];
}

/** The document with nothing resolved: every scalar is text, every tag as written. Problems are in `errors`. */
function parseYaml(text: string): Document.Parsed {
  return parseDocument(text, { schema: "failsafe", prettyErrors: false, uniqueKeys: false, logLevel: "error" });
}

interface Conversion {
  readonly text: string;
  readonly positions: (start: number, end?: number) => Position;
  readonly version: YamlVersion;
  readonly problems: Problem[];
  /** Nodes by anchor as they come by; `undefined` while inside the node. */
  readonly anchors: Map<string, Located | undefined>;
  /** Nodes below a node, aliases expanded. */
  readonly sizes: Map<Located, number>;
  overflow: boolean;
}

function convert(node: Node, state: Conversion): Located {
  const [start, end] = node.range ?? [0, 0];
  if (isAlias(node)) return resolveAlias(node.source, start, end, state);
  const place = { at: state.positions(start, end), start, end };
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) state.anchors.set(anchor, undefined);
  let located: Located;
  if (isMap(node)) located = { kind: "map", ...place, entries: convertEntries(node, state) };
  else if (isSeq(node)) located = { kind: "list", ...place, items: convertItems(node, state) };
  else located = { kind: "scalar", ...place, value: convertScalar(node, place, state) };
  if (!isScalar(node) && node.tag !== undefined && node.tag !== coreTagPrefix + (isMap(node) ? "map" : "seq")) {
    refuseTag(node.tag, place, state);
  }
  measure(located, state);
  if (anchor !== undefined) state.anchors.set(anchor, located);
  return located;
}

function convertScalar(node: Node, place: { readonly at: Position; readonly start: number }, state: Conversion) {
  if (!isScalar(node)) return null;
  const text = node.source ?? "";
  const tag = node.tag;
  if (tag === undefined) return node.type === "PLAIN" ? plainScalar(text, state.version) : text;
  if (tag === "!") return text;
  const core = coreTags.get(tag);
  if (core === undefined) {
    refuseTag(tag, place, state);
    return null;
  }
  const value = taggedScalar(core, text, state.version);
  if (value !== undefined) return value;
  state.problems.push({ code: "unreadable", at: place.at, message: `this is no value of type !!${core}` });
  return null;
}

function convertItems(node: YAMLSeq, state: Conversion): Located[] {
  const items: Located[] = [];
  for (const item of node.items) {
    if (isPair(item)) items.push(convertSinglePair(item, state));
    else if (isNode(item)) items.push(convert(item, state));
  }
  return items;
}

/** `[a: 1]`: a mapping of one pair inside a list. */
function convertSinglePair(pair: Pair, state: Conversion): Located {
  const key = isNode(pair.key) ? pair.key : undefined;
  const value = isNode(pair.value) ? pair.value : undefined;
  const start = key?.range?.[0] ?? 0;
  const end = value?.range?.[1] ?? key?.range?.[1] ?? start;
  const entries = new Map<string, LocatedEntry>();
  addPair(pair, entries, state);
  return { kind: "map", at: state.positions(start, end), start, end, entries };
}

function convertEntries(node: YAMLMap, state: Conversion): Map<string, LocatedEntry> {
  const own = new Map<string, LocatedEntry>();
  const merged: Located[] = [];
  for (const pair of node.items) {
    const mergeValue = isMergeKey(pair) && isNode(pair.value) ? convert(pair.value, state) : undefined;
    if (mergeValue === undefined) addPair(pair, own, state);
    else merged.push(...(mergeValue.kind === "list" ? mergeValue.items : [mergeValue]));
  }
  if (merged.length === 0) return own;
  const all = new Map<string, LocatedEntry>();
  for (const source of merged) {
    if (source.kind !== "map") {
      const message = "`<<` merges mappings only";
      state.problems.push({ code: "unreadable", at: source.at, message });
      continue;
    }
    for (const [name, entry] of source.entries) if (!all.has(name)) all.set(name, entry);
  }
  for (const [name, entry] of own) all.set(name, entry);
  return all;
}

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.value === "<<" && pair.key.tag === undefined;
}

function addPair(pair: Pair, entries: Map<string, LocatedEntry>, state: Conversion): void {
  const keyNode = isNode(pair.key) ? pair.key : undefined;
  const [start, end] = keyNode?.range ?? [0, 0];
  const at = state.positions(start, end);
  const name = keyNode === undefined ? "" : keyText(keyNode, at, state);
  const value = isNode(pair.value) ? convert(pair.value, state) : nothing(end, state);
  if (name === undefined) return;
  const earlier = entries.get(name);
  if (earlier !== undefined) {
    const message = `the key ${JSON.stringify(name)} is already in line ${earlier.at.line}`;
    state.problems.push({ code: "duplicate-key", at, message, remedy: "remove one of the two, or rename it" });
    return;
  }
  entries.set(name, { at, value });
}

function keyText(node: Node, at: Position, state: Conversion): string | undefined {
  if (isScalar(node)) {
    if (node.tag !== undefined && node.tag !== "!" && !coreTags.has(node.tag))
      refuseTag(node.tag, { at, start: node.range?.[0] ?? 0 }, state);
    if (node.anchor !== undefined) state.anchors.set(node.anchor, convert(node, state));
    return node.source ?? "";
  }
  const target = isAlias(node)
    ? resolveAlias(node.source, node.range?.[0] ?? 0, node.range?.[1] ?? 0, state)
    : undefined;
  if (target?.kind === "scalar") return String(target.value);
  state.problems.push({ code: "unreadable", at, message: "a key has to be text, not a list or mapping" });
  return undefined;
}

function nothing(offset: number, state: Conversion): Located {
  return { kind: "scalar", value: null, at: state.positions(offset), start: offset, end: offset };
}

function resolveAlias(name: string, start: number, end: number, state: Conversion): Located {
  const target = state.anchors.get(name);
  const at = state.positions(start, end);
  if (target === undefined) {
    const message = state.anchors.has(name)
      ? `the anchor &${name} contains an alias to itself`
      : `the alias *${name} has no anchor &${name} before it`;
    state.problems.push({ code: "bad-alias", at, message });
    return nothing(start, state);
  }
  return target;
}

function measure(node: Located, state: Conversion): void {
  let size = 1;
  if (node.kind === "list") for (const item of node.items) size += state.sizes.get(item) ?? 1;
  if (node.kind === "map") for (const { value } of node.entries.values()) size += state.sizes.get(value) ?? 1;
  state.sizes.set(node, size);
  if (size <= mostNodes || state.overflow) return;
  state.overflow = true;
  const message = `aliases expand to more than ${mostNodes} values`;
  state.problems.push({ code: "bad-alias", at: node.at, message });
}

function refuseTag(tag: string, node: { readonly at: Position; readonly start: number }, state: Conversion): void {
  const short = tag.startsWith(coreTagPrefix) ? `!!${tag.slice(coreTagPrefix.length)}` : tag;
  const written = state.text.lastIndexOf(short, node.start);
  const at = written === -1 ? node.at : state.positions(written, written + short.length);
  const message = `the tag ${JSON.stringify(short.slice(0, 80))} is not allowed: a configuration is plain data`;
  state.problems.push({ code: "unsafe-tag", at, message, remedy: "remove the tag and write the value itself" });
}

const coreTagPrefix = "tag:yaml.org,2002:";
const coreNames: readonly CoreTag[] = ["str", "int", "float", "bool", "null", "timestamp"];
const coreTags: ReadonlyMap<string, CoreTag> = new Map(coreNames.map((name) => [coreTagPrefix + name, name]));

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function isPair(value: unknown): value is Pair {
  return typeof value === "object" && value !== null && "key" in value && "value" in value && !isNode(value);
}

/** The parser's words where they help, better ones where we have them. */
function explainSyntax(code: string, message: string): { message: string; remedy?: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { message: "the line is indented with a tab", remedy: "indent with spaces" };
    case "BAD_SCALAR_START":
      return { message: message[0]?.toLowerCase() + message.slice(1), remedy: "put the value in quotes" };
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        message: "a mapping cannot begin here, on the line of its key",
        remedy: "put a value that contains `: ` in quotes; begin a mapping on a line of its own, indented",
      };
    case "MISSING_CHAR":
      if (/^flow (?:map|sequence)/i.test(message)) {
        const bracket = message.toLowerCase().startsWith("flow map") ? "}" : "]";
        return { message: `a \`${bracket}\` or a comma is missing before this place` };
      }
      if (!message.includes("quote")) break;
      return { message: "a quoted text begins here and does not end", remedy: "add the closing quote" };
    case "MULTIPLE_DOCS":
      return { message: "the file holds a second document", remedy: "remove the line `---` and what follows it" };
    default:
  }
  return { message: (message[0]?.toLowerCase() ?? "") + message.slice(1) };
}

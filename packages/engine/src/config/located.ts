/** A configuration as a tree of values that know where they stand in the file. */
import { Float, type JsonValue } from "@weir/format";

/** A place in a file. Lines and columns count from 1, columns in UTF-16 units; line 0: the file as a whole. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters to underline on that line. */
  readonly length?: number;
}

export type ScalarValue = null | boolean | number | bigint | Float | string;

interface LocatedNode {
  readonly at: Position;
  /** Offsets of the value's text. */
  readonly start: number;
  readonly end: number;
}
interface LocatedScalar extends LocatedNode {
  readonly kind: "scalar";
  readonly value: ScalarValue;
}
interface LocatedList extends LocatedNode {
  readonly kind: "list";
  readonly items: readonly Located[];
}
export interface LocatedEntry {
  /** Where the key stands. */
  readonly at: Position;
  readonly value: Located;
}
export interface LocatedMap extends LocatedNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}
/** Nodes may be shared (YAML aliases), never circular. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

/** The value without positions, with the kind of every number kept. */
export function toJsonValue(node: Located): JsonValue {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toJsonValue);
  return new Map([...node.entries].map(([key, entry]) => [key, toJsonValue(entry.value)]));
}

/**
 * The value as schemas want it: objects without prototype, floats as numbers, big integers as `bigint`.
 * An object keeps its order except for names that are whole numbers; `toJsonValue` keeps all.
 */
export function toPlain(value: JsonValue): unknown {
  if (value instanceof Float) return value.value;
  if (value instanceof Map) {
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, member] of value) plain[key] = toPlain(member);
    return plain;
  }
  return Array.isArray(value) ? value.map(toPlain) : value;
}

/** The node at a path below `node`; the deepest that exists when the path leads further. */
export function nodeAt(
  node: Located,
  path: readonly PropertyKey[],
): { readonly node: Located; readonly key?: Position } {
  let found: { node: Located; key?: Position } = { node };
  for (const step of path) {
    const here = found.node;
    if (here.kind === "map") {
      const entry = here.entries.get(String(step));
      if (entry === undefined) break;
      found = { node: entry.value, key: entry.at };
    } else if (here.kind === "list") {
      const item = here.items[Number(step)];
      if (item === undefined) break;
      found = { node: item };
    } else break;
  }
  return found;
}

/** What a value is called when talking to people: `text`, `a list`, … */
export function kindName(value: JsonValue): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return "text";
  if (value instanceof Map) return "a mapping";
  if (Array.isArray(value)) return "a list";
  return "a number";
}

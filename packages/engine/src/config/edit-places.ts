/** Where the members of a YAML collection stand in its text. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { Edit } from "./edit.ts";
import { editImpossible } from "./errors.ts";

/** A value in its collection. */
export interface Place {
  readonly parent: YAMLMap | YAMLSeq;
  readonly index: number;
  /** Offset of the name, or of the `-` of a block list's item; in a flow list of the value. */
  readonly start: number;
  readonly key: Node | undefined;
  /** Null: nothing is written. */
  readonly value: Node | null;
  /** Offset after `:` or `-`. */
  readonly afterIndicator: number;
  /** False: a name in a flow mapping without `:`. */
  readonly separated: boolean;
}

/**
 * The place of a name or index in a collection; undefined when it is not written there. Throws WEIR_CONFIG_EDIT_IMPOSSIBLE when the
 * collection is an alias.
 */
export function placeIn(node: Node | null, step: string | number, edit: Edit): Place | undefined {
  if (isMap(node) && typeof step === "string") {
    const index = node.items.findIndex(({ key }) => isScalar(key) && (key.source ?? "") === step);
    const pair = node.items[index];
    return pair === undefined ? undefined : pairPlace(node, index, pair);
  }
  if (isSeq(node) && typeof step === "number") {
    return step < node.items.length ? itemPlace(node, step) : undefined;
  }
  if (node === null || (isScalar(node) && (node.source ?? "") === "")) return undefined;
  if (isScalar(node) && edit.kind === "set" && /^(?:~|null|Null|NULL)$/.test(node.source ?? "")) return undefined;
  throw editImpossible({
    path: edit.path.join("."),
    reason: "a value on the way is an alias; edit the anchor that it stands for",
  });
}

/** The place of the member with this number. */
export function memberPlace(parent: YAMLMap | YAMLSeq, index: number): Place | undefined {
  if (isSeq(parent)) return index < parent.items.length ? itemPlace(parent, index) : undefined;
  const pair = parent.items[index];
  return pair === undefined ? undefined : pairPlace(parent, index, pair);
}

function pairPlace(parent: YAMLMap, index: number, { key, value, srcToken }: Pair): Place {
  const keyNode = isNode(key) ? key : undefined;
  const start = keyNode?.range?.[0] ?? 0;
  const separator = srcToken?.sep?.find((token) => token.type === "map-value-ind");
  const afterKey = keyNode?.range?.[1] ?? start;
  const afterIndicator = separator === undefined ? afterKey : separator.offset + 1;
  const node = isNode(value) ? value : null;
  return {
    parent,
    index,
    start,
    key: keyNode,
    value: written(node),
    afterIndicator,
    separated: separator !== undefined,
  };
}

function itemPlace(parent: YAMLSeq, index: number): Place {
  const item = parent.items[index];
  const value = isNode(item) ? written(item) : null;
  const token = parent.srcToken;
  const start = token !== undefined && "items" in token ? token.items[index]?.start : undefined;
  const indicator = start?.find(({ type }) => type === "seq-item-ind");
  const valueStart = isNode(item) ? (item.range?.[0] ?? 0) : 0;
  const at = indicator?.offset ?? valueStart;
  return {
    parent,
    index,
    start: at,
    key: undefined,
    value,
    afterIndicator: indicator === undefined ? valueStart : at + 1,
    separated: true,
  };
}

/** A value of which nothing is written counts as none. */
function written(node: Node | null): Node | null {
  if (isScalar(node) && (node.source ?? "") === "" && node.type === "PLAIN" && node.range?.[0] === node.range?.[1])
    return null;
  return node;
}

/** Offset after the value, or after `:` or `-` when there is none. */
export function endOf(place: Place): number {
  return place.value?.range?.[1] ?? place.afterIndicator;
}

export function isFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}

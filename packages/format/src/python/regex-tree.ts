/** The syntax tree of a Python regular expression; flags are resolved, so a node means the same wherever it stands. */

export type RegexNode =
  | { readonly kind: "empty" }
  | { readonly kind: "set"; readonly set: SetNode }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "sequence"; readonly items: readonly RegexNode[] }
  | { readonly kind: "choice"; readonly options: readonly RegexNode[] }
  | { readonly kind: "group"; readonly index: number; readonly body: RegexNode }
  | RepeatNode
  | { readonly kind: "atomic"; readonly body: RegexNode }
  | LookNode
  | { readonly kind: "reference"; readonly index: number; readonly fold: Folding }
  | { readonly kind: "conditional"; readonly index: number; readonly yes: RegexNode; readonly no: RegexNode };

export interface RepeatNode {
  readonly kind: "repeat";
  readonly min: number;
  /** May be `Infinity`. */
  readonly max: number;
  readonly mode: "greedy" | "lazy" | "possessive";
  readonly body: RegexNode;
  /** Place of the quantifier in the pattern. */
  readonly at: number;
}

interface LookNode {
  readonly kind: "look";
  readonly behind: boolean;
  readonly negated: boolean;
  /** Characters to step back; 0 when looking ahead. */
  readonly width: number;
  readonly body: RegexNode;
}

/** One character out of a set; a literal is a set of one. */
export interface SetNode {
  readonly items: readonly SetItem[];
  readonly negated: boolean;
  readonly fold: Folding;
}

export type SetItem =
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "category"; readonly category: Category; readonly negated: boolean; readonly ascii: boolean };

export type Category = "digit" | "space" | "word";

/** How letter case is ignored: not at all, among all of Unicode, or among ASCII letters only (flag `a`). */
export type Folding = "none" | "unicode" | "ascii";

export type Assertion =
  | "textStart"
  | "textEnd"
  /** At the end, or before a line feed at the end. */
  | "lastLineEnd"
  | "lineStart"
  | "lineEnd"
  | "boundary"
  | "notBoundary"
  | "asciiBoundary"
  | "asciiNotBoundary";

export interface RegexTree {
  readonly source: string;
  readonly root: RegexNode;
  /** Number of capturing groups, without the whole match. */
  readonly groupCount: number;
  readonly names: ReadonlyMap<string, number>;
}

/** The fewest and the most characters that a node can match. */
export function nodeWidth(node: RegexNode, groups: ReadonlyMap<number, RegexNode>): readonly [number, number] {
  switch (node.kind) {
    case "set":
      return [1, 1];
    case "empty":
    case "assertion":
    case "look":
      return [0, 0];
    case "sequence": {
      let [min, max] = [0, 0];
      for (const item of node.items) {
        const [low, high] = nodeWidth(item, groups);
        min += low;
        max += high;
      }
      return [min, max];
    }
    case "choice":
      return spread(node.options.map((option) => nodeWidth(option, groups)));
    case "conditional":
      return spread([nodeWidth(node.yes, groups), nodeWidth(node.no, groups)]);
    case "group":
    case "atomic":
      return nodeWidth(node.body, groups);
    case "repeat": {
      const [low, high] = nodeWidth(node.body, groups);
      return [low * node.min, high === 0 ? 0 : high * node.max];
    }
    case "reference": {
      const group = groups.get(node.index);
      return group === undefined ? [0, Number.POSITIVE_INFINITY] : nodeWidth(group, groups);
    }
  }
}

function spread(widths: readonly (readonly [number, number])[]): readonly [number, number] {
  return [Math.min(...widths.map(([low]) => low)), Math.max(...widths.map(([, high]) => high))];
}

/** The direct parts of a node. */
export function nodeParts(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case "sequence":
      return node.items;
    case "choice":
      return node.options;
    case "group":
    case "repeat":
    case "atomic":
    case "look":
      return [node.body];
    case "conditional":
      return [node.yes, node.no];
    default:
      return [];
  }
}

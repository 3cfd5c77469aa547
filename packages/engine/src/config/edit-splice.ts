/** Where an edit changes the text of a YAML file, and to what. Whether that is right is checked by reading the result (`edit.ts`). */
import type { JsonValue } from "@weir/format";
import { isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import type { Edit, EditPath } from "./edit.ts";
import { endOf, isFlow, memberPlace, type Place, placeIn } from "./edit-places.ts";
import { editImpossible } from "./errors.ts";
import {
  type Rendered,
  type RenderStyle,
  renderBlock,
  renderFlow,
  renderItem,
  renderKey,
  renderPair,
  renderValue,
} from "./yaml-render.ts";

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** The change for an edit of a text that can be read. */
export function spliceFor(text: string, edit: Edit): Splice {
  const document = parseDocument(text, {
    schema: "failsafe",
    prettyErrors: false,
    uniqueKeys: false,
    keepSourceTokens: true,
  });
  const editor: Editor = { text, newline: text.includes("\r\n") ? "\r\n" : "\n" };
  const { path } = edit;
  let node: Node | null = document.contents;
  const above: Place[] = [];
  for (const [depth, step] of path.entries()) {
    const place = placeIn(node, step, edit);
    if (place === undefined) {
      if (edit.kind !== "set")
        throw editImpossible({
          path: path.join("."),
          reason: "it is not written there itself, but merged from elsewhere",
        });
      return insertion(node, above, path.slice(depth), edit.value, editor);
    }
    above.push(place);
    node = place.value;
  }
  const place = above.at(-1);
  if (place === undefined) throw editImpossible({ path: "", reason: "the path is empty" });
  switch (edit.kind) {
    case "set":
      return replacement(place, edit.value, editor);
    case "remove":
      return removal(above, editor);
    case "rename":
      return rename(place, edit.name);
  }
}

interface Editor {
  readonly text: string;
  readonly newline: string;
}

// --- replacing ----------------------------------------------------------------------------------------------------

function replacement(place: Place, value: JsonValue, editor: Editor): Splice {
  const { text, newline } = editor;
  const { afterIndicator } = place;
  const flow = isFlow(place.parent);
  const { form, lines } = renderValue(value, styleAt(place, flow));
  const column = columnOf(text, place.start) + 2;
  const block = newline + " ".repeat(column) + join(lines, column, newline);
  const inline = ` ${join(lines, column, newline)}`;
  const range = place.value?.range;
  if (!range) {
    if (form !== "block")
      return { start: afterIndicator, end: afterIndicator, insert: place.separated ? inline : `:${inline}` };
    const lineEnd = endOfLine(text, afterIndicator);
    if (place.key !== undefined) return { start: lineEnd, end: lineEnd, insert: block };
    return { start: afterIndicator, end: afterIndicator, insert: inline };
  }
  const [start, end] = range;
  // A block's range takes in its last line end; what replaces it has to end the line, too.
  const tail = end > start && text[end - 1] === "\n" ? newline : "";
  const between = text.slice(afterIndicator, start);
  // A list may stand as far left as its name, other values may not.
  const own = columnOf(text, start);
  const deeper = Math.max(own, columnOf(text, place.start) + 1);
  const shift = " ".repeat(deeper - own);
  if (form !== "block") {
    // Comments, anchors and tags between name and value stay where they are.
    if (between.trim() === "" && between.includes("\n")) return { start: afterIndicator, end, insert: inline + tail };
    return { start, end, insert: (between.includes("\n") ? shift : "") + inline.slice(1) + tail };
  }
  if (place.key === undefined && !between.includes("\n")) {
    const at = Math.max(columnOf(text, start), column);
    return { start, end, insert: join(lines, at, newline) + tail };
  }
  if (between.trim() === "") return { start: afterIndicator, end, insert: block + tail };
  if (!between.includes("\n")) return { start, end, insert: block + tail };
  return { start, end, insert: shift + join(lines, deeper, newline) + tail };
}

function styleAt(place: Place, flow: boolean): RenderStyle {
  const model = place.value ?? place.key;
  if (place.key !== undefined && isScalar(place.key) && place.key.type === "QUOTE_DOUBLE" && flow)
    return { flow, quotes: "json" };
  return isScalar(model) && model.type === "QUOTE_SINGLE" ? { flow, quotes: "single" } : { flow };
}

// --- inserting ----------------------------------------------------------------------------------------------------

/** Adds what is missing below the deepest collection that exists. */
function insertion(
  node: Node | null,
  above: readonly Place[],
  rest: EditPath,
  value: JsonValue,
  editor: Editor,
): Splice {
  const [step, ...deeper] = rest;
  const inner = nested(deeper, value);
  const isEmpty = (isMap(node) || isSeq(node)) && node.items.length === 0;
  if ((!isMap(node) && !isSeq(node)) || isEmpty) {
    const whole = nested(step === undefined ? [] : [step], inner);
    const place = above.at(-1);
    if (place !== undefined) return replacement(place, whole, editor);
    return wholeDocument(node, whole, editor);
  }
  if (isFlow(node)) return flowInsertion(node, step ?? "", inner, editor);
  const { text, newline } = editor;
  const first = memberPlace(node, 0);
  const last = memberPlace(node, node.items.length - 1);
  const column = columnOf(text, first?.start ?? 0);
  const rendered = above.length === 0 ? renderEntry(inner) : renderValue(inner, { flow: false });
  const block = isMap(node) ? renderPair(String(step), rendered, { flow: false }) : renderItem(rendered);
  const at = last === undefined ? text.length : afterLine(text, endOf(last));
  const lead = at > 0 && text[at - 1] !== "\n" ? newline : "";
  return { start: at, end: at, insert: `${lead}${" ".repeat(column)}${join(block, column, newline)}${newline}` };
}

function nested(path: EditPath, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>(
    (inner, step) => (typeof step === "number" ? [inner] : new Map([[step, inner]])),
    value,
  );
}

/** Bots are blocks, however small. */
function renderEntry(value: JsonValue): Rendered {
  const style = { flow: false };
  return value instanceof Map && value.size > 0 ? renderBlock(value, style) : renderValue(value, style);
}

function wholeDocument(node: Node | null, value: JsonValue, { text, newline }: Editor): Splice {
  const style = { flow: false };
  const lines =
    value instanceof Map && value.size > 0
      ? [...value].flatMap(([key, member]) => renderPair(key, renderEntry(member), style))
      : renderValue(value, style).lines;
  if (node?.range && node.range[1] > node.range[0])
    return { start: node.range[0], end: node.range[1], insert: join(lines, 0, newline) };
  const lead = text === "" || text.endsWith("\n") || text === "\ufeff" ? "" : newline;
  return { start: text.length, end: text.length, insert: `${lead}${join(lines, 0, newline)}${newline}` };
}

function flowInsertion(node: YAMLMap | YAMLSeq, step: string | number, value: JsonValue, editor: Editor): Splice {
  const { text, newline } = editor;
  const last = memberPlace(node, node.items.length - 1);
  if (last === undefined) throw editImpossible({ path: String(step), reason: "the collection cannot be read" });
  const model = last.key ?? last.value;
  const style: RenderStyle =
    isScalar(model) && model.type === "QUOTE_DOUBLE" ? { flow: true, quotes: "json" } : { flow: true };
  const item = isMap(node)
    ? `${renderKey(String(step), style)}: ${renderFlow(value, style)}`
    : renderFlow(value, style);
  const lineStart = text.lastIndexOf("\n", last.start - 1) + 1;
  const ownLine = lineStart > (node.range?.[0] ?? 0) && text.slice(lineStart, last.start).trim() === "";
  const at = endOf(last);
  return { start: at, end: at, insert: `,${ownLine ? newline + text.slice(lineStart, last.start) : " "}${item}` };
}

// --- removing and renaming ----------------------------------------------------------------------------------------

function removal(above: readonly Place[], editor: Editor): Splice {
  const { text } = editor;
  const place = above.at(-1);
  if (place === undefined) throw editImpossible({ path: "", reason: "the path is empty" });
  const { parent, index } = place;
  if (parent.items.length === 1) {
    const empty: JsonValue = isMap(parent) ? new Map() : [];
    const holder = above.at(-2);
    if (holder !== undefined) return replacement(holder, empty, editor);
    const [start, end] = parent.range ?? [0, text.length];
    return { start, end, insert: renderFlow(empty, { flow: true }) + (text[end - 1] === "\n" ? editor.newline : "") };
  }
  const end = endOf(place);
  if (isFlow(parent)) {
    const before = index > 0 ? memberPlace(parent, index - 1) : undefined;
    if (before !== undefined) return { start: endOf(before), end, insert: "" };
    return { start: place.start, end: memberPlace(parent, 1)?.start ?? end, insert: "" };
  }
  const lineStart = text.lastIndexOf("\n", place.start - 1) + 1;
  if (text.slice(lineStart, place.start).trim() === "")
    return { start: lineStart, end: afterLine(text, end), insert: "" };
  return { start: place.start, end: memberPlace(parent, index + 1)?.start ?? afterLine(text, end), insert: "" };
}

function rename({ key, parent }: Place, name: string): Splice {
  const range = key?.range;
  if (!range) throw editImpossible({ path: name, reason: "an item of a list has no name" });
  const json = isFlow(parent) && isScalar(key) && key.type === "QUOTE_DOUBLE";
  return {
    start: range[0],
    end: range[1],
    insert: renderKey(name, { flow: false, ...(json ? { quotes: "json" } : {}) }),
  };
}

// --- offsets ------------------------------------------------------------------------------------------------------

function columnOf(text: string, offset: number): number {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return offset - lineStart - (lineStart === 0 && text.startsWith("\ufeff") ? 1 : 0);
}

function endOfLine(text: string, offset: number): number {
  const lineEnd = text.indexOf("\n", offset);
  if (lineEnd === -1) return text.length;
  return text[lineEnd - 1] === "\r" ? lineEnd - 1 : lineEnd;
}

/** The start of the line after the one in which a value ends. */
function afterLine(text: string, end: number): number {
  if (end > 0 && text[end - 1] === "\n") return end;
  const lineEnd = text.indexOf("\n", end);
  return lineEnd === -1 ? text.length : lineEnd + 1;
}

function join(lines: readonly string[], column: number, newline: string): string {
  return lines.map((line, index) => (index === 0 || line === "" ? line : " ".repeat(column) + line)).join(newline);
}

/** Values → YAML text that reads back as the same values, in the way in which people write configurations. */
import { Float, isList, type JsonValue } from "@weir/format";
import { plainScalar } from "./yaml-scalars.ts";

export interface RenderStyle {
  /** Inside of `{}` or `[]`: everything stays on one line. */
  readonly flow: boolean;
  /** Quote of texts that need none; JSON files want all of them quoted. */
  readonly quotes?: "single" | "json";
}

/** Longest line that a small collection may make before it is written as a block. */
const longestFlow = 80;

/**
 * `inline`: one line that can stand behind `key:` or `-`. `literal`: a text whose first line (`|`) stands there, the others below at
 * a deeper column. `block`: a collection, all lines at a deeper column; behind `-` it may begin on the same line.
 */
export interface Rendered {
  readonly form: "inline" | "literal" | "block";
  readonly lines: readonly string[];
}

/** The lines of a value. */
export function renderValue(value: JsonValue, style: RenderStyle): Rendered {
  if (!style.flow && value instanceof Map && value.size > 0 && !fitsFlow(value, style))
    return renderBlock(value, style);
  if (!style.flow && isList(value) && value.length > 0 && !fitsFlow(value, style)) {
    return { form: "block", lines: value.flatMap((item) => renderItem(renderValue(item, style))) };
  }
  const literal =
    typeof value === "string" && !style.flow && style.quotes !== "json" ? renderLiteral(value) : undefined;
  return literal === undefined
    ? { form: "inline", lines: [renderFlow(value, style)] }
    : { form: "literal", lines: literal };
}

/** A mapping with every name on a line of its own, however small it is. */
export function renderBlock(value: ReadonlyMap<string, JsonValue>, style: RenderStyle): Rendered {
  return {
    form: "block",
    lines: [...value].flatMap(([key, member]) => renderPair(key, renderValue(member, style), style)),
  };
}

/** The lines of a pair of a block mapping. */
export function renderPair(key: string, { form, lines }: Rendered, style: RenderStyle): string[] {
  const name = `${renderKey(key, style)}:`;
  if (form === "block") return [name, ...lines.map(indent)];
  const [first = "", ...rest] = lines;
  return [`${name} ${first}`, ...rest.map(indent)];
}

/** The lines of an item of a block list. */
export function renderItem({ lines }: Rendered): string[] {
  const [first = "", ...rest] = lines;
  return [`- ${first}`, ...rest.map(indent)];
}

function indent(line: string): string {
  return line === "" ? "" : `  ${line}`;
}

/** The value on one line. */
export function renderFlow(value: JsonValue, style: RenderStyle): string {
  if (value instanceof Map) {
    return `{${[...value].map(([key, member]) => `${renderKey(key, style)}: ${renderFlow(member, { ...style, flow: true })}`).join(", ")}}`;
  }
  if (isList(value)) return `[${value.map((item) => renderFlow(item, { ...style, flow: true })).join(", ")}]`;
  if (typeof value === "string") return renderText(value, style);
  if (value instanceof Float || (typeof value === "number" && !Number.isInteger(value)) || Object.is(value, -0)) {
    return renderFloat(Number(value));
  }
  return String(value);
}

/** A name in front of `:`. */
export function renderKey(name: string, { quotes }: RenderStyle): string {
  return quotes !== "json" && /^[A-Za-z_][\w.-]{0,200}$/.test(name) && plainScalar(name, "1.1") === name
    ? name
    : quoted(name);
}

function renderFloat(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function renderText(text: string, { flow, quotes }: RenderStyle): string {
  if (quotes === "json") return quoted(text);
  const singleLine = !/[\p{Cc}\u2028\u2029\ufeff]/u.test(text);
  if (quotes === "single" && singleLine) return `'${text.replaceAll("'", "''")}'`;
  return singleLine && isPlain(text, flow) ? text : quoted(text);
}

/** True when the text means itself without quotes, to readers of YAML 1.1 too. */
function isPlain(text: string, flow: boolean): boolean {
  if (!/^[A-Za-z0-9_./][\p{L}\p{N} _./:@+%=~?&#;()*$<>|!^-]*$/u.test(text)) return false;
  if (/: |:$| #| $|^\.\.\.|^\.$/.test(text) || (flow && text.includes(":") && !/^[a-z]+:\/\/[^,]*$/.test(text)))
    return false;
  return plainScalar(text, "1.2") === text && plainScalar(text, "1.1") === text && !/^\d{4}-\d\d?-\d\d?/.test(text);
}

/** JSON's form of a text is YAML's too, but for characters that YAML wants escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A text of several lines as a literal block, when nothing in it could be lost there. */
function renderLiteral(text: string): string[] | undefined {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  if (!body.includes("\n") || body.endsWith("\n") || /^[\s]/.test(body)) return undefined;
  if (/[^\S\n](?:\n|$)/.test(body) || /(?!\n)[\p{Cc}\u2028\u2029\ufeff]/u.test(body)) return undefined;
  return [text.endsWith("\n") ? "|" : "|-", ...body.split("\n")];
}

function fitsFlow(value: JsonValue, style: RenderStyle): boolean {
  return isLeafOnly(value, 2) && renderFlow(value, style).length <= longestFlow;
}

/** True when all is flat enough to be read on one line: lists of scalars, mappings of scalars and of such lists. */
function isLeafOnly(value: JsonValue, depth: number): boolean {
  if (value instanceof Map)
    return depth === 2 && value.size <= 4 && [...value.values()].every((member) => isLeafOnly(member, 1));
  if (isList(value)) return depth > 0 && value.every((item) => isLeafOnly(item, 0));
  return typeof value !== "string" || !value.includes("\n");
}

/**
 * Python format strings: `{name[key][0]!r:>5}`, `{{` and `}}`.
 *
 * Templates never reach beyond what `lookup` gives: an attribute (`{msg.x}`) is refused when the template is used, the
 * width of a result is bounded.
 */
import { formatSyntaxError, formatValueError } from "../errors/kinds.ts";
import { Float, type JsonValue } from "../values/json-value.ts";
import { type FormatSpec, formatValue, parseSpec, type SpecProblem } from "./format-spec.ts";
import { pythonAscii, pythonRepr, pythonStr } from "./repr.ts";
import { type CalendarTime, strftime, timeText } from "./strftime.ts";

export type FormatValue = JsonValue | CalendarTime;

/** What a field of a template names: `{msg[source.ip][0]}` has the name `msg` and the path `["source.ip", 0]`. */
export interface FormatField {
  /** A number as text (`"0"`) for `{0}` and `{}`. */
  readonly name: string;
  /** Keys in brackets: a number where there are digits only. */
  readonly path: readonly (string | number)[];
}

export interface FormatString {
  readonly template: string;
  /** The fields in the order of the template, those inside of specifications too. */
  readonly fields: readonly FormatField[];
  /** Whether the template asks for attributes, so that {@link format} fails. */
  readonly usesAttributes: boolean;
  /**
   * Puts the values in. `lookup` gives the value of a field or throws what it wants; `undefined` means that there is none,
   * which is a `WEIR_FORMAT_VALUE`, as is a specification that does not suit the value.
   */
  format(lookup: (name: string, path: readonly (string | number)[]) => FormatValue | undefined): string;
}

/** Compiles a template; throws `WEIR_FORMAT_SYNTAX` with position and problem. */
export function compileFormat(template: string): FormatString {
  const reader: Reader = { template, at: 0, automatic: 0, numbering: "none", fields: [], usesAttributes: false };
  const parts = readParts(reader, template.length, 0);
  return {
    template,
    fields: reader.fields,
    usesAttributes: reader.usesAttributes,
    format: (lookup) => parts.map((part) => partText(part, template, lookup)).join(""),
  };
}

type Part = string | FieldPart;

interface FieldPart extends FormatField {
  /** As written, for messages. */
  readonly source: string;
  readonly attribute: string | undefined;
  readonly conversion: string;
  /** The specification; parts where it has fields itself. */
  readonly spec: string | readonly Part[];
  /** The specification for texts and numbers, read ahead; a problem only matters when it is used, as times have others. */
  readonly parsed: FormatSpec | SpecProblem | undefined;
}

interface Reader {
  readonly template: string;
  at: number;
  automatic: number;
  numbering: "none" | "automatic" | "manual";
  readonly fields: FormatField[];
  usesAttributes: boolean;
}

type Lookup = Parameters<FormatString["format"]>[0];

function partText(part: Part, template: string, lookup: Lookup): string {
  if (typeof part === "string") return part;
  const fail = (problem: string) => formatValueError({ template, field: part.source, problem });
  if (part.attribute !== undefined) throw fail(`attributes (.${part.attribute}) are not offered, write [key]`);
  const value = lookup(part.name, part.path);
  if (value === undefined) throw fail("there is no such value");
  const spec =
    typeof part.spec === "string" ? part.spec : part.spec.map((inner) => partText(inner, template, lookup)).join("");
  const converted = convert(value, part.conversion);
  if (spec === "") return isTime(converted) ? timeText(converted) : pythonStr(converted);
  if (isTime(converted)) return strftime(converted, spec);
  const parsed = part.parsed ?? parseSpec(spec);
  const text = "problem" in parsed ? parsed : formatValue(converted, parsed);
  if (typeof text === "string") return text;
  throw fail(text.problem);
}

function convert(value: FormatValue, conversion: string): FormatValue {
  if (conversion === "") return value;
  const plain = isTime(value) ? timeText(value) : value;
  if (conversion === "s") return pythonStr(plain);
  return conversion === "a" ? pythonAscii(plain) : pythonRepr(plain);
}

function isTime(value: FormatValue): value is CalendarTime {
  return typeof value === "object" && value !== null && !(value instanceof Float) && "microsecond" in value;
}

/** Reads literals and fields up to `end`. */
function readParts(reader: Reader, end: number, depth: number): Part[] {
  const { template } = reader;
  const parts: Part[] = [];
  let literal = "";
  while (reader.at < end) {
    const character = template[reader.at] ?? "";
    if (character !== "{" && character !== "}") {
      literal += character;
      reader.at++;
    } else if (template[reader.at + 1] === character && reader.at + 1 < end && depth === 0) {
      literal += character;
      reader.at += 2;
    } else if (character === "}") {
      throw syntax(reader, "single '}', write '}}' for a brace");
    } else {
      if (literal !== "") parts.push(literal);
      literal = "";
      parts.push(readField(reader, end, depth));
    }
  }
  if (literal !== "") parts.push(literal);
  return parts;
}

function readField(reader: Reader, end: number, depth: number): FieldPart {
  const { template } = reader;
  const start = reader.at;
  if (depth > 1) throw syntax(reader, "fields are nested too deep");
  if (start + 1 >= end) throw syntax(reader, "single '{', write '{{' for a brace");
  const close = closingBrace(reader, start + 1, end);
  const nameEnd = endOfName(reader, start + 1, close);
  const name = readName(reader, start + 1, nameEnd);
  // Fields are counted from left to right, so this one before those in its specification.
  reader.fields.push({ name: name.name, path: name.path });
  reader.at = nameEnd;
  let conversion = "";
  if (template[reader.at] === "!") {
    conversion = template[reader.at + 1] ?? "";
    if (reader.at + 1 >= close || !"rsa".includes(conversion)) {
      throw syntax(reader, "a conversion is one of !r, !s, !a");
    }
    reader.at += 2;
    if (reader.at < close && template[reader.at] !== ":") throw syntax(reader, "expected ':' after the conversion");
  }
  let spec: string | Part[] = "";
  if (reader.at < close) {
    reader.at++;
    const parts = readParts(reader, close, depth + 1);
    const [only, ...more] = parts;
    spec = only === undefined ? "" : typeof only === "string" && more.length === 0 ? only : parts;
  }
  reader.at = close + 1;
  const parsed = typeof spec === "string" && spec !== "" ? parseSpec(spec) : undefined;
  return { ...name, conversion, spec, parsed, source: template.slice(start + 1, close) };
}

/** The brace that closes a field; braces in brackets before the specification do not count. */
function closingBrace(reader: Reader, from: number, end: number): number {
  const { template } = reader;
  let depth = 1;
  let inBrackets = false;
  let inSpec = false;
  for (let index = from; index < end; index++) {
    const character = template[index];
    if (inBrackets) inBrackets = character !== "]";
    else if (character === "[" && !inSpec) inBrackets = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return index;
    else if (character === ":" || character === "!") inSpec = true;
  }
  throw syntax(reader, "a field is not closed, expected '}'");
}

function endOfName(reader: Reader, from: number, close: number): number {
  const { template } = reader;
  let inBrackets = false;
  for (let index = from; index < close; index++) {
    const character = template[index];
    if (inBrackets) inBrackets = character !== "]";
    else if (character === "[") inBrackets = true;
    else if (character === "{") throw syntax(reader, "unexpected '{' in the name of a field");
    else if (character === ":" || character === "!") return index;
  }
  return close;
}

function readName(
  reader: Reader,
  from: number,
  to: number,
): { name: string; path: (string | number)[]; attribute: string | undefined } {
  const text = reader.template.slice(from, to);
  const first = /^[^.[]*/.exec(text)?.[0] ?? "";
  const path: (string | number)[] = [];
  let attribute: string | undefined;
  let at = first.length;
  while (at < text.length) {
    if (text[at] === ".") {
      const name = /^[^.[]*/.exec(text.slice(at + 1))?.[0] ?? "";
      if (name === "") throw syntax(reader, "an empty attribute");
      attribute ??= name;
      reader.usesAttributes = true;
      at += 1 + name.length;
    } else if (text[at] === "[") {
      const end = text.indexOf("]", at);
      if (end < 0) throw syntax(reader, "missing ']'");
      const key = text.slice(at + 1, end);
      if (key === "") throw syntax(reader, "an empty key in brackets");
      path.push(/^[0-9]+$/.test(key) ? indexOf(reader, key) : key);
      at = end + 1;
    } else {
      throw syntax(reader, "only '[' may follow ']'");
    }
  }
  return { name: positional(reader, first), path, attribute };
}

function positional(reader: Reader, name: string): string {
  if (name !== "" && !/^[0-9]+$/.test(name)) return name;
  const numbering = name === "" ? "automatic" : "manual";
  if (reader.numbering !== "none" && reader.numbering !== numbering) {
    throw syntax(reader, "{} and {0} cannot be mixed");
  }
  reader.numbering = numbering;
  return String(name === "" ? reader.automatic++ : indexOf(reader, name));
}

function indexOf(reader: Reader, digits: string): number {
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) throw syntax(reader, "too many decimal digits");
  return value;
}

function syntax(reader: Reader, problem: string) {
  return formatSyntaxError({ template: reader.template, at: reader.at, problem });
}

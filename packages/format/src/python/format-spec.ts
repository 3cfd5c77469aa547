/**
 * Python's format specification: `[[fill]align][sign][z][#][0][width][,_][.precision][type]`.
 *
 * The functions give a problem back instead of throwing it, since only the caller knows template and field.
 */
import { Float, isFloat, isInteger, type JsonValue, toNumber } from "../values/json-value.ts";
import { formatFloat, type NumberText } from "./format-number.ts";
import { pythonStr } from "./repr.ts";

export interface FormatSpec {
  /** One character. */
  readonly fill: string;
  readonly align: "<" | ">" | "=" | "^" | "";
  readonly sign: "+" | "-" | " " | "";
  /** `z`: no minus sign before a zero. */
  readonly positiveZero: boolean;
  /** `#` */
  readonly alternate: boolean;
  /** `0` before the width. */
  readonly zeros: boolean;
  readonly width: number;
  readonly grouping: "," | "_" | "";
  readonly precision: number | undefined;
  readonly type: string;
}

/** What is wrong with a specification, or with a value for it. */
export interface SpecProblem {
  readonly problem: string;
}

/** Wider results are refused: a width may come out of the data (`{a:{b}}`). */
const MAXIMUM_WIDTH = 10_000;
/** More digits than a double has at all. */
const MAXIMUM_PRECISION = 1_100;

export function parseSpec(text: string): FormatSpec | SpecProblem {
  const found = /^(?:([\s\S])?([<>=^]))?([-+ ]?)(z?)(#?)(0?)([0-9]*)([,_]?)(?:\.([0-9]+))?([A-Za-z%]?)$/u.exec(text);
  if (found === null) return { problem: `invalid format specification '${text}'` };
  const [, fill, align, sign, z, alternate, zero, width = "", grouping, precision, type = ""] = found;
  if (Number(width) > MAXIMUM_WIDTH) return { problem: `width ${width} is more than ${MAXIMUM_WIDTH}` };
  if (precision !== undefined && Number(precision) > MAXIMUM_PRECISION) {
    return { problem: `precision ${precision} is more than ${MAXIMUM_PRECISION}` };
  }
  return {
    fill: fill || (zero === "0" ? "0" : " "),
    align: align === "<" || align === ">" || align === "=" || align === "^" ? align : "",
    sign: sign === "+" || sign === "-" || sign === " " ? sign : "",
    positiveZero: z === "z",
    alternate: alternate === "#",
    zeros: zero === "0",
    width: Number(width),
    grouping: grouping === "," || grouping === "_" ? grouping : "",
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

/** `format(value, spec)` for texts, numbers and, with an empty specification, everything else. */
export function formatValue(value: JsonValue, spec: FormatSpec): string | SpecProblem {
  if (typeof value === "string") return formatText(value, spec);
  if (typeof value === "boolean") return formatInteger(value ? 1 : 0, spec);
  if (value instanceof Float || isFloat(value)) return formatDouble(toNumber(value), spec);
  if (isInteger(value)) return formatInteger(value, spec);
  const kind = value === null ? "None" : Array.isArray(value) ? "a list" : "an object";
  return { problem: `${kind} takes no format specification (its text is ${pythonStr(value).slice(0, 40)})` };
}

function formatText(value: string, spec: FormatSpec): string | SpecProblem {
  if (spec.type !== "" && spec.type !== "s") return wrongType(spec, "a text");
  if (spec.sign !== "") return { problem: "a sign is not allowed for a text" };
  if (spec.positiveZero) return { problem: "'z' is not allowed for a text" };
  if (spec.alternate) return { problem: "'#' is not allowed for a text" };
  if (spec.grouping !== "") return { problem: `'${spec.grouping}' is not allowed for a text` };
  if (spec.align === "=") return { problem: "'=' alignment is not allowed for a text" };
  const text = spec.precision === undefined ? value : [...value].slice(0, spec.precision).join("");
  return aligned("", text, spec, "<");
}

function formatInteger(value: number | bigint, spec: FormatSpec): string | SpecProblem {
  const { type } = spec;
  if ("eEfFgG%".includes(type) && type !== "") {
    const double = Number(value);
    return Number.isFinite(double) ? formatDouble(double, spec) : { problem: "the integer is too large for a float" };
  }
  if (!"bcdnoxX".includes(type)) return wrongType(spec, "an integer");
  if (spec.precision !== undefined) return { problem: "a precision is not allowed for an integer" };
  if (spec.positiveZero) return { problem: "'z' is not allowed for an integer" };
  if (
    spec.grouping !== "" &&
    (type === "n" || type === "c" || (spec.grouping === "," && "boxX".includes(type) && type !== ""))
  ) {
    return { problem: `'${spec.grouping}' is not allowed with '${type}'` };
  }
  if (type === "c") return formatCharacter(value, spec);
  const radix = { b: 2, o: 8, x: 16, X: 16 }[type] ?? 10;
  const digits = (value < 0 ? -value : value).toString(radix);
  const prefix = spec.alternate && radix !== 10 ? `0${type}` : "";
  return numberText(
    { negative: value < 0, digits: type === "X" ? digits.toUpperCase() : digits, rest: "" },
    prefix,
    spec,
    radix === 10 ? 3 : 4,
  );
}

function formatCharacter(value: number | bigint, spec: FormatSpec): string | SpecProblem {
  if (spec.sign !== "" || spec.alternate) return { problem: "sign and '#' are not allowed with 'c'" };
  if (value < 0 || value > 0x10ffff) return { problem: "the integer is no character" };
  return aligned("", String.fromCodePoint(Number(value)), spec, spec.zeros ? "=" : ">");
}

function formatDouble(value: number, spec: FormatSpec): string | SpecProblem {
  if (spec.type !== "" && !"eEfFgGn%".includes(spec.type)) return wrongType(spec, "a float");
  if (spec.grouping !== "" && spec.type === "n") return { problem: `'${spec.grouping}' is not allowed with 'n'` };
  return numberText(formatFloat(value, spec), "", spec, 3);
}

function numberText(number: NumberText, prefix: string, spec: FormatSpec, group: number): string {
  const sign = number.negative ? "-" : spec.sign === "-" ? "" : spec.sign;
  const start = sign + prefix;
  const align = spec.align === "" && spec.zeros ? "=" : spec.align === "" ? ">" : spec.align;
  if (spec.grouping === "" || !/^[0-9a-fA-F]+$/.test(number.digits) || number.special === true) {
    return aligned(start, number.digits + number.rest, { ...spec, align }, ">");
  }
  const least = align === "=" && spec.fill === "0" ? spec.width - start.length - number.rest.length : 0;
  return aligned(start, grouped(number.digits, spec.grouping, group, least) + number.rest, { ...spec, align }, ">");
}

/** The digits with separators, and with zeros before them until they are as long as wanted; never a separator first. */
function grouped(digits: string, separator: string, size: number, least: number): string {
  let text = "";
  let count = 0;
  for (let index = digits.length - 1; index >= 0 || text.length < least; index--) {
    if (count > 0 && count % size === 0) text = separator + text;
    text = (digits[index] ?? "0") + text;
    count++;
  }
  return text;
}

function aligned(start: string, body: string, spec: FormatSpec, usual: FormatSpec["align"]): string {
  const missing = spec.width - [...start, ...body].length;
  if (missing <= 0) return start + body;
  const align = spec.align === "" ? usual : spec.align;
  if (align === "=") return start + spec.fill.repeat(missing) + body;
  const before = align === ">" ? missing : align === "^" ? Math.floor(missing / 2) : 0;
  return spec.fill.repeat(before) + start + body + spec.fill.repeat(missing - before);
}

function wrongType(spec: FormatSpec, kind: string): SpecProblem {
  return { problem: `format type '${spec.type}' does not suit ${kind}` };
}

/**
 * What a plain scalar of a configuration means. The rules are those that IntelMQ's configurations were written for: YAML 1.2 with
 * `_` between digits, `0b` numbers and leading zeros without meaning; YAML 1.1 after a `%YAML 1.1` directive. Dates stay text.
 */
import { float, integer } from "@weir/format";
import type { ScalarValue } from "./located.ts";

export type YamlVersion = "1.1" | "1.2";

/** Longest text that is read as a number: longer ones cost quadratic time and mean nothing. */
const longestNumber = 1000;

/** The value of an unquoted scalar. */
export function plainScalar(text: string, version: YamlVersion = "1.2"): ScalarValue {
  if (text === "" || text === "~" || text === "null" || text === "Null" || text === "NULL") return null;
  const truth = (version === "1.1" ? booleans11 : booleans12).get(text);
  if (truth !== undefined) return truth;
  return numberOf(text, version) ?? text;
}

/** The value of a scalar with a core tag (`!!int` …); undefined when it has none of that type. */
export function taggedScalar(tag: CoreTag, text: string, version: YamlVersion): ScalarValue | undefined {
  if (tag === "str" || tag === "timestamp") return text;
  const value = plainScalar(text, version);
  switch (tag) {
    case "null":
      return value === null ? null : undefined;
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "int":
      return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value)) ? value : undefined;
    case "float":
      if (typeof value === "bigint") return float(Number(value));
      if (typeof value === "number") return float(value);
      return typeof value === "object" && value !== null ? value : undefined;
  }
}

export type CoreTag = "str" | "int" | "float" | "bool" | "null" | "timestamp";

function numberOf(text: string, version: YamlVersion): ScalarValue | undefined {
  if (!/^[-+.0-9]/.test(text) || text.length > longestNumber) return undefined;
  const special = specialFloats.get(text);
  if (special !== undefined) return special;
  const negative = text.startsWith("-");
  const unsigned = negative || text.startsWith("+") ? text.slice(1) : text;
  if (unsigned.startsWith("_")) return undefined;
  const digits = unsigned.replaceAll("_", "");
  const whole = version === "1.1" ? wholeNumber11(unsigned, digits) : wholeNumber12(unsigned, digits);
  if (whole !== undefined) return integer(negative ? -whole : whole);
  if ((version === "1.1" ? float11 : float12).test(unsigned)) return float(Number(negative ? `-${digits}` : digits));
  if (version === "1.1" && /^[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/.test(unsigned)) {
    const value = digits.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    return float(negative ? -value : value);
  }
  return undefined;
}

function wholeNumber12(unsigned: string, digits: string): bigint | undefined {
  if (/^[0-9][0-9_]*$/.test(unsigned)) return BigInt(digits);
  if (/^0b[01_]+$/.test(unsigned) || /^0o[0-7_]+$/.test(unsigned) || /^0x[0-9a-fA-F_]+$/.test(unsigned)) {
    return digits.length > 2 ? BigInt(digits) : undefined;
  }
  return undefined;
}

function wholeNumber11(unsigned: string, digits: string): bigint | undefined {
  if (/^0[0-7_]+$/.test(unsigned)) return BigInt(`0o${digits.slice(1) || "0"}`);
  if (/^(?:0|[1-9][0-9_]*)$/.test(unsigned)) return BigInt(digits);
  if (/^0b[01_]+$/.test(unsigned) || /^0x[0-9a-fA-F_]+$/.test(unsigned)) {
    return digits.length > 2 ? BigInt(digits) : undefined;
  }
  if (!/^[1-9][0-9_]*(?::[0-5]?[0-9])+$/.test(unsigned)) return undefined;
  return digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

const float12 =
  /^(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?)$/;
const float11 = /^(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;

const specialFloats = new Map<string, number>();
for (const text of [".inf", ".Inf", ".INF"]) {
  specialFloats.set(text, Number.POSITIVE_INFINITY);
  specialFloats.set(`+${text}`, Number.POSITIVE_INFINITY);
  specialFloats.set(`-${text}`, Number.NEGATIVE_INFINITY);
}
for (const text of [".nan", ".NaN", ".NAN"]) specialFloats.set(text, Number.NaN);

const booleans12 = new Map<string, boolean>();
for (const text of ["true", "True", "TRUE"]) booleans12.set(text, true);
for (const text of ["false", "False", "FALSE"]) booleans12.set(text, false);
const booleans11 = new Map(booleans12);
for (const text of ["yes", "Yes", "YES", "on", "On", "ON"]) booleans11.set(text, true);
for (const text of ["no", "No", "NO", "off", "Off", "OFF"]) booleans11.set(text, false);

/**
 * Building blocks of parameter schemas. They take what IntelMQ's configurations hold (numbers and booleans as text,
 * lists as comma separated text, null for "not set") and give clean values. `.describe()` text is the manual.
 */
import { parseFloating, parseInteger, strip } from "@weir/format/python";
import { z } from "zod";

export interface NumberOptions {
  readonly min?: number;
  readonly max?: number;
  /** `s`, `bytes` …; shown in the manual. */
  readonly unit?: string;
}

/** A whole number; text that reads as one is taken. */
export function integer({ min, max, unit }: NumberOptions = {}) {
  let range = z.int();
  if (min !== undefined) range = range.min(min);
  if (max !== undefined) range = range.max(max);
  return z
    .union([z.number(), z.string()])
    .transform((value, issues) => {
      if (typeof value === "number") return value;
      const number = parseInteger(value);
      if (typeof number === "number") return number;
      issues.addIssue({ code: "custom", message: `${JSON.stringify(value)} is no whole number` });
      return z.NEVER;
    })
    .pipe(range)
    .meta(unit === undefined ? {} : { unit });
}

/** A number; text that reads as one is taken. */
export function number({ min, max, unit }: NumberOptions = {}) {
  let range = z.number();
  if (min !== undefined) range = range.min(min);
  if (max !== undefined) range = range.max(max);
  return z
    .union([z.number(), z.string()])
    .transform((value, issues) => {
      if (typeof value === "number") return value;
      const number = parseFloating(value);
      if (number !== undefined) return number;
      issues.addIssue({ code: "custom", message: `${JSON.stringify(value)} is no number` });
      return z.NEVER;
    })
    .pipe(range)
    .meta(unit === undefined ? {} : { unit });
}

/** Seconds. */
export function seconds(options: Omit<NumberOptions, "unit"> = {}) {
  return number({ min: 0, ...options, unit: "s" });
}

/** true or false; the texts `true`, `false`, `yes`, `no`, `on`, `off` and the numbers 1 and 0 are taken. */
export function flag() {
  return z.union([z.boolean(), z.string(), z.number()]).transform((value, issues) => {
    const known = typeof value === "boolean" ? value : flagTexts.get(String(value).toLowerCase());
    if (known !== undefined) return known;
    issues.addIssue({ code: "custom", message: `${JSON.stringify(value)} is neither true nor false` });
    return z.NEVER;
  });
}

const flagTexts = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["off", false],
  ["0", false],
]);

/** Text; numbers and booleans that YAML made of it are taken back. */
export function text() {
  return z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value));
}

/** Text that is never shown or logged. */
export function secret() {
  return text().meta({ secret: true });
}

/** Path of a file or directory. */
export function filePath() {
  return z.string().min(1).meta({ format: "path" });
}

/** A list, or comma separated text whose parts are trimmed. */
export function commaList<Item extends z.ZodType>(item: Item) {
  return z
    .union([z.array(z.unknown()), z.string(), z.number()])
    .transform((value) =>
      Array.isArray(value)
        ? value
        : value === ""
          ? []
          : String(value)
              .split(",")
              .map((part) => strip(part)),
    )
    .pipe(z.array(item));
}

/** A mapping of names to values of one form; its order is kept. */
export function mapping<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value);
}

/** `null` and a missing parameter are the same: not set. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

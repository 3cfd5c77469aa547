/** Complaints of a schema → findings at the offending value, in words that say what would be right. */
import type { z } from "zod";
import { didYouMean } from "./closest.ts";
import { type Finding, finding } from "./findings.ts";
import type { Position } from "./located.ts";

type Issue = z.core.$ZodIssue;

export interface IssueContext {
  /** Where the value (or, `key`, the name) at this path stands; the nearest that exists when it is missing. */
  readonly locate: (path: readonly PropertyKey[], part: "key" | "value") => Position;
  /** Name of the whole for messages: `weir` or nothing for parameters. */
  readonly within?: string;
  readonly bot?: string;
  readonly code?: string;
  /** Names that exist at a path, for "did you mean". */
  readonly namesAt?: (path: readonly PropertyKey[]) => readonly string[];
  /** True when the value at this path is secret: it is not quoted. */
  readonly isSecret?: (path: readonly PropertyKey[]) => boolean;
}

/** All complaints of a failed parse. */
export function schemaFindings(error: z.ZodError, context: IssueContext): Finding[] {
  return error.issues.flatMap((issue) => issueFindings(issue, [], context));
}

function issueFindings(issue: Issue, base: readonly PropertyKey[], context: IssueContext): Finding[] {
  const path = [...base, ...issue.path];
  const { locate, bot } = context;
  if (issue.code === "unrecognized_keys") {
    const known = context.namesAt?.(path) ?? [];
    return issue.keys.map((key) => {
      const message = `there is no setting ${JSON.stringify(pathName([...path, key], context))}`;
      const remedy = didYouMean(key, known) ?? (known.length > 0 ? `known are ${known.join(", ")}` : undefined);
      return finding("error", "unknown-setting", locate([...path, key], "key"), message, whose([...path, key], remedy));
    });
  }
  if (issue.code === "invalid_union") {
    const inner = mostSpecific(issue.errors);
    if (inner !== undefined) return inner.flatMap((nested) => issueFindings(nested, path, context));
  }
  const { message, remedy } = explain(issue, path, context);
  const missing =
    issue.input === undefined &&
    (issue.code === "invalid_type" || issue.code === "invalid_union" || issue.code === "invalid_value");
  const code = context.code ?? (missing ? "missing-parameter" : "invalid-parameter");
  return [finding("error", code, locate(path, missing ? "key" : "value"), message, whose(path, remedy))];

  function whose(at: readonly PropertyKey[], remedy: string | undefined) {
    const parameter = pathName(at, context);
    return { ...(bot === undefined ? {} : { bot }), ...(parameter === "" ? {} : { parameter }), remedy };
  }
}

/** Of the alternatives of a union: the one that got furthest; undefined when all failed at once by type. */
function mostSpecific(errors: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const wrongType = (issue: Issue) => issue.path.length === 0 && issue.code === "invalid_type";
  const candidates = errors.filter((issues) => !issues.some(wrongType));
  return candidates.length === 1 ? candidates[0] : undefined;
}

function explain(
  issue: Issue,
  path: readonly PropertyKey[],
  context: IssueContext,
): { message: string; remedy?: string | undefined } {
  const name = pathName(path, context);
  switch (issue.code) {
    case "invalid_type": {
      const wanted = typeNames.get(issue.expected) ?? issue.expected;
      if (issue.input === undefined) return { message: `${name} is missing`, remedy: `it has to be ${wanted}` };
      return { message: `${name} has to be ${wanted}; here it is ${described(issue.input, path, context)}` };
    }
    case "invalid_value": {
      const allowed = issue.values.map(String);
      const remedy = typeof issue.input === "string" ? didYouMean(issue.input, allowed) : undefined;
      const given = issue.input === undefined ? "" : `; here it is ${quote(issue.input, path, context)}`;
      return { message: `${name} has to be ${oneOf(allowed)}${given}`, remedy };
    }
    case "invalid_union": {
      const wanted = simplest(issue.errors.flat().flatMap(expectation));
      const input = issue.input === undefined ? "" : `; here it is ${described(issue.input, path, context)}`;
      if (issue.input === undefined)
        return { message: `${name} is missing`, remedy: `it has to be ${wanted.join(" or ")}` };
      return { message: `${name} has to be ${wanted.join(" or ") || "another value"}${input}` };
    }
    case "too_small":
    case "too_big":
      return { message: `${name} ${limit(issue)}` };
    case "custom":
      if (context.isSecret?.(path)) return { message: `the value of ${name} is not accepted` };
      return { message: name === "" ? issue.message : `${name}: ${issue.message}` };
    default:
      return { message: `${name}: ${issue.message}` };
  }
}

function expectation(issue: Issue): string[] {
  if (issue.code === "invalid_type") return [typeNames.get(issue.expected) ?? issue.expected];
  if (issue.code === "invalid_value") return [oneOf(issue.values.map(String))];
  if (issue.code === "invalid_union") return issue.errors.flat().flatMap(expectation);
  return [];
}

/** A parameter that takes text takes numbers and true or false too, as YAML makes these of some texts; saying so helps nobody. */
function simplest(names: readonly string[]): string[] {
  const all = [...new Set(names)];
  const scalars = ["a number", "true or false"];
  return scalars.every((name) => all.includes(name)) ? all.filter((name) => !scalars.includes(name)) : all;
}

function limit(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const least = issue.code === "too_small";
  const bound = String(least ? issue.minimum : issue.maximum);
  const word = least
    ? issue.inclusive === false
      ? "more than"
      : "at least"
    : issue.inclusive === false
      ? "less than"
      : "at most";
  switch (issue.origin) {
    case "string":
      return least && bound === "1" ? "is empty" : `has to have ${word} ${bound} characters`;
    case "array":
    case "set":
      return least && bound === "1" ? "is an empty list" : `has to have ${word} ${bound} items`;
    default:
      return `has to be ${word} ${bound}`;
  }
}

const typeNames = new Map<string, string>([
  ["string", "text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "a mapping"],
  ["record", "a mapping"],
  ["null", "null"],
  ["bigint", "a whole number"],
]);

function described(input: unknown, path: readonly PropertyKey[], context: IssueContext): string {
  return typeof input === "number" && context.isSecret?.(path) ? "a number" : inputName(input);
}

function inputName(input: unknown): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a mapping";
  if (typeof input === "string") return "text";
  return typeof input === "boolean" ? String(input) : `the number ${String(input)}`;
}

function quote(value: unknown, path: readonly PropertyKey[], context: IssueContext): string {
  if (typeof value !== "string" || context.isSecret?.(path)) return described(value, path, context);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function oneOf(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "another value";
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** `weir.queue.max_bytes`, `columns[2]`. */
function pathName(path: readonly PropertyKey[], { within }: IssueContext): string {
  let name = within ?? "";
  for (const step of path) {
    if (typeof step === "number") name += `[${step}]`;
    else name += name === "" ? String(step) : `.${String(step)}`;
  }
  return name;
}

/**
 * Rules of the modify expert: from the value of a rule file to functions.
 *
 * A rule file that cannot work is refused as a whole when it is compiled; what depends on the event (a field that is not
 * there, a group that the expression lacks) fails with the event.
 */
import { type JsonObject, type JsonValue, Message, pythonEquals } from "@weir/format";
import { compileFormat, compilePythonRegex, pythonStr, type RegexMatch } from "@weir/format/python";
import { missingField } from "../../errors.ts";
import { jsonField } from "../../fields/json-field.ts";

/** Matches of the regular expressions of one rule, by field. */
type Matches = ReadonlyMap<string, RegexMatch>;

export interface Rule {
  readonly name: string;
  /** Undefined when a condition does not hold. */
  match(event: Message): Matches | undefined;
  readonly assignments: readonly Assignment[];
}

interface Assignment {
  readonly field: string;
  value(event: Message, matches: Matches): JsonValue;
}

export interface CompileOptions {
  readonly ignoreCase: boolean;
  /** Makes the error for a file that cannot be used. */
  refuse(problem: string, cause?: unknown): Error;
}

/** Compiles a file of rules. Throws what `refuse` makes. */
export function compileRules(file: JsonValue, options: CompileOptions): readonly Rule[] {
  if (!Array.isArray(file)) throw options.refuse("it is no list of rules");
  return file.map((rule, index) => compileRule(rule, `rule ${index + 1}`, options));
}

function compileRule(rule: JsonValue, place: string, options: CompileOptions): Rule {
  if (!(rule instanceof Map)) throw options.refuse(`${place} is no mapping with rulename, if and then`);
  const rulename: JsonValue | undefined = rule.get("rulename");
  if (rulename === undefined) throw options.refuse(`${place} has no "rulename"`);
  const name = pythonStr(rulename);
  const at = `${place} ("${name}")`;
  const conditions = [...part(rule, "if", at, options)].map(([field, wanted]) =>
    compileCondition(field, wanted, at, options),
  );
  const assignments = [...part(rule, "then", at, options)].map(([field, value]) =>
    compileAssignment(field, value, at, options),
  );

  return {
    name,
    match(event) {
      let matches: Map<string, RegexMatch> | undefined;
      for (const { field, test } of conditions) {
        const result = test(event);
        if (result === false) return undefined;
        if (result !== true) {
          matches ??= new Map();
          matches.set(field, result);
        }
      }
      return matches ?? noMatches;
    },
    assignments,
  };
}

const noMatches: Matches = new Map();

function part(rule: JsonObject, key: string, at: string, { refuse }: CompileOptions): JsonObject {
  const value = rule.get(key);
  if (value === undefined) throw refuse(`${at} has no "${key}"`);
  if (value instanceof Map) return value;
  throw refuse(`"${key}" of ${at} is no mapping of fields`);
}

interface Condition {
  readonly field: string;
  /** Whether it holds, or the match of its regular expression. */
  test(event: Message): boolean | RegexMatch;
}

function compileCondition(field: string, wanted: JsonValue, at: string, options: CompileOptions): Condition {
  if (wanted === "") return { field, test: (event) => !event.has(field) };
  if (typeof wanted !== "string") {
    return {
      field,
      test(event) {
        const stored = jsonField(event, field);
        return stored !== undefined && pythonEquals(stored, wanted);
      },
    };
  }
  const pattern = compilePattern(field, wanted, at, options);
  return {
    field,
    test(event) {
      const stored = event.text(field);
      return stored === undefined ? false : (pattern.search(stored) ?? false);
    },
  };
}

function compilePattern(field: string, source: string, at: string, { ignoreCase, refuse }: CompileOptions) {
  try {
    return compilePythonRegex(source, { ignoreCase });
  } catch (error) {
    throw refuse(`the condition on "${field}" of ${at} is no regular expression`, error);
  }
}

function compileAssignment(field: string, value: JsonValue, at: string, { refuse }: CompileOptions): Assignment {
  if (typeof value !== "string") return { field, value: () => value };
  if (!value.includes("{") && !value.includes("}")) return { field, value: () => value };
  try {
    const template = compileFormat(value);
    if (template.usesAttributes) throw new Error("it asks for an attribute with a dot; fields stand in brackets");
    for (const { name } of template.fields) {
      if (name !== "msg" && name !== "matches") {
        throw new Error(`it names "${name}"; it may name msg[field] and matches[field][group]`);
      }
    }
    return {
      field,
      value: (event, matches) => template.format((name, path) => lookUp(name === "msg" ? event : matches, path, at)),
    };
  } catch (error) {
    throw refuse(`the value for "${field}" of ${at} is no template that can be filled`, error);
  }
}

type Path = readonly (string | number)[];

function lookUp(from: Message | Matches, [field, ...path]: Path, at: string): JsonValue {
  const wantedBy = `the template of ${at}`;
  if (from instanceof Map) {
    const match: RegexMatch | undefined = from.get(String(field));
    if (match === undefined) throw missingField({ field: `matches[${field}]`, wantedBy });
    const [group = 0] = path;
    if (!match.hasGroup(group)) throw missingField({ field: `matches[${field}][${group}]`, wantedBy });
    return match.group(group) ?? null;
  }
  let value = typeof field === "string" && from instanceof Message ? jsonField(from, field) : undefined;
  for (const step of path) value = elementOf(value, step);
  if (value === undefined) throw missingField({ field: [field, ...path].join("]["), wantedBy });
  return value;
}

function elementOf(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (value instanceof Map) return value.get(String(step));
  if (Array.isArray(value) && typeof step === "number") return value[step];
  return undefined;
}

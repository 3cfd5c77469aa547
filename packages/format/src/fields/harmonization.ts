/** The field definitions of a harmonization: which fields a message may have, and what each may hold. */

import { regexSyntaxError } from "../errors/kinds.ts";
import { fieldType, fieldTypeNames } from "../field-types/registry.ts";
import { compilePythonRegex } from "../python/regex.ts";
import type { JsonObject, JsonValue } from "../values/json-value.ts";
import { isFieldName } from "./field-name.ts";
import { meantName } from "./meant-name.ts";

export interface FieldDefinition {
  readonly type: string;
  readonly description: string;
  /** Characters that the text form may have at most. */
  readonly length?: number;
  /** Python regular expression that is searched in the text form. */
  readonly regex?: string;
  /** The same, letter case ignored. */
  readonly iregex?: string;
}

export interface Harmonization {
  readonly event: ReadonlyMap<string, FieldDefinition>;
  readonly report: ReadonlyMap<string, FieldDefinition>;
}

/** A complaint about a harmonization; `path` leads to the place, such as `["event", "source.ip", "type"]`. */
export interface HarmonizationFinding {
  readonly level: "error" | "warning";
  readonly path: readonly string[];
  readonly message: string;
}

export interface ParsedHarmonization {
  /** What could be understood; fields with errors are left out. */
  readonly harmonization: Harmonization;
  readonly findings: readonly HarmonizationFinding[];
}

/** Reads the value of a harmonization.conf. Never throws. */
export function parseHarmonization(value: JsonValue): ParsedHarmonization {
  const findings: HarmonizationFinding[] = [];
  if (!(value instanceof Map)) {
    findings.push({
      level: "error",
      path: [],
      message: 'it has to be an object with the members "event" and "report"',
    });
    return { harmonization: { event: new Map(), report: new Map() }, findings };
  }
  for (const name of value.keys()) {
    if (name !== "event" && name !== "report")
      findings.push({ level: "warning", path: [name], message: `there is no message type "${name}"; it is ignored` });
  }
  const section = (name: "event" | "report"): ReadonlyMap<string, FieldDefinition> => {
    const fields = value.get(name);
    if (fields instanceof Map) return readSection(name, fields, findings);
    const message =
      fields === undefined ? `the section "${name}" is missing` : `the section "${name}" has to be an object of fields`;
    findings.push({ level: "error", path: fields === undefined ? [] : [name], message });
    return new Map();
  };
  return { harmonization: { event: section("event"), report: section("report") }, findings };
}

function readSection(
  section: "event" | "report",
  fields: ReadonlyMap<string, JsonValue>,
  findings: HarmonizationFinding[],
): ReadonlyMap<string, FieldDefinition> {
  const result = new Map<string, FieldDefinition>();
  for (const [name, value] of fields) {
    const definition = readField([section, name], value, findings);
    if (definition !== undefined) result.set(name, definition);
  }
  return result;
}

/** Notes a finding about a field, or about one of its members. */
type Complain = (level: "error" | "warning", message: string, member?: string) => void;

function readField(
  path: readonly ["event" | "report", string],
  value: JsonValue,
  findings: HarmonizationFinding[],
): FieldDefinition | undefined {
  const complain: Complain = (level, message, member) => {
    findings.push({ level, path: member === undefined ? path : [...path, member], message });
  };
  const [, name] = path;
  if (!isFieldName(name)) {
    const form = "lower-case letters, digits and _ in parts that are joined by dots";
    complain("error", `"${name}" is no name of a field: ${form}`);
    return undefined;
  }
  if (!(value instanceof Map)) {
    complain("error", "a field has to be an object with a type");
    return undefined;
  }
  const type = readType(path, value, complain);
  if (type === undefined) return undefined;
  if (!value.has("description")) complain("warning", "the description is missing");
  const description = readText("description", value, complain) ?? "";
  const length = readLength(value, complain);
  const regex = readPattern("regex", value, complain);
  const iregex = readPattern("iregex", value, complain);
  return {
    type,
    description,
    ...(length === undefined ? {} : { length }),
    ...(regex === undefined ? {} : { regex }),
    ...(iregex === undefined ? {} : { iregex }),
  };
}

function readType(
  [section, name]: readonly [string, string],
  field: JsonObject,
  complain: Complain,
): string | undefined {
  const named = readText("type", field, complain);
  if (named === undefined) {
    if (!field.has("type")) complain("error", "the type is missing");
    return undefined;
  }
  const type = section === "event" && name === "extra" && named === "JSON" ? "JSONDict" : named;
  if (type !== named) complain("warning", "extra has to be a JSONDict; it is taken as one", "type");
  if (fieldType(type) !== undefined) return type;
  const meant = meantName(type, fieldTypeNames());
  const advice = meant === undefined ? `the types are ${fieldTypeNames().join(", ")}` : `did you mean "${meant}"?`;
  complain("error", `there is no field type "${type}"; ${advice}`, "type");
  return undefined;
}

function readText(member: string, field: JsonObject, complain: Complain): string | undefined {
  const value = field.get(member);
  if (value === undefined || typeof value === "string") return value;
  complain("error", `${member} has to be a text`, member);
  return undefined;
}

function readLength(field: JsonObject, complain: Complain): number | undefined {
  const length = field.get("length");
  if (length === undefined || (typeof length === "number" && Number.isInteger(length) && length >= 0)) return length;
  complain("error", "length has to be a whole number", "length");
  return undefined;
}

function readPattern(member: "regex" | "iregex", field: JsonObject, complain: Complain): string | undefined {
  const source = readText(member, field, complain);
  if (source === undefined) return undefined;
  try {
    compilePythonRegex(source, { ignoreCase: member === "iregex" });
    return source;
  } catch (error) {
    if (!regexSyntaxError.is(error)) throw error;
    complain("error", error.message, member);
    return undefined;
  }
}

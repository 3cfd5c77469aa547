/** Text of a configuration file → its value. One reader for all files: YAML, or JSON where tabs break YAML. */
import type { JsonValue } from "@weir/format";
import { configurationUnreadable } from "./errors.ts";
import { toJsonValue } from "./located.ts";
import type { ReadResult } from "./problem.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";

/** Largest configuration that is read, in UTF-16 units. */
export const largestConfiguration = 4 * 1024 * 1024;

/** The value of a configuration, kinds of numbers kept; null when it is empty. Throws WEIR_CONFIG_UNREADABLE. */
export function loadConfiguration(text: string, source: string): JsonValue {
  const { root, problems } = readConfiguration(text, source);
  const first = problems[0];
  if (first !== undefined) {
    const { line, column } = first.at;
    throw configurationUnreadable({ file: source, line, column, problem: first.message });
  }
  return root === undefined ? null : toJsonValue(root);
}

/** The same as a tree with positions, and all that is wrong with it. Never throws. */
export function readConfiguration(text: string, file: string): ReadResult {
  if (text.length > largestConfiguration) {
    const message = `the file has ${text.length} characters, more than the ${largestConfiguration} that are read`;
    return { root: undefined, problems: [{ code: "too-large", at: { file, line: 0, column: 0 }, message }] };
  }
  const yaml = readYaml(text, file);
  if (yaml.problems.length === 0 || !text.includes("\t")) return yaml;
  const json = readJson(text, file);
  return json.problems.length === 0 || /^\ufeff?\s*[{[]/.test(text) ? json : yaml;
}

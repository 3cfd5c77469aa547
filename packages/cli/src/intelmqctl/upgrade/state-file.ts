/** state.json: which upgrade steps were done, and which version the configuration is of. IntelMQ's form. */
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "@weir/engine/config";
import { makeDirectory } from "@weir/engine/supervise";

export interface UpgradeState {
  /** Such as `[[2, 3, 1], [3, 3, 2]]`. */
  readonly version_history: readonly (readonly (number | string)[])[];
  /** Whether the last run of a step was a success. */
  readonly upgrades: Readonly<Record<string, boolean>>;
  readonly results: readonly unknown[];
}

/** The state of a file, empty when there is none. Throws when it is something else. */
export function readState(file: string): UpgradeState {
  const given: unknown = existsSync(file) ? parse(file) : {};
  const unknown = { version_history: [], upgrades: {}, results: [] };
  if (!isObject(given)) throw wrong(file, "it has to be a JSON object");
  const state = { ...unknown, ...given };
  if (!isVersions(state.version_history))
    throw wrong(file, "version_history has to be a list of lists such as [3, 3, 2]");
  if (!isFlags(state.upgrades)) throw wrong(file, "upgrades has to be an object of true and false");
  if (!Array.isArray(state.results)) throw wrong(file, "results has to be a list");
  return state;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw wrong(file, error instanceof Error ? error.message : String(error));
  }
}

function wrong(file: string, reason: string): Error {
  return new Error(`The state file ${file} cannot be read: ${reason}. Correct it, or move it away.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isVersions(value: unknown): value is UpgradeState["version_history"] {
  const isPart = (part: unknown): boolean => typeof part === "number" || typeof part === "string";
  return Array.isArray(value) && value.every((version) => Array.isArray(version) && version.every(isPart));
}

function isFlags(value: unknown): value is UpgradeState["upgrades"] {
  return isObject(value) && Object.values(value).every((flag) => typeof flag === "boolean");
}

/** Throws the system's errors. */
export async function writeState(file: string, state: UpgradeState): Promise<void> {
  makeDirectory(dirname(file));
  await replaceFile(file, `${JSON.stringify(state, undefined, 4)}\n`);
}

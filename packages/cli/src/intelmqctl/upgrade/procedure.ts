/**
 * Which upgrade steps run, and what they make of the files' texts. Nothing is read or written here but through `read`.
 *
 * A step that wants something of the user, or fails, does not keep the others from running; it runs again next time.
 */
import { editConfiguration, isEarlierVersion, loadConfiguration, type VersionPart } from "@weir/engine/config";
import type { JsonValue } from "@weir/format";
import type { FileChange, OldBot, OldConfiguration, Step } from "./changes.ts";
import { upgradeHarmonization } from "./harmonization-step.ts";
import { oldFileSteps } from "./old-files.ts";
import type { UpgradeState } from "./state-file.ts";
import { steps1 } from "./steps-1.ts";
import { steps2 } from "./steps-2.ts";
import { steps3 } from "./steps-3.ts";

export const steps: readonly Step[] = [...oldFileSteps, ...steps1, ...steps2, ...steps3];
export const harmonizationStep = "harmonization";

/** The version of IntelMQ whose configuration Weir takes. */
export const presentVersion: readonly VersionPart[] = [3, 3, 2];

/** The steps for a configuration of that state: what is newer than the previous version, and what was not done yet. */
export function stepsToRun(
  { upgrades, version_history }: Pick<UpgradeState, "upgrades" | "version_history">,
  {
    force,
    previous = version_history.at(-1),
  }: { readonly force: boolean; readonly previous?: readonly VersionPart[] | undefined },
): readonly Step[] {
  if (force) return steps;
  return steps.filter(
    ({ name, version }) =>
      upgrades[name] !== true || previous === undefined || isEarlierVersion(previous, version) === true,
  );
}

export interface StepResult {
  readonly name: string;
  readonly success: boolean;
  readonly changed: boolean;
  /** What the user has to do, or the error. */
  readonly message?: string;
  readonly error?: Error;
}

export interface Texts {
  readonly runtime: string;
  /** Absent: the standard fields are used. */
  readonly harmonization?: string;
}

export interface Upgraded extends Texts {
  readonly files: readonly FileChange[];
  readonly results: readonly StepResult[];
}

/** Runs steps one after the other; `read` gives the text of a file beside the configuration. */
export function upgrade(
  texts: Texts,
  chosen: readonly Step[],
  withHarmonization: boolean,
  read: (path: string) => string | undefined,
): Upgraded {
  let { runtime } = texts;
  const files: FileChange[] = [];
  const results: StepResult[] = [];
  for (const { name, run } of chosen) {
    results.push(
      attempt(name, () => {
        const { edits = [], files: changed = [], act } = run(oldConfiguration(runtime, read));
        const before = runtime;
        runtime = editConfiguration(runtime, edits);
        files.push(...changed);
        return { changed: runtime !== before || changed.length > 0, act };
      }),
    );
  }
  let { harmonization } = texts;
  if (withHarmonization && harmonization !== undefined) {
    const before = harmonization;
    results.push(
      attempt(harmonizationStep, () => {
        harmonization = upgradeHarmonization(before, "harmonization.conf");
        return { changed: harmonization !== before, act: undefined };
      }),
    );
  }
  return { runtime, ...(harmonization === undefined ? {} : { harmonization }), files, results };
}

function attempt(
  name: string,
  work: () => { readonly changed: boolean; readonly act: string | undefined },
): StepResult {
  try {
    const { changed, act } = work();
    return act === undefined ? { name, success: true, changed } : { name, success: false, changed, message: act };
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    return { name, success: false, changed: false, message: known.message, error: known };
  }
}

function oldConfiguration(text: string, read: OldConfiguration["read"]): OldConfiguration {
  const root = loadConfiguration(text, "runtime.yaml");
  const entries = root instanceof Map ? root : new Map<string, JsonValue>();
  return { global: mapOf(entries.get("global")), bots: [...entries].flatMap(([id, entry]) => botOf(id, entry)), read };
}

function botOf(id: string, entry: JsonValue): readonly OldBot[] {
  const module = entry instanceof Map && id !== "global" ? entry.get("module") : undefined;
  if (typeof module !== "string" || !(entry instanceof Map)) return [];
  return [{ id, module: module.replace(/^intelmq\.bots\./, ""), parameters: mapOf(entry.get("parameters")) }];
}

function mapOf(value: JsonValue | undefined): ReadonlyMap<string, JsonValue> {
  return value instanceof Map ? value : new Map();
}

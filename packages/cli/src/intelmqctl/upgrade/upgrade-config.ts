/**
 * `intelmqctl upgrade-config`: changes runtime.yaml, harmonization.conf and files of older versions as the upgrades of
 * IntelMQ do. Comments, order and layout of what does not change stay; earlier texts stay in the history and beside the
 * files as `.bak`.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import {
  didYouMean,
  loadConfiguration,
  type Places,
  readSettings,
  replaceFile,
  revisionOf,
  saveConfiguration,
  unifiedDiff,
} from "@weir/engine/config";
import type { Session } from "../../weir/session.ts";
import { Abort } from "../botnet.ts";
import type { Console, Outcome } from "../console.ts";
import type { FileChange } from "./changes.ts";
import {
  harmonizationStep,
  presentVersion,
  type StepResult,
  steps,
  stepsToRun,
  type Upgraded,
  upgrade,
} from "./procedure.ts";
import { readState, type UpgradeState, writeState } from "./state-file.ts";

export interface UpgradeOptions {
  /** Such as `2.3.1`. */
  readonly previous?: string | undefined;
  readonly dryRun: boolean;
  /** One step only. */
  readonly step?: string | undefined;
  /** Also what was done already. */
  readonly force: boolean;
  readonly stateFile?: string | undefined;
  readonly backup: boolean;
}

/** Throws {@link Abort} for wrong options, and when a file cannot be read or written. */
export async function upgradeConfig(session: Session, console: Console, options: UpgradeOptions): Promise<Outcome> {
  const { places } = session;
  const stateFile = options.stateFile ?? places.stateFile;
  const state = attempt(() => readState(stateFile));
  if (!existsSync(stateFile)) {
    console.say("INFO", options.dryRun ? `The state file ${stateFile} would be created.` : `Creating ${stateFile}.`);
    if (!options.dryRun) await writing(stateFile, () => writeState(stateFile, state));
  }
  const { step, force } = options;
  if (step !== undefined && state.upgrades[step] === true && !force) {
    console.say("INFO", `${step} was run already; --force runs it again.`);
    return { result: { status: "success", functions: [] }, code: 0 };
  }
  const texts = readTexts(places);
  attempt(() => loadConfiguration(texts.runtime, places.runtimeFile)); // or each step would say what is wrong
  const upgraded = upgrade(
    texts,
    chosenSteps(state, options),
    step === undefined || step === harmonizationStep,
    (path) => readIfThere(resolve(places.configDir, path)),
  );
  const { results } = upgraded;
  for (const result of results) tell(console, result, options.dryRun);
  const failed = results.some(({ success }) => !success);
  if (options.dryRun) showChanges(console, texts, upgraded);
  else {
    await write(places, texts, upgraded, options.backup);
    const all = step === undefined && !failed;
    await writing(stateFile, () => writeState(stateFile, newState(state, results, all)));
  }
  if (failed) console.say("ERROR", "Some upgrades need your help, see above. Then run this command again.");
  else console.say("INFO", options.dryRun ? "Dry run: nothing was changed." : "Configuration upgrade successful!");
  return {
    result: {
      status: failed ? "error" : "success",
      functions: results.map(({ name, success, changed, message = null }) => ({ name, success, changed, message })),
    },
    code: failed ? 1 : 0,
  };
}

function chosenSteps(state: UpgradeState, { step, force, previous }: UpgradeOptions) {
  if (step === undefined) return stepsToRun(state, { force, previous: versionOf(previous) });
  const found = steps.filter(({ name }) => name === step);
  if (found.length > 0 || step === harmonizationStep) return found;
  const names = [...steps.map(({ name }) => name), harmonizationStep];
  throw new Abort(`There is no upgrade ${step}; ${didYouMean(step, names) ?? `there are: ${names.join(", ")}`}`);
}

function versionOf(text: string | undefined): readonly (string | number)[] | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)*$/.test(text)) throw new Abort(`--previous: ${text} is no version such as 2.3.1.`);
  return text.split(".").map(Number);
}

interface Texts {
  readonly runtime: string;
  readonly harmonization?: string;
  /** The name of runtime.yaml before IntelMQ 1.1, when it is still called so. */
  readonly oldName?: string;
}

function readTexts({ runtimeFile, harmonizationFile }: Places): Texts {
  const harmonization = readIfThere(harmonizationFile);
  const more = harmonization === undefined ? {} : { harmonization };
  const runtime = readIfThere(runtimeFile);
  if (runtime !== undefined) return { runtime, ...more };
  const oldName = join(dirname(runtimeFile), "runtime.conf");
  const old = readIfThere(oldName);
  if (old !== undefined) return { runtime: old, oldName, ...more };
  throw new Abort(`File not found: ${runtimeFile}`);
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function tell(console: Console, { name, success, changed, message }: StepResult, dryRun: boolean): void {
  if (changed)
    console.say("INFO", `${name}: ${dryRun ? "would change the configuration." : "changed the configuration."}`);
  if (!success) console.say("ERROR", `${name}: ${message ?? "failed."}`);
}

function showChanges(console: Console, before: Texts, after: Upgraded): void {
  const runtime = [before.runtime, after.runtime] as const;
  const [old, upgraded] = runtime.map((text) => readSettings(text, "runtime.yaml").source); // secrets are masked
  console.print(unifiedDiff(old ?? "", upgraded ?? "", ["runtime.yaml", "runtime.yaml (upgraded)"]));
  const names = ["harmonization.conf", "harmonization.conf (upgraded)"] as const;
  console.print(unifiedDiff(before.harmonization ?? "", after.harmonization ?? "", names));
  if (before.oldName !== undefined) console.print("runtime.conf would become runtime.yaml.\n");
  for (const { kind, path } of after.files)
    console.print(kind === "remove" ? `${path} would be removed.\n` : `${path} would be rewritten.\n`);
}

async function write(places: Places, before: Texts, after: Upgraded, backup: boolean): Promise<void> {
  const { runtimeFile, harmonizationFile, historyDir, configDir } = places;
  if (after.runtime !== before.runtime || before.oldName !== undefined) {
    await writing(runtimeFile, async () => {
      if (backup && before.oldName === undefined) copyFileSync(runtimeFile, `${runtimeFile}.bak`);
      const request = { file: runtimeFile, text: after.runtime, historyDir, who: userInfo().username };
      const basedOn = before.oldName === undefined ? { basedOn: revisionOf(before.runtime) } : {};
      await saveConfiguration({ ...request, ...basedOn, why: "intelmqctl upgrade-config" });
      if (before.oldName !== undefined) giveUp(before.oldName, backup);
    });
  }
  if (after.harmonization !== undefined && after.harmonization !== before.harmonization) {
    const text = after.harmonization;
    await writing(harmonizationFile, async () => {
      if (backup) copyFileSync(harmonizationFile, `${harmonizationFile}.bak`);
      await replaceFile(harmonizationFile, text);
    });
  }
  for (const change of after.files) {
    const file = resolve(configDir, change.path);
    await writing(file, () => writeFile(file, change, backup));
  }
}

async function writeFile(file: string, change: FileChange, backup: boolean): Promise<void> {
  if (change.kind === "remove") giveUp(file, backup);
  else {
    if (backup) copyFileSync(file, `${file}.bak`);
    await replaceFile(file, change.text);
  }
}

function giveUp(file: string, backup: boolean): void {
  if (backup) renameSync(file, `${file}.bak`);
  else rmSync(file);
}

function newState(state: UpgradeState, results: readonly StepResult[], isComplete: boolean): UpgradeState {
  const time = new Date().toISOString();
  const done = results.filter(({ name }) => name !== harmonizationStep);
  const last = state.version_history.at(-1);
  const isNew = isComplete && String(last) !== String(presentVersion);
  return {
    ...state,
    version_history: isNew ? [...state.version_history, [...presentVersion]] : state.version_history,
    upgrades: { ...state.upgrades, ...Object.fromEntries(done.map(({ name, success }) => [name, success])) },
    results: [
      ...state.results,
      ...results.map(({ name, success, changed, message, error }) => ({
        function: name,
        success,
        retval: message ?? (changed ? true : null),
        time,
        ...(message === undefined ? {} : { message }),
        ...(error?.stack === undefined ? {} : { traceback: error.stack }),
      })),
    ],
  };
}

function attempt<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw new Abort(error instanceof Error ? error.message : String(error));
  }
}

/** A file that cannot be written ends the command, with its name. */
async function writing(file: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Abort(`${basename(file)} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

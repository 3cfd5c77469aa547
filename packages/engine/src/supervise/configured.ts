/** runtime.yaml as a supervisor takes it: bots to run, those that must not with the reason, and the plan. */
import { readBotnetFile } from "../config/botnet-file.ts";
import { type CheckResult, checkBotnet } from "../config/check.ts";
import type { BotnetSettings, BotSettings, SettingsResult } from "../config/settings.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import type { Plan } from "../plan/plan.ts";
import { type LoadedBot, loadBots, planOf } from "./assemble.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Refusal, refusalOf } from "./refusal.ts";

export interface KnownBot {
  readonly loaded: LoadedBot;
  /** Why it must not start. */
  readonly refusal?: Refusal;
  /** To tell whether it changed: everything that decides how it runs. */
  readonly fingerprint: string;
}

export interface Configured {
  readonly weir: BotnetSettings["weir"];
  /** By id, entries that are no bots included. */
  readonly bots: ReadonlyMap<string, KnownBot>;
  readonly plan: Plan;
  /** What was read, to be checked again. */
  readonly read: SettingsResult;
}

export interface ConfiguredOptions {
  readonly catalogue: Catalogue;
  /** Threads for bots, unless the file says how many. */
  readonly workers: number;
}

/** Throws WEIR_CONFIG_MISSING, or WEIR_BOTNET_UNREADABLE when the file as a whole is none. */
export async function readConfigured(file: string, options: ConfiguredOptions): Promise<Configured> {
  const runtime = await readBotnetFile(file);
  const { errors } = await checkBotnet({ runtimeFile: file, read: { runtime }, catalogue: options.catalogue });
  return configuredOf(runtime, errors, options);
}

/** The same of a file that was read and checked. */
export async function configuredOf(
  read: SettingsResult & { readonly settings: BotnetSettings },
  errors: CheckResult["errors"],
  { catalogue, workers }: ConfiguredOptions,
): Promise<Configured> {
  const { settings } = read;
  const loaded = await loadBots(settings, catalogue);
  const plan = planOf(loaded, settings.weir.workers ?? workers);
  const bots = new Map(loaded.map((bot) => [bot.settings.id, knownBot(bot, errors, plan)]));
  for (const id of errors.keys()) if (!bots.has(id)) bots.set(id, knownBot({ settings: misread(id) }, errors, plan));
  return { weir: settings.weir, bots, plan, read };
}

/** The bot as the same file makes it now: what its own check complains of may have passed. */
export async function checkAgain(
  { loaded }: KnownBot,
  { read, plan }: Pick<Configured, "read" | "plan">,
  file: string,
  catalogue: Catalogue,
): Promise<KnownBot> {
  const { errors } = await checkBotnet({ runtimeFile: file, read: { runtime: read }, catalogue });
  return knownBot(loaded, errors, plan);
}

function knownBot(loaded: LoadedBot, errors: CheckResult["errors"], plan: Plan): KnownBot {
  const refusal = refusalOf(errors.get(loaded.settings.id) ?? []);
  const known = { loaded, fingerprint: fingerprint(loaded, plan, refusal) };
  return refusal === undefined ? known : { ...known, refusal };
}

/** An entry that is no bot, as one that cannot run. */
function misread(id: string): BotSettings {
  const nothing = { parameters: new Map(), destinations: new Map(), weir: { labels: [] } };
  const at = { file: "", line: 0, column: 0 };
  return { id, module: "", enabled: true, runMode: "continuous", sourceQueue: `${id}-queue`, at, ...nothing };
}

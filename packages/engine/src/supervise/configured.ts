/** runtime.yaml as a supervisor takes it: bots to run, those that must not with the reason, and the plan. */
import { readFile } from "node:fs/promises";
import { type CheckResult, checkBotnet } from "../config/check.ts";
import { configurationUnreadable } from "../config/errors.ts";
import type { BotnetSettings, BotSettings } from "../config/settings.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import type { Plan } from "../plan/plan.ts";
import { type LoadedBot, loadBots, planOf } from "./assemble.ts";
import { type Refusal, refusalOf } from "./refusal.ts";

export interface KnownBot {
  readonly loaded: LoadedBot;
  /** Why it must not start. */
  readonly refusal?: Refusal;
  /** To tell whether it changed: everything that decides how it runs. */
  readonly fingerprint: string;
}

export interface Configured {
  /** Of the file, as the workers read it again. */
  readonly text: string;
  readonly weir: BotnetSettings["weir"];
  /** By id, entries that are no bots included. */
  readonly bots: ReadonlyMap<string, KnownBot>;
  readonly plan: Plan;
}

/** Throws WEIR_CONFIG_UNREADABLE when the file as a whole cannot be read. `workers`: unless the file says how many. */
export async function readConfigured(file: string, catalogue: Catalogue, workers: number): Promise<Configured> {
  const text = await readFile(file, "utf8");
  const { botnet, errors, findings } = await checkBotnet({ runtimeFile: file, text, catalogue });
  if (botnet === undefined) throw unreadable(file, findings);
  const loaded = await loadBots(botnet.settings, catalogue);
  const plan = planOf(loaded, botnet.settings.weir.workers ?? workers);
  const bots = new Map(loaded.map((bot) => [bot.settings.id, knownBot(bot, errors, plan)]));
  for (const id of errors.keys()) if (!bots.has(id)) bots.set(id, knownBot({ settings: misread(id) }, errors, plan));
  return { text, weir: botnet.settings.weir, bots, plan };
}

/** The bot as the same text makes it now: what its own check complains of may have passed. */
export async function checkAgain(
  { loaded }: KnownBot,
  { text, plan }: Pick<Configured, "text" | "plan">,
  file: string,
  catalogue: Catalogue,
): Promise<KnownBot> {
  const { errors } = await checkBotnet({ runtimeFile: file, text, catalogue });
  return knownBot(loaded, errors, plan);
}

function knownBot(loaded: LoadedBot, errors: CheckResult["errors"], plan: Plan): KnownBot {
  const refusal = refusalOf(errors.get(loaded.settings.id) ?? []);
  const known = { loaded, fingerprint: fingerprint(loaded, refusal, plan) };
  return refusal === undefined ? known : { ...known, refusal };
}

/** An entry that is no bot, as one that cannot run. */
function misread(id: string): BotSettings {
  const nothing = { parameters: new Map(), destinations: new Map(), weir: { labels: [] } };
  const at = { file: "", line: 0, column: 0 };
  return { id, module: "", enabled: true, runMode: "continuous", sourceQueue: `${id}-queue`, at, ...nothing };
}

function unreadable(file: string, findings: CheckResult["findings"]): Error {
  const first = findings.find(({ level }) => level === "error");
  const { line, column, message } = first ?? { line: 0, column: 0, message: "it is no mapping of bots" };
  return configurationUnreadable({ file, line, column, problem: message });
}

function fingerprint({ settings, definition }: LoadedBot, refusal: Refusal | undefined, plan: Plan): string {
  const planned = plan.bots.get(settings.id);
  const parameters = [...settings.parameters]
    .map(([name, { value }]): [string, unknown] => [name, value])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    [
      settings.module,
      definition?.module,
      parameters,
      [...settings.destinations],
      settings.sourceQueue,
      settings.weir,
      settings.runMode,
      settings.name,
      planned?.cut,
      refusal?.reason,
    ],
    (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
}

/** Everything that is wrong with an installation's configuration, found at once: files, bots, parameters, graph. */

import { checkGraph } from "../botnet/check-graph.ts";
import { type BotnetGraph, buildGraph, kindOfGroup } from "../botnet/graph.ts";
import type { Catalogue } from "../definition/catalogue.ts";
import type { AnyDefinition } from "../definition/definition.ts";
import { whyAlone } from "../definition/instances.ts";
import type { BotParameters } from "../definition/parse-parameters.ts";
import { isSecretParameter, knownParameters, parametersFor, placeOf, unknownParameter } from "./check-parameters.ts";
import { didYouMean } from "./closest.ts";
import { configurationMissing } from "./errors.ts";
import { type Finding, finding, sortFindings } from "./findings.ts";
import { type HarmonizationFile, readHarmonizationFile } from "./harmonization-file.ts";
import { commonParameters, renamedModules } from "./known-parameters.ts";
import type { Located } from "./located.ts";
import { maskNodes, type SecretSource } from "./secrets.ts";
import { type BotnetSettings, type BotSettings, loadSettings, readSettings, type SettingsResult } from "./settings.ts";

export interface CheckOptions {
  readonly runtimeFile: string;
  /** The text to check instead of the file's, such as a draft. */
  readonly text?: string;
  /** Files that were read already. */
  readonly read?: { readonly runtime: SettingsResult; readonly harmonization?: HarmonizationFile };
  /** Default: the standard fields. */
  readonly harmonizationFile?: string;
  readonly catalogue: Catalogue;
  /** Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly secrets?: SecretSource;
}

/** A botnet as far as it could be understood. */
export interface CheckedBotnet {
  readonly settings: BotnetSettings;
  readonly graph: BotnetGraph;
  /** By bot id; a bot whose module is unknown is missing. */
  readonly definitions: ReadonlyMap<string, AnyDefinition>;
  /** By bot id; a bot with wrong parameters is missing. */
  readonly parameters: ReadonlyMap<string, BotParameters>;
}

export interface CheckResult {
  /** In the order of the text. Those of a bot that is not enabled are no worse than warnings. */
  readonly findings: readonly Finding[];
  /** What keeps bots from running, by bot id: also of those that are not enabled, and of entries that are no bots. */
  readonly errors: ReadonlyMap<string, readonly Finding[]>;
  /** Absent when the file as a whole cannot be read. */
  readonly botnet?: CheckedBotnet;
  /** Text of runtime.yaml for excerpts, secrets masked. */
  readonly source: string;
  /** Texts of all files by name (see `renderFindings`), secrets masked. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Checks a configuration. Throws nothing that the configuration could be blamed for. */
export async function checkBotnet(options: CheckOptions): Promise<CheckResult> {
  const { runtimeFile, harmonizationFile, catalogue } = options;
  const read = await readOrReport(options);
  const fields =
    harmonizationFile === undefined
      ? undefined
      : (options.read?.harmonization ?? (await readHarmonizationFile(harmonizationFile)));
  const sources = new Map<string, string>();
  if (fields !== undefined && harmonizationFile !== undefined) sources.set(harmonizationFile, fields.source);
  const findings: Finding[] = [...read.findings, ...(fields?.findings ?? [])];
  const { settings } = read;
  if (settings === undefined) {
    sources.set(runtimeFile, read.source);
    return { findings: sortFindings(findings), errors: errorsByBot(findings), source: read.source, sources };
  }
  const { definitions, parameters } = await checkBots(settings, catalogue, findings);
  const kinds = new Map([...definitions].map(([id, definition]) => [id, definition.kind]));
  const graph = buildGraph(settings.bots, kinds);
  findings.push(...checkGraph(graph), ...unusedGlobals(settings, definitions));
  const source = maskNodes(read.source, secretNodes(settings, definitions));
  sources.set(runtimeFile, source);
  return {
    findings: sortFindings(onceEach(findings.map((found) => softenForDisabled(found, settings)))),
    errors: errorsByBot(findings),
    botnet: { settings, graph, definitions, parameters },
    source,
    sources,
  };
}

async function checkBots(settings: BotnetSettings, catalogue: Catalogue, findings: Finding[]) {
  const definitions = new Map<string, AnyDefinition>();
  const parameters = new Map<string, BotParameters>();
  for (const bot of settings.bots) {
    const definition = await loadDefinition(bot, catalogue, findings);
    if (definition === undefined) continue;
    definitions.set(bot.id, definition);
    const checked = parametersFor(definition, bot);
    findings.push(...checked.findings, ...checkFit(bot, definition));
    if (checked.parameters === undefined) continue;
    parameters.set(bot.id, checked.parameters);
    findings.push(...(await ownCheck(bot, definition, checked.parameters)));
  }
  return { definitions, parameters };
}

async function readOrReport({ runtimeFile, text, read, environment, secrets }: CheckOptions): Promise<SettingsResult> {
  const options = {
    ...(environment === undefined ? {} : { environment }),
    ...(secrets === undefined ? {} : { secrets }),
  };
  if (read !== undefined) return read.runtime;
  if (text !== undefined) return readSettings(text, runtimeFile, options);
  try {
    return await loadSettings(runtimeFile, options);
  } catch (error) {
    if (!configurationMissing.is(error)) throw error;
    const at = { file: runtimeFile, line: 0, column: 0 };
    return {
      findings: [
        finding("error", "missing-file", at, "there is no such file", { remedy: configurationMissing.remedy }),
      ],
      source: "",
    };
  }
}

async function loadDefinition(
  bot: BotSettings,
  catalogue: Catalogue,
  findings: Finding[],
): Promise<AnyDefinition | undefined> {
  const { module, id, moduleAt: at = bot.at } = bot;
  try {
    const definition = await catalogue.load(module);
    if (definition !== undefined) return definition;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    findings.push(finding("error", "broken-module", at, reason, { bot: id }));
    return undefined;
  }
  const renamed = renamedModules.get(module);
  const remedy = renamed === undefined ? didYouMean(module, catalogue.modules()) : `it is called ${renamed} now`;
  const message = `there is no bot module ${JSON.stringify(module)}`;
  findings.push(
    finding("error", "unknown-module", at, message, { bot: id, remedy: remedy ?? "`weir list modules` shows all" }),
  );
  return undefined;
}

/** Settings that do not fit the kind of the bot. */
function checkFit(bot: BotSettings, definition: AnyDefinition): Finding[] {
  const findings: Finding[] = [];
  const { kind } = definition;
  const warn = (code: string, message: string, remedy?: string) =>
    findings.push(finding("warning", code, bot.at, message, { bot: bot.id, remedy }));
  if (bot.group !== undefined && kindOfGroup(bot.group) !== kind) {
    warn(
      "wrong-group",
      `its group is ${JSON.stringify(bot.group)}, but ${bot.module} is of the kind ${kind}`,
      `write \`group: ${capitalised(kind)}\``,
    );
  }
  const { schedule, silentAfter, instances, queue } = bot.weir;
  if (kind !== "collector" && schedule !== undefined)
    warn("no-effect", "`weir: schedule` has an effect on collectors only");
  if (kind !== "collector" && silentAfter !== undefined)
    warn("no-effect", "`weir: silent_after` has an effect on collectors only");
  if (kind === "collector" && queue !== undefined)
    warn("no-effect", "`weir: queue` has no effect on a collector: nothing comes before it");
  const reason = whyAlone(definition);
  if (reason !== undefined && (instances ?? 1) > 1) {
    warn("no-effect", `\`weir: instances\` has no effect on this ${kind}: ${reason}`);
  }
  return findings;
}

function capitalised(kind: string): string {
  return kind[0]?.toUpperCase() + kind.slice(1);
}

async function ownCheck(bot: BotSettings, definition: AnyDefinition, { params }: BotParameters): Promise<Finding[]> {
  if (definition.check === undefined) return [];
  try {
    // The parameters were made by this definition's own schema.
    const found = await definition.check(params as Record<string, unknown>);
    return found.map(({ level, message, parameter }) => {
      const at = placeOf(parameter === undefined ? undefined : bot.parameters.get(parameter), bot.at);
      return finding(level, "bot-check", at, message, {
        bot: bot.id,
        ...(parameter === undefined ? {} : { parameter }),
      });
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [finding("error", "bot-check", bot.at, `its parameters cannot be checked: ${reason}`, { bot: bot.id })];
  }
}

/** Parameters in `global` or the environment that no bot takes: typing mistakes go unnoticed there. */
function unusedGlobals(settings: BotnetSettings, definitions: ReadonlyMap<string, AnyDefinition>): Finding[] {
  const known = new Set(commonParameters);
  for (const definition of definitions.values()) for (const name of knownParameters(definition)) known.add(name);
  const allKnown = settings.bots.every((bot) => definitions.has(bot.id));
  const findings: Finding[] = [];
  for (const [name, setting] of [...settings.global, ...settings.environment]) {
    if (known.has(name)) continue;
    if (!allKnown && didYouMean(name, known) === undefined) continue;
    findings.push(unknownParameter(name, setting, known, `no bot has a parameter ${JSON.stringify(name)}`));
  }
  return findings;
}

function errorsByBot(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const byBot = new Map<string, Finding[]>();
  for (const found of sortFindings(findings)) {
    if (found.level !== "error" || found.bot === undefined) continue;
    const errors = byBot.get(found.bot);
    if (errors === undefined) byBot.set(found.bot, [found]);
    else errors.push(found);
  }
  return byBot;
}

function softenForDisabled(found: Finding, { bots }: BotnetSettings): Finding {
  if (found.level !== "error" || found.bot === undefined) return found;
  const bot = bots.find(({ id }) => id === found.bot);
  return bot?.enabled === false ? { ...found, level: "warning" } : found;
}

/** What is wrong with a parameter in `global` or the environment is wrong for all bots, but needs to be said only once. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const bySaying = new Map<string, Finding[]>();
  for (const found of findings) {
    const saying = JSON.stringify([found.level, found.code, found.file, found.line, found.column, found.message]);
    const same = bySaying.get(saying);
    if (same === undefined) bySaying.set(saying, [found]);
    else same.push(found);
  }
  return [...bySaying.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length === 1 || same.some(({ bot }) => bot === undefined)) return same.slice(0, 1);
    const { bot: _, ...general } = first;
    return [{ ...general, message: `${first.message} (concerns ${same.length} bots)` }];
  });
}

function secretNodes(settings: BotnetSettings, definitions: ReadonlyMap<string, AnyDefinition>): Located[] {
  const nodes: Located[] = [];
  for (const { id, parameters } of settings.bots) {
    const definition = definitions.get(id);
    if (definition === undefined) continue;
    for (const [name, { node }] of parameters) {
      if (node !== undefined && isSecretParameter(definition, name)) nodes.push(node);
    }
  }
  return nodes;
}

/** One bot's entry of runtime.yaml → its settings. */
import type { JsonValue } from "@weir/format";
import { didYouMean } from "./closest.ts";
import { readDestinations } from "./destinations.ts";
import { type Finding, type FindingLevel, finding } from "./findings.ts";
import {
  kindName,
  type LocatedEntry,
  type LocatedMap,
  nodeAt,
  type Position,
  toJsonValue,
  toPlain,
} from "./located.ts";
import { readParameters } from "./read-parameters.ts";
import { schemaFindings } from "./schema-issues.ts";
import type { SecretSource } from "./secrets.ts";
import type { BotSettings, ParameterSetting } from "./settings.ts";
import { weirIssueContext } from "./weir-issues.ts";
import { type WeirBotSettings, weirBotSchema } from "./weir-settings.ts";

export interface BotEntryContext {
  readonly global: ReadonlyMap<string, ParameterSetting>;
  readonly environment: ReadonlyMap<string, ParameterSetting>;
  readonly secrets: SecretSource;
  /** Receives what is wrong. */
  readonly findings: Finding[];
}

const botKeys = ["module", "group", "name", "description", "enabled", "run_mode", "parameters", "weir"];
/** Of pipeline.conf before IntelMQ 3.0. */
const oldKeys = new Map([
  ["source-queue", "write source_queue below `parameters:`, or leave it out when it is <id>-queue"],
  ["destination-queues", "write destination_queues below `parameters:`"],
]);
/** Written by IntelMQ's Manager, without meaning. */
const ignoredKeys = new Set(["groupname", "bot_id"]);

/** The settings of a bot; undefined when its entry cannot be understood. */
export function readBotEntry(id: string, entry: LocatedEntry, context: BotEntryContext): BotSettings | undefined {
  const report = reporter(id, context.findings);
  if (!/^[0-9a-zA-Z-]+$/.test(id)) {
    const remedy = `for example "${id.replace(/[^0-9a-zA-Z-]+/g, "-").slice(0, 100) || "my-bot"}"`;
    report("error", "invalid-id", entry.at, "the id of a bot may hold letters, digits and hyphens only", remedy);
  }
  if (entry.value.kind !== "map") {
    const message = `a bot has to be a mapping with module and parameters; here it is ${kindName(toJsonValue(entry.value))}`;
    report(
      "error",
      "invalid-section",
      entry.at,
      message,
      id === "weir" ? "settings of Weir belong below `global:`" : undefined,
    );
    return undefined;
  }
  const map = entry.value;
  checkKeys(id, map, report);
  const module = textOf(map, "module", report);
  if (module === undefined || module === "") {
    if (!map.entries.has("module") || module === "")
      report("error", "missing-module", entry.at, "module is missing", missingModule(id, map));
    return undefined;
  }
  const parameters = mergedParameters(map, context, report);
  const group = textOf(map, "group", report);
  const name = textOf(map, "name", report);
  const description = textOf(map, "description", report);
  const moduleAt = map.entries.get("module")?.value.at;
  return {
    id,
    module,
    ...(group === undefined ? {} : { group }),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    enabled: enabledOf(map, report),
    runMode: runModeOf(map, report),
    parameters,
    destinations: destinationsOf(parameters.get("destination_queues"), report),
    sourceQueue: sourceQueueOf(id, parameters.get("source_queue"), report),
    weir: weirOf(id, map.entries.get("weir"), context.findings),
    at: entry.at,
    ...(moduleAt === undefined ? {} : { moduleAt }),
  };
}

type Report = (
  level: FindingLevel,
  code: string,
  at: Position,
  message: string,
  remedy?: string,
  parameter?: string,
) => void;

function reporter(bot: string, findings: Finding[]): Report {
  return (level, code, at, message, remedy, parameter) => {
    findings.push(
      finding(level, code, at, message, { bot, remedy, ...(parameter === undefined ? {} : { parameter }) }),
    );
  };
}

function missingModule(id: string, map: LocatedMap): string {
  if (map.entries.has("source-queue") || map.entries.has("destination-queues")) {
    return "this looks like a pipeline.conf of IntelMQ before 3.0; put destination_queues below the bot's parameters";
  }
  return id === "weir"
    ? "settings of Weir belong below `global:`"
    : "name the bot to run, such as intelmq.bots.parsers.json.parser";
}

function checkKeys(id: string, map: LocatedMap, report: Report): void {
  if (id === "weir" && !map.entries.has("module")) return;
  for (const [key, entry] of map.entries) {
    if (botKeys.includes(key)) continue;
    if (!ignoredKeys.has(key)) {
      const old = oldKeys.get(key);
      const remedy = old ?? didYouMean(key, botKeys) ?? "if it is a parameter of the bot, move it below `parameters:`";
      report("warning", "unknown-bot-key", entry.at, `the key ${JSON.stringify(key)} has no effect on a bot`, remedy);
    } else if (key === "bot_id" && entry.value.kind === "scalar" && entry.value.value !== id) {
      const message = "bot_id has no effect: the id of a bot is the key of its entry";
      report("warning", "ignored-bot-id", entry.at, message, "rename the entry, or remove bot_id");
    }
  }
}

function textOf(map: LocatedMap, key: string, report: Report): string | undefined {
  const node = map.entries.get(key)?.value;
  if (node === undefined) return undefined;
  if (node.kind === "scalar") {
    const { value } = node;
    if (typeof value === "string") return value;
    if (value === null && key !== "module") return undefined;
    if (typeof value === "number" && key !== "module") return String(value);
  }
  report("error", "invalid-setting", node.at, `${key} has to be text; here it is ${kindName(toJsonValue(node))}`);
  return undefined;
}

function enabledOf(map: LocatedMap, report: Report): boolean {
  const node = map.entries.get("enabled")?.value;
  if (node === undefined) return true;
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  const value = toJsonValue(node);
  const text = typeof value === "string" ? value.toLowerCase() : "";
  const meant = ["no", "off", "false", "0"].includes(text)
    ? "false"
    : ["yes", "on", "true", "1"].includes(text)
      ? "true"
      : undefined;
  const message = `enabled has to be true or false; here it is ${typeof value === "string" ? `the text ${JSON.stringify(value.slice(0, 40))}` : kindName(value)}`;
  report("error", "invalid-setting", node.at, message, meant === undefined ? undefined : `write \`enabled: ${meant}\``);
  return true;
}

function runModeOf(map: LocatedMap, report: Report): "continuous" | "scheduled" {
  const node = map.entries.get("run_mode")?.value;
  if (node === undefined) return "continuous";
  const value = node.kind === "scalar" ? node.value : undefined;
  if (value === "continuous" || value === "scheduled") return value;
  const remedy = typeof value === "string" ? didYouMean(value, ["continuous", "scheduled"]) : undefined;
  report("error", "invalid-setting", node.at, "run_mode has to be continuous or scheduled", remedy);
  return "continuous";
}

function mergedParameters(
  map: LocatedMap,
  context: BotEntryContext,
  report: Report,
): ReadonlyMap<string, ParameterSetting> {
  const node = map.entries.get("parameters")?.value;
  let own: ReadonlyMap<string, ParameterSetting> = new Map();
  if (node?.kind === "map") {
    own = readParameters(node, "bot", context.secrets, (found, parameter) =>
      report(found.level, found.code, found, found.message, found.remedy, parameter),
    );
  } else if (node !== undefined && !(node.kind === "scalar" && node.value === null)) {
    const message = `parameters has to be a mapping; here it is ${kindName(toJsonValue(node))}`;
    report("error", "invalid-section", node.at, message);
  }
  return new Map([...context.global, ...own, ...context.environment]);
}

function destinationsOf(setting: ParameterSetting | undefined, report: Report): ReadonlyMap<string, readonly string[]> {
  if (setting === undefined) return new Map();
  const read = readDestinations(setting.canonical);
  if (!("problem" in read)) return read.destinations;
  const at = placeIn(setting, read.path);
  report(
    "error",
    "invalid-destinations",
    at,
    read.problem,
    "for example {_default: [next-queue]}",
    "destination_queues",
  );
  return new Map();
}

function sourceQueueOf(id: string, setting: ParameterSetting | undefined, report: Report): string {
  const usual = `${id}-queue`;
  const value: JsonValue = setting?.canonical ?? null;
  if (setting === undefined || value === null) return usual;
  if (typeof value === "string" && value !== "") return value;
  const message = `source_queue has to be the name of a queue; here it is ${value === "" ? "empty" : kindName(value)}`;
  report("error", "invalid-parameter", placeIn(setting, []), message, undefined, "source_queue");
  return usual;
}

function weirOf(bot: string, entry: LocatedEntry | undefined, findings: Finding[]): WeirBotSettings {
  if (entry === undefined || (entry.value.kind === "scalar" && entry.value.value === null)) return { labels: [] };
  const parsed = weirBotSchema.safeParse(toPlain(toJsonValue(entry.value)), { reportInput: true });
  if (parsed.success) return parsed.data;
  findings.push(...schemaFindings(parsed.error, weirIssueContext(entry, weirBotNames, bot)));
  return { labels: [] };
}

const weirBotNames: readonly string[] = Object.keys(weirBotSchema.in.shape);

/** Where the value at a path inside a parameter stands. */
function placeIn({ node, at }: ParameterSetting, path: readonly PropertyKey[]): Position {
  return node === undefined ? at : nodeAt(node, path).node.at;
}

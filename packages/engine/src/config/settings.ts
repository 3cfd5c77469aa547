/**
 * runtime.yaml → settings of a botnet: merged, typed as far as the file's own structure goes, every value with its place. What the
 * bots themselves say about their parameters comes later (`check-parameters.ts`).
 */
import { readFile, stat } from "node:fs/promises";
import type { JsonValue } from "@weir/format";
import { type BotEntryContext, readBotEntry } from "./bot-entry.ts";
import type { Destinations } from "./destinations.ts";
import { environmentParameters } from "./environment.ts";
import { configurationMissing, isSystemError } from "./errors.ts";
import { decodeText } from "./file-text.ts";
import { type Finding, finding } from "./findings.ts";
import { largestConfiguration, readConfiguration } from "./load-configuration.ts";
import { kindName, type Located, type LocatedEntry, type Position, toJsonValue, toPlain } from "./located.ts";
import { oldFormatFindings } from "./old-format.ts";
import { problemFinding } from "./problem.ts";
import { readParameters } from "./read-parameters.ts";
import { schemaFindings } from "./schema-issues.ts";
import { maskSecrets, type SecretPath, type SecretSource, secretSource } from "./secrets.ts";
import { weirIssueContext } from "./weir-issues.ts";
import { type WeirBotSettings, type WeirGlobalSettings, weirGlobalSchema } from "./weir-settings.ts";

/** One parameter of a bot, or of all. */
export interface ParameterSetting {
  /** For schemas: objects without prototype, floats as numbers. */
  readonly value: unknown;
  /** The same with the kind of every number and the order of every mapping kept. */
  readonly canonical: JsonValue;
  /** Where its name stands. */
  readonly at: Position;
  readonly from: "global" | "bot" | "environment";
  /** The value in the file, for places inside of it. */
  readonly node?: Located;
  /** Where inside the value secrets were put in by reference; `[]`: all of it. */
  readonly secretPaths?: readonly SecretPath[];
  /** True when a secret could not be had; `value` is then incomplete, and a finding says so. */
  readonly unresolved?: boolean;
}

export interface BotSettings {
  readonly id: string;
  readonly module: string;
  readonly group?: string;
  readonly name?: string;
  readonly description?: string;
  readonly enabled: boolean;
  readonly runMode: "continuous" | "scheduled";
  /** Merged: global, then the bot's own, then the environment; later wins. */
  readonly parameters: ReadonlyMap<string, ParameterSetting>;
  /** Path → names of queues. */
  readonly destinations: Destinations;
  /** `<id>-queue` unless configured; collectors have one by name only. */
  readonly sourceQueue: string;
  readonly weir: WeirBotSettings;
  /** Where its id stands. */
  readonly at: Position;
  /** Where its module stands. */
  readonly moduleAt?: Position;
}

export interface BotnetSettings {
  readonly file: string;
  readonly global: ReadonlyMap<string, ParameterSetting>;
  readonly environment: ReadonlyMap<string, ParameterSetting>;
  readonly weir: WeirGlobalSettings;
  /** In the order of the file. A bot whose entry cannot be understood is left out; a finding says so. */
  readonly bots: readonly BotSettings[];
}

export interface ReadOptions {
  /** Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly secrets?: SecretSource;
}

export interface SettingsResult {
  /** Absent when the file as a whole cannot be read. */
  readonly settings?: BotnetSettings;
  /** In no order. */
  readonly findings: readonly Finding[];
  /** The file's text for excerpts, secrets masked. */
  readonly source: string;
  /** The file as a tree. */
  readonly root?: Located;
}

/** In bytes; a character of UTF-8 has at most four, and what is larger need not be loaded to be refused. */
const largestFile = 4 * largestConfiguration;

/** Reads a runtime.yaml. Throws WEIR_CONFIG_MISSING when there is none; all else that is wrong is in `findings`. */
export async function loadSettings(file: string, options: ReadOptions = {}): Promise<SettingsResult> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(file);
    if (size > largestFile) {
      const message = `the file has ${size} bytes, more than the ${largestFile} that are read`;
      return { findings: [finding("error", "too-large", wholeFile(file), message)], source: "" };
    }
    bytes = await readFile(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const hints = await oldFormatFindings(file);
    if (error.code === "ENOENT" && hints.length === 0) throw configurationMissing({ file }, { cause: error });
    const problem = problems.get(error.code) ?? `it cannot be read (${error.code})`;
    return { findings: [finding("error", "unreadable", wholeFile(file), problem), ...hints], source: "" };
  }
  const { text, findings } = decodeText(bytes, file);
  const result = readSettings(text, file, options);
  return { ...result, findings: [...findings, ...result.findings, ...(await oldFormatFindings(file))] };
}

/** The same from text. */
export function readSettings(text: string, file: string, options: ReadOptions = {}): SettingsResult {
  const { environment = process.env, secrets = secretSource(environment) } = options;
  const { root, problems } = readConfiguration(text, file);
  const source = maskSecrets(text, root);
  const findings: Finding[] = problems.map(problemFinding);
  if (root === undefined || root.kind !== "map") {
    if (problems.length === 0) findings.push(noBotnet(root, file));
    return { findings, source, ...(root === undefined ? {} : { root }) };
  }
  const globalEntry = root.entries.get("global");
  const global = globalSection(globalEntry, secrets, findings);
  const fromEnvironment = environmentParameters(environment);
  const context: BotEntryContext = { global: global.parameters, environment: fromEnvironment, secrets, findings };
  const bots: BotSettings[] = [];
  for (const [id, entry] of root.entries) {
    if (id === "global") continue;
    const bot = readBotEntry(id, entry, context);
    if (bot !== undefined) bots.push(bot);
  }
  const settings = { file, global: global.parameters, environment: fromEnvironment, weir: global.weir, bots };
  return { settings, findings, source, root };
}

interface GlobalSection {
  readonly parameters: ReadonlyMap<string, ParameterSetting>;
  readonly weir: WeirGlobalSettings;
}

function globalSection(entry: LocatedEntry | undefined, secrets: SecretSource, findings: Finding[]): GlobalSection {
  const nothing = { parameters: new Map(), weir: {} };
  if (entry === undefined) return nothing;
  const { at, value } = entry;
  if (value.kind !== "map") {
    if (value.kind === "scalar" && value.value === null) return nothing;
    const message = `global has to be a mapping of parameters; here it is ${kindName(toJsonValue(value))}`;
    findings.push(finding("error", "invalid-section", at, message));
    return nothing;
  }
  if (value.entries.get("module")?.value.kind === "scalar") {
    const message = "`global` is the section for parameters of all bots, but this looks like a bot";
    findings.push(finding("error", "reserved-id", at, message, { remedy: "give the bot another id" }));
  }
  const entries = new Map(value.entries);
  entries.delete("weir");
  const parameters = readParameters({ ...value, entries }, "global", secrets, (found, parameter) =>
    findings.push({ ...found, parameter }),
  );
  return { parameters, weir: globalWeir(value.entries.get("weir"), findings) };
}

function globalWeir(entry: LocatedEntry | undefined, findings: Finding[]): WeirGlobalSettings {
  if (entry === undefined || (entry.value.kind === "scalar" && entry.value.value === null)) return {};
  const parsed = weirGlobalSchema.safeParse(toPlain(toJsonValue(entry.value)), { reportInput: true });
  if (parsed.success) return parsed.data;
  findings.push(...schemaFindings(parsed.error, weirIssueContext(entry, weirGlobalNames)));
  return {};
}

const weirGlobalNames: readonly string[] = Object.keys(weirGlobalSchema.in.shape);

function noBotnet(root: Located | undefined, file: string): Finding {
  const remedy = "write one entry per bot: its id, and below it module and parameters";
  if (root === undefined) return finding("error", "no-botnet", wholeFile(file), "the file is empty", { remedy });
  const message = `the file has to be a mapping of bot ids to bots; here it is ${kindName(toJsonValue(root))}`;
  return finding("error", "no-botnet", root.at, message, { remedy });
}

const problems: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a directory, not a file"],
  ["EACCES", "it cannot be read: permission denied"],
]);

function wholeFile(file: string): Position {
  return { file, line: 0, column: 0 };
}

/** A bot's parameters against its definition: clean values, or findings at the offending ones. */
import type { z } from "zod";
import type { AnyDefinition } from "../definition/definition.ts";
import { type BotParameters, schemasOf, valuesFor } from "../definition/parse-parameters.ts";
import { didYouMean } from "./closest.ts";
import { type Finding, finding } from "./findings.ts";
import { commonParameters, renamedParameters } from "./known-parameters.ts";
import { nodeAt, type Position } from "./located.ts";
import { schemaFindings } from "./schema-issues.ts";
import { schemaMeta } from "./schema-meta.ts";
import { isSecretName } from "./secrets.ts";
import type { BotSettings, ParameterSetting } from "./settings.ts";

/** A bot's parameters as it takes them, absent when an error is among the findings. */
export interface CheckedParameters {
  readonly parameters?: BotParameters;
  readonly findings: readonly Finding[];
}

/** Checks a bot's parameters, and gives them as the bot takes them. */
export function parametersFor(definition: AnyDefinition, bot: BotSettings): CheckedParameters {
  const findings: Finding[] = [];
  const reported = new Set<string>();
  const parts = new Map<string, unknown>();
  const values = canonicalValues(bot, definition.kind === "collector");
  let complete = true;
  for (const { part, schema } of schemasOf(definition)) {
    const result = schema.safeParse(valuesFor(schema, values), { reportInput: true });
    if (result.success) parts.set(part, result.data);
    else findings.push(...issueFindings(result.error, schema, bot).filter(isNew));
    complete &&= result.success && !hasUnresolved(schema, bot.parameters);
  }
  findings.push(...unknownParameters(definition, bot));
  if (!complete) return { findings };
  // Each part was made by the schema that gives its type its name.
  return { parameters: Object.fromEntries(parts) as unknown as BotParameters, findings };

  /** A name in several schemas is judged by each of them; one complaint is enough. */
  function isNew({ line, column, parameter, message }: Finding): boolean {
    const once = `${line}:${column}:${parameter ?? message}`;
    if (reported.has(once)) return false;
    reported.add(once);
    return true;
  }
}

/** The values by name; a collector's feed is called like the bot unless it has a name of its own. */
function canonicalValues({ parameters, name }: BotSettings, collects: boolean): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  if (collects && name !== undefined) values.name = name;
  for (const [key, setting] of parameters) values[key] = setting.canonical;
  return values;
}

/** Every name that is no mistake on a bot of this definition. */
export function knownParameters(definition: AnyDefinition): ReadonlySet<string> {
  return new Set([...schemasOf(definition).flatMap(({ schema }) => Object.keys(schema.shape)), ...commonParameters]);
}

/** True when the value of a parameter must not be shown: its schema or its name says so. */
export function isSecretParameter(definition: AnyDefinition, name: string): boolean {
  const schema = definition.params.shape[name];
  return isSecretName(name) || (schema !== undefined && schemaMeta(schema, "secret") === true);
}

function hasUnresolved(schema: z.ZodObject, parameters: ReadonlyMap<string, ParameterSetting>): boolean {
  return Object.keys(schema.shape).some((name) => parameters.get(name)?.unresolved === true);
}

function issueFindings(error: z.ZodError, schema: z.ZodObject, bot: BotSettings): Finding[] {
  const { parameters } = bot;
  const setting = (path: readonly PropertyKey[]) => parameters.get(String(path[0]));
  const findings = schemaFindings(error, {
    bot: bot.id,
    locate: (path, part) => placeOf(setting(path), bot.at, path.slice(1), part),
    isSecret: (path) => {
      const type = schema.shape[String(path[0])];
      if (type !== undefined && schemaMeta(type, "secret") === true) return true;
      return (setting(path)?.secretPaths?.length ?? 0) > 0 || path.some((step) => isSecretName(String(step)));
    },
  });
  // What a missing secret has broken is told by the finding about the secret.
  return findings.filter((found) => parameters.get(topName(found.parameter))?.unresolved !== true);
}

function topName(parameter: string | undefined): string {
  return parameter?.split(/[.[]/, 1)[0] ?? "";
}

/** Where a parameter, or a value inside of it, stands; the bot's own place when it is missing. */
export function placeOf(
  setting: ParameterSetting | undefined,
  fallback: Position,
  path: readonly PropertyKey[] = [],
  part: "key" | "value" = "value",
): Position {
  if (setting === undefined) return fallback;
  if (setting.node === undefined) return setting.at;
  const { node, key } = nodeAt(setting.node, path);
  return part === "key" ? (key ?? setting.at) : node.at;
}

function unknownParameters(definition: AnyDefinition, bot: BotSettings): Finding[] {
  const known = knownParameters(definition);
  const findings: Finding[] = [];
  for (const [name, setting] of bot.parameters) {
    if (setting.from !== "bot" || known.has(name)) continue;
    findings.push(
      unknownParameter(name, setting, known, `${definition.module} has no parameter ${JSON.stringify(name)}`, bot.id),
    );
  }
  return findings;
}

/** The finding about a parameter that nobody takes. */
export function unknownParameter(
  name: string,
  setting: ParameterSetting,
  known: ReadonlySet<string>,
  message: string,
  bot?: string,
): Finding {
  const whose = { parameter: name, ...(bot === undefined ? {} : { bot }) };
  const renamed = renamedParameters.get(name);
  if (renamed !== undefined) {
    const old = `${JSON.stringify(name)} is the name of a parameter of an older IntelMQ and has no effect`;
    return finding("warning", "renamed-parameter", setting.at, old, { ...whose, remedy: renamed });
  }
  const remedy = didYouMean(name, known) ?? "remove it, or see the manual for the parameters of this bot";
  return finding("warning", "unknown-parameter", setting.at, message, { ...whose, remedy });
}

/**
 * Settings of bots on their way to a worker: read once, by the supervisor, so that all see the same and no worker has to
 * load what reads YAML.
 *
 * Threads hand over copies, and the copy of a `Float` would be any object: floats that are whole go as `{ float }`, which
 * is no other value's form, since a mapping is a `Map`. Places inside of a value stay behind.
 */
import { Float, float, isList, type JsonValue } from "@weir/format";
import { toPlain } from "../config/located.ts";
import type { BotSettings, ParameterSetting } from "../config/settings.ts";

type SentValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly SentValue[]
  | ReadonlyMap<string, SentValue>
  | { readonly float: number };

interface SentParameter extends Omit<ParameterSetting, "value" | "canonical" | "node"> {
  readonly canonical: SentValue;
}

export interface SentSettings extends Omit<BotSettings, "parameters"> {
  readonly parameters: ReadonlyMap<string, SentParameter>;
}

/** Plain data of a bot's settings. */
export function sendSettings(bot: BotSettings): SentSettings {
  const parameters = new Map(
    [...bot.parameters].map(([name, { value: _, node: __, canonical, ...rest }]): [string, SentParameter] => [
      name,
      { ...rest, canonical: pack(canonical) },
    ]),
  );
  return { ...bot, parameters };
}

/** The settings that were sent. */
export function receiveSettings(sent: SentSettings): BotSettings {
  const parameters = new Map(
    [...sent.parameters].map(([name, parameter]): [string, ParameterSetting] => {
      const canonical = unpack(parameter.canonical);
      return [name, { ...parameter, canonical, value: toPlain(canonical) }];
    }),
  );
  return { ...sent, parameters };
}

function pack(value: JsonValue): SentValue {
  if (value instanceof Float) return { float: value.value };
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, pack(member)]));
  if (isList(value)) return value.map(pack);
  return value as Exclude<JsonValue, Float | readonly JsonValue[] | ReadonlyMap<string, JsonValue>>;
}

function unpack(value: SentValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (isSentList(value)) return value.map(unpack);
  if ("float" in value) return float(value.float);
  return new Map([...value].map(([key, member]) => [key, unpack(member)]));
}

function isSentList(value: SentValue): value is readonly SentValue[] {
  return Array.isArray(value);
}

/** What of a bot's parameters must not stand in a log: the texts themselves. */
import { Float, isList, type JsonValue } from "@weir/format";
import type { AnyDefinition } from "../definition/definition.ts";
import { isSecretParameter } from "./check-parameters.ts";
import { isSecretName, passwordsOfUrls, type SecretPath } from "./secrets.ts";
import type { BotSettings } from "./settings.ts";

/**
 * Values that are secret by the parameter's name or its schema, by the name of a member at any depth, or because they were
 * put in by reference; and passwords in URLs. The longest first, as one may be part of another.
 */
export function secretTexts(
  { parameters }: Pick<BotSettings, "parameters">,
  definition?: AnyDefinition,
): readonly string[] {
  const texts = new Set<string>();
  for (const [name, { canonical, secretPaths = [] }] of parameters) {
    const secret = definition === undefined ? isSecretName(name) : isSecretParameter(definition, name);
    const referred = new Set(secretPaths.map((path) => JSON.stringify(path)));
    collect(canonical, [], secret, referred, texts);
  }
  texts.delete("");
  return [...texts].sort((a, b) => b.length - a.length);
}

function collect(
  value: JsonValue,
  path: SecretPath,
  secret: boolean,
  referred: ReadonlySet<string>,
  texts: Set<string>,
): void {
  const hidden = secret || referred.has(JSON.stringify(path));
  if (value instanceof Map) {
    for (const [key, member] of value) collect(member, [...path, key], hidden || isSecretName(key), referred, texts);
  } else if (isList(value)) {
    for (const [index, item] of value.entries()) collect(item, [...path, index], hidden, referred, texts);
  } else if (typeof value === "string") {
    if (hidden) texts.add(value);
    else for (const password of passwordsOfUrls(value)) texts.add(password);
  } else if (hidden && value !== null && typeof value !== "boolean") {
    texts.add(String(value instanceof Float ? value.value : value));
  }
}

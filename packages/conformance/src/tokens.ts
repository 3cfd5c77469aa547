/** `{work}`, `{port:NAME}` and the like: put in before a vector runs, taken out of what was observed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isList, type JsonValue } from "@weir/format";
import { isObject } from "./compare/value.ts";

export interface Surroundings {
  /** Absolute path of the vector's own directory. */
  readonly work: string;
  readonly assets: readonly string[];
  readonly ports: ReadonlyMap<string, number>;
}

/** Names of ports that a value mentions, as `{port:NAME}` or `{"$port": "NAME"}`. */
export function portNames(value: JsonValue, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value === "string") {
    for (const match of value.matchAll(/\{port:([^}]*)\}/g)) found.add(match[1] ?? "");
  } else if (isList(value)) {
    for (const item of value) portNames(item, found);
  } else if (isObject(value)) {
    const name = value.size === 1 ? value.get("$port") : undefined;
    if (typeof name === "string") found.add(name);
    for (const [key, member] of value) {
      portNames(key, found);
      portNames(member, found);
    }
  }
  return found;
}

/** The value with every token replaced, in keys too. */
export function fillTokens(value: JsonValue, surroundings: Surroundings): JsonValue {
  if (typeof value === "string") return fillText(value, surroundings);
  if (isList(value)) return value.map((item) => fillTokens(item, surroundings));
  if (!isObject(value)) return value;
  const name = value.size === 1 ? value.get("$port") : undefined;
  if (typeof name === "string") return portOf(name, surroundings);
  return new Map(
    [...value].map(([key, member]) => [fillText(key, surroundings), fillTokens(member, surroundings)] as const),
  );
}

/** The value with paths and ports of this run turned back into tokens. */
export function restoreTokens(value: JsonValue, surroundings: Surroundings): JsonValue {
  if (typeof value === "string") return restoreText(value, surroundings);
  if (isList(value)) return value.map((item) => restoreTokens(item, surroundings));
  if (!isObject(value)) return value;
  return new Map(
    [...value].map(([key, member]) => [restoreText(key, surroundings), restoreTokens(member, surroundings)] as const),
  );
}

/** Absolute path of an asset: in the tree's own directory first. */
export function assetPath(path: string, { assets }: Surroundings): string {
  const places = assets.map((directory) => join(directory, path));
  return places.find((place) => existsSync(place)) ?? places[0] ?? path;
}

function fillText(text: string, surroundings: Surroundings): string {
  if (!text.includes("{")) return text;
  return text
    .replaceAll("{work}", surroundings.work)
    .replaceAll("{state}", join(surroundings.work, "state"))
    .replace(/\{assets\}\/([^\s"',;]*)/g, (_, path: string) => assetPath(path, surroundings))
    .replace(/\{port:([^}]*)\}/g, (_, name: string) => String(portOf(name, surroundings)));
}

function restoreText(text: string, { work, ports }: Surroundings): string {
  let restored = text.replaceAll(work, "{work}");
  for (const [name, port] of ports) restored = restored.replaceAll(`:${port}`, `:{port:${name}}`);
  return restored;
}

function portOf(name: string, { ports }: Surroundings): number {
  const port = ports.get(name);
  if (port === undefined) throw new Error(`no port is called ${name}`);
  return port;
}

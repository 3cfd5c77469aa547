/** A new id for a bot: its key, and its queue wherever another bot sends to it. */
import type { JsonValue } from "@weir/format";
import { readDestinations } from "../config/destinations.ts";
import { type Edit, type EditPath, editConfiguration } from "../config/edit.ts";
import { loadConfiguration } from "../config/load-configuration.ts";

/** Renames a bot in a runtime.yaml. Throws WEIR_CONFIG_EDIT_IMPOSSIBLE when there is none, or the new id is taken. */
export function renameBot(text: string, from: string, to: string, source = "runtime.yaml"): string {
  const botnet = loadConfiguration(text, source);
  return editConfiguration(text, [...queueEdits(botnet, from, to), { kind: "rename", path: [from], name: to }], source);
}

/** A bot with a `source_queue` of its own keeps it. */
function queueEdits(botnet: JsonValue, from: string, to: string): Edit[] {
  if (!(botnet instanceof Map) || typeof at(botnet, [from, "parameters", "source_queue"]) === "string") return [];
  return [...botnet.keys()].flatMap((id) => {
    const path = id === "global" ? [id, "destination_queues"] : [id, "parameters", "destination_queues"];
    const value = at(botnet, path);
    return value === undefined || "problem" in readDestinations(value)
      ? []
      : renamedQueues(value, path, `${from}-queue`, `${to}-queue`);
  });
}

/** In whichever form the destinations are written. */
function renamedQueues(value: JsonValue, path: EditPath, from: string, to: string): Edit[] {
  if (typeof value === "string") {
    const names = value.split(/(\s+)/);
    return names.includes(from)
      ? [{ kind: "set", path, value: names.map((name) => (name === from ? to : name)).join("") }]
      : [];
  }
  if (value instanceof Map)
    return [...value].flatMap(([key, queues]) => renamedQueues(queues, [...path, key], from, to));
  if (!Array.isArray(value)) return [];
  return value.flatMap((queue: JsonValue, index): Edit[] =>
    queue === from ? [{ kind: "set", path: [...path, index], value: to }] : [],
  );
}

function at(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((here, step) => (here instanceof Map ? here.get(step) : undefined), value);
}

/**
 * Files that IntelMQ 3.0 gave up: BOTS, defaults.conf, pipeline.conf. What they say goes into runtime.yaml where it says
 * nothing itself. These steps come before all others, as older steps look at what they bring in.
 */
import { type Edit, loadConfiguration } from "@weir/engine/config";
import type { JsonValue } from "@weir/format";
import { type Changes, type OldBot, type OldConfiguration, type Step, setParameter } from "./changes.ts";

export const oldFileSteps: readonly Step[] = [
  {
    name: "v300_bots_file_removal",
    version: [3, 0, 0],
    run: ({ read }) => (read("BOTS") === undefined ? {} : { files: [{ kind: "remove", path: "BOTS" }] }),
  },
  { name: "v300_defaults_file_removal", version: [3, 0, 0], run: defaults },
  { name: "v300_pipeline_file_removal", version: [3, 0, 0], run: pipeline },
];

function defaults({ global, read }: OldConfiguration): Changes {
  const values = readMap("defaults.conf", read);
  if (values === undefined) return {};
  const missing = [...values].filter(([name]) => !global.has(name));
  return {
    edits: missing.map(([name, value]): Edit => ({ kind: "set", path: ["global", name], value })),
    files: [{ kind: "remove", path: "defaults.conf" }],
  };
}

function pipeline({ bots, read }: OldConfiguration): Changes {
  const entries = readMap("pipeline.conf", read);
  if (entries === undefined) return {};
  return {
    edits: bots.flatMap((bot) => queuesOf(bot, entries.get(bot.id) ?? null)),
    files: [{ kind: "remove", path: "pipeline.conf" }],
  };
}

function queuesOf(bot: OldBot, entry: JsonValue): readonly Edit[] {
  if (!(entry instanceof Map)) return [];
  const { id, parameters } = bot;
  const source = entry.get("source-queue");
  const destinations = entry.get("destination-queues") ?? null;
  const isOwn = typeof source === "string" && source !== `${id}-queue`;
  return [
    ...(destinations === null || parameters.has("destination_queues")
      ? []
      : [setParameter(bot, "destination_queues", byPath(destinations))]),
    ...(isOwn && !parameters.has("source_queue") ? [setParameter(bot, "source_queue", source)] : []),
  ];
}

function byPath(destinations: JsonValue): JsonValue {
  if (destinations instanceof Map) return destinations;
  return new Map([["_default", typeof destinations === "string" ? [destinations] : destinations]]);
}

function readMap(name: string, read: OldConfiguration["read"]): ReadonlyMap<string, JsonValue> | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  const value = loadConfiguration(text, name);
  if (value instanceof Map) return value;
  throw new Error(`${name} has to hold a JSON object`);
}

/** A bot's parameters by its definition: its own, and those that every bot of its kind takes. */
import { Float, type JsonValue } from "@weir/format";
import { z } from "zod";
import {
  type FeedParameters,
  feedParameters,
  type ParserParameters,
  parserParameters,
  type RuntimeParameters,
  runtimeParameters,
} from "./common-parameters.ts";
import type { AnyDefinition } from "./definition.ts";

export interface BotParameters {
  readonly params: unknown;
  readonly runtime: RuntimeParameters;
  readonly feed?: FeedParameters;
  readonly parser?: ParserParameters;
}

/** The schemas that together say what a bot takes, by whom the values are for. */
export function schemasOf(
  definition: AnyDefinition,
): readonly { readonly part: keyof BotParameters; readonly schema: z.ZodObject }[] {
  const own = { part: "params" as const, schema: definition.params };
  const runtime = { part: "runtime" as const, schema: withDefaults(definition) };
  if (definition.kind === "collector") return [own, runtime, { part: "feed", schema: feedParameters }];
  if (definition.kind === "parser") return [own, runtime, { part: "parser", schema: parserParameters }];
  return [own, runtime];
}

function withDefaults(definition: AnyDefinition): typeof runtimeParameters {
  const rate = definition.runtime?.rate_limit;
  if (rate === undefined) return runtimeParameters;
  return runtimeParameters.extend({ rate_limit: runtimeParameters.shape.rate_limit.removeDefault().default(rate) });
}

/**
 * Reads the values; null counts as "not set" where a parameter has a default. Throws the first schema's `ZodError`.
 * Values may be plain JavaScript or canonical; schemas with `meta({ keepsKinds: true })` get canonical ones as they are.
 */
export function parseParameters(definition: AnyDefinition, values: Readonly<Record<string, unknown>>): BotParameters {
  const parts = new Map<keyof BotParameters, unknown>();
  for (const { part, schema } of schemasOf(definition)) parts.set(part, schema.parse(valuesFor(schema, values)));
  // Each part was made by the schema that gives its type its name.
  return Object.fromEntries(parts) as unknown as BotParameters;
}

/** Of the values, those that the schema knows, in the form that it wants. */
export function valuesFor(schema: z.ZodObject, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    if (!Object.hasOwn(values, name)) continue;
    const value = values[name];
    if (value === undefined) continue;
    const kept = z.globalRegistry.get(field)?.keepsKinds === true ? shallow(value) : plain(value);
    if (kept === null && !field.safeParse(null).success) continue;
    result[name] = kept;
  }
  return result;
}

/** The outer mapping as an object, what is inside as it is. */
function shallow(value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/** Canonical values as plain JavaScript; plain values stay. */
export function plain(value: unknown): unknown {
  if (value instanceof Float) return value.value;
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  if (Array.isArray(value)) return value.map((item: JsonValue) => plain(item));
  return value;
}

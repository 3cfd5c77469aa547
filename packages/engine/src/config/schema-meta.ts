/** What parameter schemas say about themselves, wherever in their wrapping they say it. */
import type { z } from "zod";
import { globalRegistry } from "zod";

type AnySchema = z.core.$ZodType;

/** The value of a `.meta()` entry of a schema or of what it wraps (optional, default, transformed …). */
export function schemaMeta(schema: AnySchema, name: string): unknown {
  let current: AnySchema | undefined = schema;
  while (current !== undefined) {
    const meta: Readonly<Record<string, unknown>> | undefined = globalRegistry.get(current);
    if (meta?.[name] !== undefined) return meta[name];
    current = wrapped(current);
  }
  return undefined;
}

function wrapped(schema: AnySchema): AnySchema | undefined {
  const { def } = schema._zod;
  if ("innerType" in def && isSchema(def.innerType)) return def.innerType;
  if ("in" in def && isSchema(def.in)) return def.in;
  return undefined;
}

function isSchema(value: unknown): value is AnySchema {
  return typeof value === "object" && value !== null && "_zod" in value;
}

/** A bot's parameters as `check` sees them, without a configuration around. */
import type { AnyDefinition, ParameterFinding } from "../definition/definition.ts";
import { schemasOf, valuesFor } from "../definition/parse-parameters.ts";
import type { PlainFields } from "./plain-fields.ts";

/** What the schemas refuse; if nothing, what the bot's own check finds. */
export async function tryCheck(
  definition: AnyDefinition,
  parameters: PlainFields = {},
): Promise<readonly ParameterFinding[]> {
  const findings: ParameterFinding[] = [];
  let params: unknown;
  for (const { part, schema } of schemasOf(definition)) {
    const result = schema.safeParse(valuesFor(schema, parameters));
    if (result.success && part === "params") params = result.data;
    for (const { path, message } of result.error?.issues ?? []) {
      findings.push({ level: "error", message, parameter: path.join(".") });
    }
  }
  if (findings.length > 0) return findings;
  // The definition's own schema made them.
  return (await definition.check?.(params as Record<string, unknown>)) ?? [];
}

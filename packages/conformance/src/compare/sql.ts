/** Statements sent to a database; connecting and committing are information. */
import type { JsonObject, JsonValue } from "@weir/format";
import { type Difference, memberAt } from "./difference.ts";
import { compareValue, isObject, type ValueRules } from "./value.ts";

/** Statements in order, white space normalised, with their values. */
export function compareStatements(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  rules: ValueRules,
): Difference | undefined {
  const wanted = statements(expected);
  const made = statements(observed);
  for (let index = 0; index < Math.max(wanted.length, made.length); index++) {
    const path = `${at}[${index}]`;
    const one = wanted[index];
    const other = made[index];
    if (one === undefined || other === undefined) return compareValue(one, other, path, rules);
    const found =
      compareValue(normalised(one), normalised(other), memberAt(path, "query"), rules) ??
      compareValue(one.get("values"), other.get("values"), memberAt(path, "values"), rules) ??
      compareValue(one.get("rollback"), other.get("rollback"), memberAt(path, "rollback"), rules);
    if (found !== undefined) return found;
  }
  return undefined;
}

function statements(entries: readonly JsonValue[]): readonly JsonObject[] {
  return entries.filter((entry) => isObject(entry)).filter((entry) => entry.has("query") || entry.has("rollback"));
}

function normalised(entry: JsonObject): JsonValue | undefined {
  const query = entry.get("query");
  return typeof query === "string" ? query.trim().split(/\s+/).join(" ") : query;
}

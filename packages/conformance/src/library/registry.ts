/** All areas of library vectors, by name. */
import { rm } from "node:fs/promises";
import type { Catalogue } from "@weir/engine";
import type { JsonObject } from "@weir/format";
import { object } from "../bot-vector.ts";
import { compareValue } from "../compare/value.ts";
import { judge, type Outcome } from "../outcome.ts";
import type { Surroundings } from "../tokens.ts";
import { type Area, NotAvailable } from "./area.ts";
import { checkArea } from "./check.ts";
import { harmonizationArea } from "./harmonization.ts";
import { expectedOf, invalidAsRaised } from "./library-value.ts";
import { messageArea } from "./message.ts";
import { timeArea } from "./time.ts";
import { typeFunctionsArea } from "./type-functions.ts";
import { utilsArea } from "./utils.ts";

export function libraryAreas(catalogue: Catalogue): ReadonlyMap<string, Area> {
  return new Map<string, Area>([
    ["harmonization", harmonizationArea],
    ["time", timeArea],
    ["types-functions", typeFunctionsArea],
    ["message", messageArea],
    ["utils", utilsArea],
    ["check", checkArea(catalogue)],
  ]);
}

export async function runLibraryVector(
  vector: JsonObject,
  area: Area | undefined,
  surroundings: Surroundings,
): Promise<Outcome> {
  if (area === undefined) return { kind: "missing", reason: "no such library area here" };
  try {
    const observed = await area.run(vector, surroundings);
    const expected = new Map(object(expectedOf(object(vector.get("expect")))));
    for (const name of area.information ?? []) expected.delete(name);
    const normal = (expect: JsonObject): JsonObject => area.normalise?.(vector, expect) ?? expect;
    const wanted = normal(expected);
    const difference = compareValue(wanted, invalidAsRaised(wanted, normal(observed)), "expect");
    return judge(difference, vector.has("reference_bug"));
  } catch (error) {
    if (error instanceof NotAvailable) return { kind: "missing", reason: error.message };
    throw error;
  } finally {
    await rm(surroundings.work, { recursive: true, force: true });
  }
}

/** Library vectors that call a function: arguments in, result out. */
import type { JsonObject, JsonValue } from "@weir/format";
import { list, object, text } from "../bot-vector.ts";
import { instant } from "../fixtures/clock.ts";
import { type Call, type Implementation, NotAvailable } from "./area.ts";
import { argumentOf, outcomeOf } from "./library-value.ts";

export function callOf(vector: JsonObject): Call {
  const clock = vector.get("clock");
  return {
    args: list(vector.get("args")).map(argumentOf),
    named: new Map([...object(vector.get("named"))].map(([name, value]) => [name, argumentOf(value)])),
    now: typeof clock === "string" ? instant(clock) : Date.now(),
  };
}

/** Calls the implementation that has the vector's name for it; `result` as the vectors write it. */
export async function runCall(
  vector: JsonObject,
  implementations: ReadonlyMap<string, Implementation>,
  name: string = text(vector.get("function")),
): Promise<JsonObject> {
  const implementation = implementations.get(name);
  if (implementation === undefined) throw new NotAvailable(`no function ${name} here`);
  const call = callOf(vector);
  return new Map<string, JsonValue>([["result", await outcomeOf(() => implementation(call))]]);
}

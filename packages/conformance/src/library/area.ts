/** An area of library vectors: how one of them is run with our functions. */
import type { JsonObject } from "@weir/format";
import type { Surroundings } from "../tokens.ts";

/** Thrown for a vector that needs something that is not there. */
export class NotAvailable extends Error {}

export interface Area {
  /** What is compared with `expect`, in the same form. Throws {@link NotAvailable}. */
  run(vector: JsonObject, surroundings: Surroundings): Promise<JsonObject>;
  /** Members of `expect` that are information. */
  readonly information?: readonly string[];
  /** Brings what is expected and what was observed into a form in which equal things are equal. */
  normalise?(vector: JsonObject, expect: JsonObject): JsonObject;
}

/** Positional and named arguments of a call. */
export interface Call {
  readonly args: readonly unknown[];
  readonly named: ReadonlyMap<string, unknown>;
  /** Milliseconds since the epoch at which the clock is frozen; now when the vector has no clock. */
  readonly now: number;
}

export type Implementation = (call: Call) => unknown;

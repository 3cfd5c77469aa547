import { parseRelativeTime } from "@weir/format/time";
import { strictTime } from "../../time/strict-time.ts";

/** Gives the limit in epoch milliseconds, for the present time (likewise). */
export type Limit = (now: number) => number;

export interface LimitOptions {
  readonly parameter: string;
  /** Epoch milliseconds: the day from which the missing parts of a time come. */
  readonly start: number;
  /** Makes the error for a limit that cannot be read. */
  refuse(problem: string, cause?: unknown): Error;
}

const units = ["second", "minute", "hour", "day", "week", "month", "year"];

/**
 * Compiles a limit: an age (`3 days`) when the text holds the name of a unit, else a time, in UTC unless it says otherwise.
 * Undefined for no limit. Throws what `refuse` makes.
 */
export function compileLimit(
  value: string | Date | undefined,
  { parameter, start, refuse }: LimitOptions,
): Limit | undefined {
  if (value === undefined || value === "") return undefined;
  if (value instanceof Date) return constant(value.getTime());
  if (units.some((unit) => value.includes(unit))) {
    const age = parseRelativeTime(value);
    if (age === undefined) throw refuse(`"${parameter}" is "${value}", which is no age such as "3 days"`);
    return (now) => now - age.seconds * 1000;
  }
  try {
    return constant(Date.parse(strictTime(value, start)));
  } catch (error) {
    throw refuse(`"${parameter}" is "${value}", which is neither a time nor an age such as "3 days"`, error);
  }
}

function constant(limit: number): Limit {
  return () => limit;
}

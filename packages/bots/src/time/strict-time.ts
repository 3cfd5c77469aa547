import { formatInstant, fuzzyInstant, invalidTime, today } from "@weir/format/time";

/**
 * A time in nearly any form, as ISO 8601 in UTC; words that are no part of a time are refused. What is missing comes from the
 * day of `now` (epoch milliseconds), the zone is UTC unless it is given. Throws WEIR_INVALID_TIME.
 */
export function strictTime(text: string, now: number): string {
  const instant = fuzzyInstant(text, today(new Date(now)), { strict: true });
  if (instant === undefined) throw invalidTime({ value: JSON.stringify(text), form: "of a date" });
  return formatInstant(instant);
}

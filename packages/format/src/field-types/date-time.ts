/** DateTime: `YYYY-MM-DDTHH:MM:SS[.ffffff]+00:00`. Cleaning reads nearly any text that names a day or a time. */
import { formatInstant } from "../time/calendar.ts";
import { fuzzyInstant } from "../time/conversions.ts";
import { isUtcIsoTime } from "../time/iso-time.ts";
import type { FieldType } from "./field-type.ts";

export const dateTimeType: FieldType = {
  name: "DateTime",
  isValid: (value) => typeof value === "string" && isUtcIsoTime(value),
  sanitize,
  clean: sanitize,
};

/** Valid whenever there is a result. */
function sanitize(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (isUtcIsoTime(value)) return value;
  const instant = fuzzyInstant(value);
  return instant === undefined ? undefined : formatInstant(instant);
}

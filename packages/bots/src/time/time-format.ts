import { parseTimeFormat, type TimeFormat } from "@weir/format/time";
import { z } from "zod";

/**
 * A parameter that says how a feed writes times: `fuzzy` (also null and empty text), `timestamp`, `windows_nt`,
 * `epoch_millis`, `utc_isoformat`, `from_format|FORMAT` or `from_format_midnight|FORMAT` with strptime letters.
 */
export function timeFormat() {
  return z
    .string()
    .nullish()
    .transform((text, issues): TimeFormat => {
      try {
        return parseTimeFormat(text);
      } catch (error) {
        issues.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    });
}

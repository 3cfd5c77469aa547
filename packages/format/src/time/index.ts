/** Times: parsing, conversion, formats. */
export { invalidTime } from "../errors/kinds.ts";
export { type CalendarDate, formatInstant, type Instant, instantOf, type WallTime, wallTimeOf } from "./calendar.ts";
export {
  fromEpochMillis,
  fromFormat,
  fromFormatMidnight,
  fromFuzzy,
  fromTimestamp,
  fromUtcIso,
  fromWindowsNt,
  fuzzyInstant,
  instantOfSeconds,
  today,
} from "./conversions.ts";
export { parseFuzzy } from "./fuzzy.ts";
export { isUtcIsoTime, parseIsoTime } from "./iso-time.ts";
export { nowText } from "./now.ts";
export { parseRelativeTime, type RelativeTime, type TimeUnit } from "./relative-time.ts";
export { convertTime, parseTimeFormat, type TimeFormat, timeFormatNames } from "./time-format.ts";

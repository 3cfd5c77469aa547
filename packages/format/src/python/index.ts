/** Python's rules for texts, which configurations and the data format rely on. */
export { compileFormat, type FormatField, type FormatString, type FormatValue } from "./format-string.ts";
export { lazyInteger } from "./lazy-int.ts";
export { floatText, parseFloating, parseInteger } from "./numbers.ts";
export { compilePythonRegex, type PythonRegex, type RegexMatch } from "./regex.ts";
export { type RegexHazard, regexHazard } from "./regex-safety.ts";
export { pythonAscii, pythonRepr, pythonStr } from "./repr.ts";
export { lines, splitLines } from "./split-lines.ts";
export { type CalendarTime, localTime, strftime, timeText, utcTime } from "./strftime.ts";
export { isSpace, splitWhitespace, strip, stripLeft, stripRight } from "./strip.ts";
export { strptime } from "./strptime.ts";

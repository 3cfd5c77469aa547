/** Entry point: reading logs, and durations for people. */

export { silenceText } from "../supervise/silence-watch.ts";
export { type LogLevel, logLevels } from "./bot-log.ts";
export { durationText } from "./duration-text.ts";
export { type LogLine, parseLogLine, parseSyslogLine } from "./log-line.ts";

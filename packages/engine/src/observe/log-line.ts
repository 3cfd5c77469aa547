/** Lines of IntelMQ's logs, taken apart: from the bots' files, and from syslog. */

export interface LogLine {
  /** ISO time without zone and with microseconds where the line has a fraction; undefined when the line's time is none. */
  readonly date: string | undefined;
  readonly bot: string;
  readonly thread: number | undefined;
  readonly level: string;
  readonly message: string;
}

/**
 * Reads the first line of an entry of a bot's log file: `2031-05-06 07:08:09,123 - bot[.thread] - LEVEL - message`.
 * Undefined for everything else, such as the lines of a stack.
 */
export function parseLogLine(line: string): LogLine | undefined {
  const parts = fileLine.exec(line)?.groups;
  return parts === undefined ? undefined : logLine(fileDate(parts.date ?? ""), parts);
}

/**
 * Reads a line that syslog wrote: `May 06 07:08:09 host bot[.thread]: LEVEL message`. Such lines have no year: the
 * year of now (`year`) is taken.
 */
export function parseSyslogLine(line: string, year: number): LogLine | undefined {
  const parts = syslogLine.exec(line)?.groups;
  return parts === undefined ? undefined : logLine(syslogDate(parts.date ?? "", year), parts);
}

// Word characters are those of every script. Each part ends at a character that it cannot hold itself, so the
// expressions are linear. A single line end at the end of the line is no part of it.
const source = {
  bot: String.raw`(?<bot>[\p{L}\p{N}_-]+|py\.warnings)(?:\.(?<thread>[0-9]+))?`,
  rest: String.raw`(?<message>[^\n]+)\n?$`,
};
const fileLine = new RegExp(
  String.raw`^(?<date>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+) - ${source.bot} - (?<level>[A-Z]+) - ${source.rest}`,
  "u",
);
const syslogLine = new RegExp(
  String.raw`^(?<date>\p{L}{3} \d\d \d\d:\d\d:\d\d) [\p{L}\p{N}_.-]+ ${source.bot}: (?<level>[A-Z]+) ${source.rest}`,
  "u",
);

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function logLine(date: string | undefined, parts: { readonly [name: string]: string | undefined }): LogLine {
  const thread = parts.thread;
  return {
    date,
    bot: parts.bot ?? "",
    thread: thread === undefined ? undefined : Number(thread),
    level: parts.level ?? "",
    message: parts.message ?? "",
  };
}

function fileDate(text: string): string | undefined {
  const [time = "", fraction = ""] = text.split(",");
  if (fraction.length > 6) return undefined;
  const date = checkedDate(time.replace(" ", "T"));
  const isWhole = /^0*$/.test(fraction);
  return date === undefined || isWhole ? date : `${date}.${fraction.padEnd(6, "0")}`;
}

function syslogDate(text: string, year: number): string | undefined {
  const [name = "", day = "", time = ""] = text.split(" ");
  const month = months.indexOf(name) + 1;
  if (month === 0) return undefined;
  return checkedDate(`${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${day}T${time}`);
}

/** The time itself when there is such a day and such a time of day. */
function checkedDate(date: string): string | undefined {
  const milliseconds = Date.parse(`${date}Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  return new Date(milliseconds).toISOString().startsWith(date) ? date : undefined;
}

/** Texts that tell the time: `https://feed.example/{time[%Y/%m/%d]}.csv`, with `{{` and `}}` for braces. */
import { type CalendarTime, compileFormat, localTime, strftime, utcTime } from "@weir/format/python";

/** What may be added to the current time, each a number that may be negative. */
const timeUnits = new Map([
  ["microseconds", 0.001],
  ["milliseconds", 1],
  ["seconds", 1000],
  ["minutes", 60_000],
  ["hours", 3_600_000],
  ["days", 86_400_000],
  ["weeks", 604_800_000],
]);

/** `false`: the text is no template. `true`: the current time; or the current time and these units. */
export type TimeFormatting = boolean | Readonly<Record<string, unknown>>;

/**
 * Compiles a template. Throws an Error that says what is wrong with it. Times are local; an offset moves the hands of the
 * clock, whatever summer time does.
 */
export function compileTimeTemplate(template: string, formatting: TimeFormatting): (now: number) => string {
  if (formatting === false) return () => template;
  const offset = formatting === true ? 0 : offsetOf(formatting);
  const format = compileFormat(template);
  for (const { name, path } of format.fields) {
    if (/^[0-9]+$/.test(name)) throw new Error("a placeholder needs a name, as in {time[%Y]}");
    if (name !== "time") throw new Error(`there is no {${name}[…]}, possibly misspelt; it is {time[…]}`);
    if (path.length !== 1) throw new Error("time needs one format in brackets, as in {time[%Y-%m-%d]}");
  }
  if (format.usesAttributes) throw new Error("time has no attributes; a format stands in brackets, as in {time[%Y]}");
  return (now) => {
    const time = moved(localTime(new Date(now)), offset);
    return format.format((_, [pattern = ""]) => strftime(time, String(pattern)));
  };
}

function offsetOf(units: Readonly<Record<string, unknown>>): number {
  let offset = 0;
  for (const [unit, count] of Object.entries(units)) {
    const milliseconds = timeUnits.get(unit);
    if (milliseconds === undefined)
      throw new Error(`there is no unit "${unit}"; units are ${[...timeUnits.keys()].join(", ")}`);
    if (typeof count !== "number" || !Number.isFinite(count)) throw new Error(`the number of ${unit} is no number`);
    offset += count * milliseconds;
  }
  return offset;
}

function moved(time: CalendarTime, offset: number): CalendarTime {
  const { year, month, day, hour, minute, second, microsecond } = time;
  return utcTime(new Date(Date.UTC(year, month - 1, day, hour, minute, second, microsecond / 1000) + offset));
}

/** File names made from events: `/var/lib/events/{event[time.source]:%Y-%m-%d}.txt`. */
import type { Message } from "@weir/format";
import { type CalendarTime, compileFormat, type FormatValue } from "@weir/format/python";
import { invalidParameters } from "../../errors.ts";
import { jsonField } from "../../fields/json-field.ts";

/**
 * Compiles the template of a name. Fields that are missing read `None`, times take strftime specifications. No value
 * leads out of the directories that the template names: its slashes become `_`, and so do the dots of `.` and `..`.
 * Throws WEIR_BOT_PARAMETERS for a template that no event can fill.
 */
export function compileFileName(template: string, bot: string): (event: Message) => string {
  const format = compileTemplate(template, bot);
  const hasParent = template.split("/").includes("..");
  return (event) => {
    const name = format((field) => filling(event, field));
    return hasParent ? name : name.replace(parentSegments, "$1__");
  };
}

const parentSegments = /(^|\/)\.\.(?=\/|$)/g;

type Filled = (lookUp: (field: string) => FormatValue) => string;

function compileTemplate(template: string, bot: string): Filled {
  const refuse = (problem: string, cause?: unknown) =>
    invalidParameters({ bot, problem: `"file" is no template of a file name: ${problem}` }, { cause });
  const format = compile(template, refuse);
  const stranger = format.fields.find(({ name, path }) => name !== "event" || path.length !== 1);
  if (stranger !== undefined || format.usesAttributes) throw refuse("it may hold event[field] and nothing else");
  return (lookUp) => format.format((_name, [field]) => lookUp(String(field)));
}

function compile(template: string, refuse: (problem: string, cause?: unknown) => Error) {
  try {
    return compileFormat(template);
  } catch (error) {
    throw refuse("its braces are wrong", error);
  }
}

function filling(event: Message, field: string): FormatValue {
  const value = jsonField(event, field);
  if (value === undefined) return null;
  if (typeof value !== "string") return value;
  if (field === "time.source" || field === "time.observation") return calendarTime(value);
  const flat = value.replace(/[/\0]/g, "_");
  return flat === "." || flat === ".." ? "_".repeat(flat.length) : flat;
}

/** A time of the data format, `2031-05-04T03:02:01.5+00:00`, as the calendar shows it. */
function calendarTime(text: string): CalendarTime {
  const zone = text.indexOf("+", 19);
  const fraction = text[19] === "." ? text.slice(20, zone) : "";
  return {
    year: Number(text.slice(0, 4)),
    month: Number(text.slice(5, 7)),
    day: Number(text.slice(8, 10)),
    hour: Number(text.slice(11, 13)),
    minute: Number(text.slice(14, 16)),
    second: Number(text.slice(17, 19)),
    microsecond: Number(fraction.padEnd(6, "0").slice(0, 6)),
    utcOffset: 0,
  };
}

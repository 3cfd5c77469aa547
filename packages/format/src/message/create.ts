/** Makes messages: new ones, from maps, and of one type from the other. */
import type { FieldTable } from "../fields/field-table.ts";
import { nowText } from "../time/now.ts";
import { Message, type PutOptions } from "./message.ts";

type Entries = Iterable<readonly [string, unknown]>;

/** Fields of a report that every event of it gets. */
const copiedFields: readonly string[] = [
  "feed.accuracy",
  "feed.code",
  "feed.documentation",
  "feed.name",
  "feed.provider",
  "feed.url",
  "rtir_id",
  "time.observation",
];

/** An event with these fields. Valid values are taken as they are, others cleaned. Throws WEIR_INVALID_VALUE, WEIR_INVALID_KEY. */
export function createEvent(fields: FieldTable, entries: Entries = []): Message {
  const event = new Message("Event", fields);
  for (const [key, value] of entries) fill(event, key, value, true);
  return event;
}

/** A report with these fields, and with `time.observation` set to `now` if it has none. */
export function createReport(fields: FieldTable, entries: Entries = [], now: Date = new Date()): Message {
  const report = new Message("Report", fields);
  for (const [key, value] of entries) fill(report, key, value, true);
  report.add("time.observation", nowText(now));
  return report;
}

/**
 * A message with these fields and nothing else, as it comes from the wire: text of a base64 field is base64, and wrong if it
 * is none. Throws WEIR_INVALID_VALUE, WEIR_INVALID_KEY.
 */
export function restoreMessage(type: "Event" | "Report", fields: FieldTable, entries: Entries): Message {
  const message = new Message(type, fields);
  for (const [key, value] of entries) fill(message, key, value, fields.lookup(key)?.isBase64 !== true);
  return message;
}

const asItIs: PutOptions = { mode: "fail", sanitize: false, skipInvalid: true };
const cleaned: PutOptions = { mode: "fail" };
const unchanged: PutOptions = { mode: "fail", sanitize: false };

/** Takes the value as it is if it is valid, else cleaned where that is allowed. */
function fill(message: Message, key: string, value: unknown, mayClean: boolean): void {
  if (!mayClean) message.put(key, value, unchanged);
  else if (message.put(key, value, asItIs) === "invalid") message.put(key, value, cleaned);
}

/** An event of a report: its feed fields and those named in `more` (`extra`: all of `extra.*`). An event gives all it has. */
export function eventFromReport(report: Message, eventFields: FieldTable, more: readonly string[] = []): Message {
  return eventTemplate(report, eventFields, more)();
}

const taken: PutOptions = { mode: "overwrite", sanitize: false, fromMessage: true };

/** A function that makes events of one report, cheaply: the fields are chosen and checked once. */
export function eventTemplate(report: Message, eventFields: FieldTable, more: readonly string[] = []): () => Message {
  const event = new Message("Event", eventFields);
  for (const [key, value] of report.storedEntries()) {
    const wanted =
      report.type === "Event" ||
      copiedFields.includes(key) ||
      more.includes(key) ||
      (more.includes("extra") && key.startsWith("extra."));
    if (wanted) event.put(key, value, taken);
  }
  return () => event.clone();
}

/** A report of an event: the fields that a report may have. Throws WEIR_INVALID_VALUE. */
export function reportFromEvent(event: Message, reportFields: FieldTable): Message {
  const report = new Message("Report", reportFields);
  for (const [key, value] of event.storedEntries()) {
    if (reportFields.isStorable(key)) report.put(key, value, taken);
  }
  return report;
}

import { defineParser, jsonArray, type Logger } from "@weir/engine";
import type { JsonValue, Message } from "@weir/format";
import { fromFormat, fromFormatMidnight, invalidTime } from "@weir/format/time";
import { z } from "zod";
import { asObject } from "../../records/json-object.ts";

export default defineParser({
  module: "intelmq.bots.parsers.abusech.parser_feodotracker",
  name: "abuse.ch Feodo Tracker",
  listName: "AbusechFeodoTracker",
  summary: "Feodo Tracker's list of botnet C2 servers, an object per address.",
  params: z.object({}),
  create({ log }) {
    return {
      records: jsonArray(),
      parse(record: JsonValue, event) {
        const row = asObject(record);
        setTime(event, row.get("first_seen"), row.get("last_online"), log);
        event.set("classification.type", "c2-server");
        event.insert("source.ip", row.get("ip_address"));
        event.insert("source.port", row.get("port"));
        for (const [column, field] of optionalColumns) event.put(field, row.get(column), ifValid);
        return event;
      },
    };
  },
});

const optionalColumns = [
  ["as_number", "source.asn"],
  ["as_name", "source.as_name"],
  ["country", "source.geolocation.cc"],
  ["hostname", "source.reverse_dns"],
  ["malware", "malware.name"],
  ["last_online", "extra.last_online"],
  ["status", "status"],
] as const;

const ifValid = { mode: "fail", skipInvalid: true } as const;

/** The first sighting, else the day of the last one. */
function setTime(
  event: Message,
  firstSeen: JsonValue | undefined,
  lastOnline: JsonValue | undefined,
  log: Logger,
): void {
  const text = firstSeen || lastOnline;
  if (!text) return;
  try {
    event.insert(
      "time.source",
      firstSeen ? fromFormat(text, "%Y-%m-%d %H:%M:%S") : fromFormatMidnight(text, "%Y-%m-%d"),
    );
  } catch (error) {
    if (!invalidTime.is(error)) throw error;
    log.warning(`Failed to parse '${text}' to DateTime.`);
  }
}

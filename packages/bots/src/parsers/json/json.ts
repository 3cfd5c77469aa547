import { defineParser, lines, wholeText } from "@weir/engine";
import { Base64Value, parseMessage } from "@weir/format";
import { z } from "zod";

export default defineParser({
  module: "intelmq.bots.parsers.json.parser",
  name: "JSON",
  summary: "Events that are in IntelMQ's JSON form already: one for the whole report, or one per line.",
  notes:
    "Fields of the message replace those of the report. Its `raw` is kept; without one, its JSON text becomes `raw`.",
  params: z.object({
    splitlines: z
      .union([z.boolean(), z.string(), z.number()])
      .transform(Boolean)
      .default(false)
      .describe("Each line is a message; any text but an empty one means true."),
  }),
  create({ params, eventFields, reportFields }) {
    const tables = { event: eventFields, report: reportFields };
    return {
      records: params.splitlines ? lines({ strip: false }) : wholeText(),
      parse(text: string, event) {
        if (params.splitlines && text === "") return;
        // An event in the place of a report keeps the raw that it has.
        if (event.has("raw")) event.set("raw", Base64Value.ofBase64(String(event.get("raw"))));
        event.update(parseMessage(text, tables, "Event").entries());
        return event;
      },
    };
  },
});

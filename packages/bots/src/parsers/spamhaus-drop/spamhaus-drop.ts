import { defineParser, lines } from "@weir/engine";
import type { Message } from "@weir/format";
import { strip } from "@weir/format/python";
import { z } from "zod";
import { unknownFeed } from "../../errors.ts";
import { columnsOf } from "../../records/columns.ts";
import { addExtra } from "../../records/extra.ts";
import { strictTime } from "../../time/strict-time.ts";

export default defineParser({
  module: "intelmq.bots.parsers.spamhaus.parser_drop",
  name: "Spamhaus DROP",
  listName: "SpamhausDrop",
  summary: "Spamhaus' Don't Route Or Peer lists: DROP, EDROP, DROPv6 and ASN-DROP in their text form.",
  notes: "The list is told by `feed.url`, which has to be the one under which Spamhaus publishes it.",
  params: z.object({}),
  create({ clock }) {
    /** The list's `Last-Modified`; stays in force until another list says otherwise. */
    let modified: string | undefined;

    return {
      records: lines({ comments: (line) => line.startsWith(";") }),
      save: () => modified,
      restore(saved) {
        if (typeof saved === "string") modified = saved;
      },
      parse(line: string, event, report) {
        if (line.startsWith(";")) {
          if (line.includes("Last-Modified:")) {
            const text = strip(line, "; ").slice("Last-Modified: ".length);
            modified = text; // in case it cannot be read: then the entries fail instead of going without a time
            modified = strictTime(text, clock.now());
          }
          return;
        }
        event.insert("time.source", modified);
        event.set("classification.type", "spam");
        event.insert("raw", line);
        parseEntry(line, event, String(report.get("feed.url")));
        return event;
      },
    };
  },
});

const networkLists: ReadonlySet<string> = new Set(
  ["edrop.txt", "dropv6.txt", "drop.txt", "drop.lasso"].map((name) => `https://www.spamhaus.org/drop/${name}`),
);
const asnList = "https://www.spamhaus.org/drop/asndrop.txt";

function parseEntry(line: string, event: Message, url: string): void {
  if (networkLists.has(url)) {
    const columns = columnsOf(line, ";");
    event.insert("source.network", columns(0));
    addExtra(event, new Map([["blocklist", columns(1)]]));
  } else if (url === asnList) {
    const columns = columnsOf(line.replaceAll("|", ";"), ";");
    event.insert("source.asn", strip(strip(columns(0), "AS")));
    event.insert("source.as_name", columns(2));
    event.insert("source.geolocation.cc", columns(1));
  } else {
    throw unknownFeed({ url });
  }
}

import { readFileSync, statSync } from "node:fs";
import { type CsvRecord, csvDicts, defineParser, flag, httpParameters, optional, text } from "@weir/engine";
import type { Message } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import { z } from "zod";
import { unusableFile } from "../../errors.ts";
import { compileRow } from "./row.ts";
import { parseSchema, type ReportType, type Schema } from "./schema.ts";
import { schemaPath, updateSchema } from "./schema-file.ts";
import { testSchema } from "./test-schema.ts";

export default defineParser({
  module: "intelmq.bots.parsers.shadowserver.parser",
  name: "Shadowserver",
  summary: "All CSV reports of Shadowserver, by the schema that Shadowserver publishes.",
  notes:
    "The kind of a report is told by its file name (`extra.file_name`, which Shadowserver's collectors set), or fixed by `feedname`. The schema " +
    "is the file `shadowserver-schema.json` in the directory of the bots' data; `auto_update` fetches it, and a file that changes is taken up " +
    "with the next report.",
  params: z.object({
    feedname: optional(text()).describe("Name of a feed in the schema; every report is taken for one of it."),
    overwrite: flag()
      .default(false)
      .describe("The feed's name in the schema replaces a `feed.name` that the report has."),
    auto_update: flag().default(false).describe("Fetch the newest schema when the bot starts, at most once an hour."),
    test_mode: flag().default(false).describe("Use the small schema of the test reports instead of the file."),
    ...httpParameters,
  }),
  create(context) {
    const { params, log, botsDir, botId } = context;
    const file = schemaPath(botsDir);
    let schema: Schema = { changes: [], byFeedName: new Map(), byFileName: new Map() };
    let loaded = "";
    let fill: ReturnType<typeof compileRow> = () => undefined;
    const compiled = new Map<ReportType, typeof fill>();

    function use(text: string, origin: string): void {
      try {
        schema = parseSchema(text);
      } catch (error) {
        throw unusableFile(
          { bot: botId, parameter: "auto_update", file: origin, problem: "it is no schema of Shadowserver" },
          { cause: error },
        );
      }
      compiled.clear();
      if (schema.version !== undefined) log.info(`Loading schema '${schema.version}'.`);
      for (const change of schema.changes) log.info(change);
    }

    /** Reads the file when it is another than the one that was read last. */
    function refresh(): void {
      const found = statSync(file, { throwIfNoEntry: false });
      if (found === undefined) throw schemaMissing({ file });
      const state = `${found.ino} ${found.size} ${found.mtimeMs}`;
      if (state === loaded) return;
      loaded = state;
      use(readFileSync(file, "utf8"), file);
    }

    function refreshOrKeep(): void {
      try {
        refresh();
      } catch (error) {
        log.error("The schema has changed and cannot be used; the one before it stays in use.", error);
      }
    }

    return {
      records: csvDicts({ raw: "current", quoteHeader: true }),
      async open() {
        if (params.auto_update) {
          log.debug("Feature 'auto_update' is enabled.");
          await updateSchema(context);
        }
        if (params.test_mode) use(testSchema, "the schema of the test reports");
        else refresh();
      },
      startReport(report) {
        if (!params.test_mode) refreshOrKeep();
        const type = typeOf(report, schema, params.feedname);
        fill = compiled.get(type) ?? compileRow({ type, overwrite: params.overwrite, log });
        compiled.set(type, fill);
      },
      parse(row: CsvRecord, event) {
        fill(row, event);
        return event;
      },
    };
  },
});

export const schemaMissing = errorKind<{ file: string }>("WEIR_SHADOWSERVER_SCHEMA_MISSING", {
  message: ({ file }) => `The schema file does not exist: ${file}.`,
  remedy: "Set `auto_update`, or put the schema there; Shadowserver publishes it.",
  retry: "never",
});

export const unknownReport = errorKind<{ problem: string }>("WEIR_SHADOWSERVER_UNKNOWN_REPORT", {
  message: ({ problem }) => problem,
  remedy:
    "Let the collector set `extra.file_name` to Shadowserver's name of the file, set `feedname`, or update the schema.",
  retry: "never",
});

/** `2031-05-04-scan_http-country-geo.csv` → `scan_http`. */
const reportFileName = /^(?:\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}-)?([\p{L}\p{N}_]+)(?:-[\p{L}\p{N}_]+)*\.csv\n?$/u;

function typeOf(report: Message, schema: Schema, feedName: string | undefined): ReportType {
  const fixed = feedName === undefined ? undefined : schema.byFeedName.get(feedName);
  if (fixed !== undefined) return fixed;
  const fileName = report.get("extra.file_name");
  if (fileName === undefined) {
    throw unknownReport({
      problem: "No feedname given as parameter and the processed report has no 'extra.file_name'.",
    });
  }
  const [, name] = reportFileName.exec(String(fileName)) ?? [];
  if (name === undefined) throw unknownReport({ problem: `Report's 'extra.file_name' '${fileName}' is not valid.` });
  const type = schema.byFileName.get(name);
  if (type === undefined)
    throw unknownReport({ problem: `Could not get a config for '${name}', check the documentation.` });
  return type;
}

import { commaList, csvRows, defineParser, flag, integer, mapping, optional, text } from "@weir/engine";
import { parseJson } from "@weir/format";
import { today } from "@weir/format/time";
import { z } from "zod";
import { invalidParameters } from "../../errors.ts";
import { timeFormat } from "../../time/time-format.ts";
import { compileColumns } from "./columns.ts";
import { compileCompositions } from "./compositions.ts";

/** Null and an empty text mean: not set. */
const orEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  optional(z.union([z.literal("").transform(() => undefined), schema]));

/** An object, or a text that holds one as JSON. */
const objectOrText = z.union([
  z.string().transform((json, issues) => {
    try {
      const value = parseJson(json);
      if (value instanceof Map) return Object.fromEntries(value);
      issues.addIssue({ code: "custom", message: "the text is no JSON object" });
    } catch (error) {
      issues.addIssue({
        code: "custom",
        message: `the text is no JSON: ${error instanceof Error ? error.message : error}`,
      });
    }
    return z.NEVER;
  }),
  mapping(z.unknown()),
]);

export default defineParser({
  module: "intelmq.bots.parsers.generic.parser_csv",
  name: "Generic CSV",
  listName: "GenericCsv",
  summary: "CSV of any kind: columns are given to fields by their position.",
  notes:
    "Lines that begin with `#` and blank lines are left out. A column may name several fields, `source.ip|source.network`: the first one " +
    "that takes the value gets it. An empty name and `__IGNORE__` skip the column; as the last alternative, `__IGNORE__` drops what no field takes.",
  params: z.object({
    columns: commaList(z.string()).describe("Field of each column, or alternatives with `|`."),
    columns_required: optional(z.array(flag())).describe(
      "For each column: false drops a value that no field takes; true makes the row fail. Default: true.",
    ),
    column_regex_search: orEmpty(mapping(z.string())).describe(
      "Field to regular expression: what it finds in the value is taken instead.",
    ),
    compose_fields: orEmpty(mapping(z.string())).describe("Field to template of the row's values: `http://{0}{1}`."),
    data_type: orEmpty(objectOrText).describe(
      "Field to type of its value; the only type is `json`. An object, or the same as JSON text.",
    ),
    default_url_protocol: text()
      .nullable()
      .transform((protocol) => protocol ?? "")
      .default("http://")
      .describe("Put before values of `*.url` that have no `://`."),
    delimiter: z.string().default(",").describe("Character between columns."),
    filter_text: optional(text()).describe("Text that `filter_type` is about."),
    filter_type: orEmpty(z.enum(["whitelist", "blacklist"])).describe(
      "`whitelist` takes only rows with `filter_text`, `blacklist` only rows without.",
    ),
    skip_header: z
      .union([z.boolean().transform(Number), integer({ min: 0 })])
      .default(0)
      .describe("Lines to skip at the start; true: one. They are kept in `raw`."),
    time_format: timeFormat().describe("How `time.source` and `time.destination` are written."),
    type: optional(text()).describe("`classification.type` of events that have none; older form of `default_fields`."),
    type_translation: orEmpty(z.union([objectOrText, z.array(z.unknown())])).describe(
      "The feed's word to `classification.type`.",
    ),
  }),
  create({ botId, params, clock, newEvent }) {
    const refuse = (problem: string, cause?: unknown) => invalidParameters({ bot: botId, problem }, { cause });
    let day = today(new Date(clock.now()));
    const fill = compileColumns(params, { refuse, today: () => day });
    const compose = compileCompositions(params.compose_fields ?? {});
    const type = params.type === "" ? undefined : params.type;
    if (type !== undefined) newEvent().insert("classification.type", type);
    const passes = compileFilter(params);

    const isCharacter = [...params.delimiter].length === 1;

    return {
      records: csvRows({
        delimiter: isCharacter ? params.delimiter : ",",
        skipHeader: params.skip_header,
        skipComments: true,
      }),
      startReport() {
        day = today(new Date(clock.now()));
        if (!isCharacter)
          throw refuse(`"delimiter" is ${JSON.stringify(params.delimiter)}; it has to be one character`);
      },
      parse(row: readonly string[], event) {
        if (!passes(row)) return;
        fill(row, event);
        compose(row, event);
        if (type !== undefined && !event.has("classification.type")) event.insert("classification.type", type);
        return event;
      },
    };
  },
});

interface FilterParameters {
  readonly delimiter: string;
  readonly filter_text?: string | undefined;
  readonly filter_type?: "whitelist" | "blacklist" | undefined;
}

/** Whether a row, as text with its delimiters, has (or has not) the wanted text. */
function compileFilter({
  delimiter,
  filter_text: wanted,
  filter_type: type,
}: FilterParameters): (row: readonly string[]) => boolean {
  if (wanted === undefined || wanted === "" || type === undefined) return () => true;
  return (row) => row.join(delimiter).includes(wanted) === (type === "whitelist");
}

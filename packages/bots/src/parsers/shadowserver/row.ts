/** A row of a report → an event, as its report type says. */
import type { CsvRecord, Logger } from "@weir/engine";
import { invalidKey, type JsonValue, type Message } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import { addExtra } from "../../records/extra.ts";
import { type Converter, converterNamed } from "./converters.ts";
import type { Assignment, ReportType } from "./schema.ts";

const requiredColumnMissing = errorKind<{ column: string; feed: string }>("WEIR_SHADOWSERVER_COLUMN_MISSING", {
  message: ({ column, feed }) =>
    `Required column '${column}' not found in feed '${feed}'. Possible change in data format or misconfiguration.`,
  remedy:
    "Compare the report's first line with the schema; update the schema, or let `feedname` choose another report type.",
  retry: "never",
});

const conversionFailed = errorKind<{ column: string; feed: string; value: string; converter: string }>(
  "WEIR_SHADOWSERVER_CONVERSION",
  {
    message: ({ column, feed, value, converter }) =>
      `Could not convert shadowkey: '${column}' in feed '${feed}', value: '${value}' via conversion function '${converter}'.`,
    remedy: "Look at the row: its format has changed, or the schema is older than the report.",
    retry: "never",
  },
);

export interface RowOptions {
  readonly type: ReportType;
  /** True: the schema's feed name replaces the report's. */
  readonly overwrite: boolean;
  readonly log: Logger;
}

/** Compiles a report type. The function fills the event and throws when the row is none of this type. */
export function compileRow({ type, overwrite, log }: RowOptions): (row: CsvRecord, event: Message) => void {
  const required = type.required.map(withConverter);
  const optional = type.optional.map(withConverter);
  const feed = type.feedName;
  const warned = new Set<string>();

  /** Once per report type and column: a report that lacks a column lacks it in every row. */
  const warnOnce = (message: string) => {
    if (warned.has(message)) return;
    warned.add(message);
    log.warning(message);
  };

  return (row, event) => {
    const hadExtra = event.has("extra");
    if (overwrite) event.set("feed.name", feed);
    else event.add("feed.name", feed);
    if (type.url !== undefined) event.add("feed.documentation", type.url);

    const pending = new Set(row.keys());
    for (const { field, column, converter, convert } of required) {
      if (!row.has(column)) throw requiredColumnMissing({ column, feed });
      pending.add(column);
      const cell = row.get(column) ?? null;
      if (cell === null) continue;
      const value = converter === undefined ? cell : converted(cell, row, { column, converter, convert, feed });
      if (value === null) continue;
      if (!insertIfKnown(event, String(field), value)) warnOnce(`Key not found in IDF '${field}'.`);
      pending.delete(column);
    }

    const extra = new Map<string, JsonValue>();
    for (const { field, column, converter, convert } of optional) {
      if (!row.has(column)) {
        warnOnce(
          `Optional key '${column}' not found in feed '${feed}'. Possible change in data format or misconfiguration.`,
        );
        continue;
      }
      pending.add(column);
      const cell = row.get(column) ?? null;
      // A converter that is not known is passed over, so that a newer schema still works.
      const value =
        cell === null || converter === undefined || convert === undefined
          ? cell
          : converted(cell, row, { column, converter, convert, feed });
      if (value === null || field === false || storeOptional(event, extra, field, column, value))
        pending.delete(column);
      else log.debug(`Could not add key '${column}' in feed '${feed}', adding it to extras.`);
    }

    for (const [field, value] of type.constants) event.set(field, value);

    for (const column of pending) {
      const cell = row.get(column) ?? null;
      if (cell !== "") extra.set(column, cell);
    }
    // What came with the report is kept beside the row's own; what the row itself has set is not added to.
    if (hadExtra) addExtra(event, extra);
    else if (extra.size > 0) event.insert("extra", extra);
  };
}

interface CompiledAssignment extends Assignment {
  readonly convert?: Converter;
}

function withConverter(assignment: Assignment): CompiledAssignment {
  const convert = assignment.converter === undefined ? undefined : converterNamed(assignment.converter);
  return convert === undefined ? assignment : { ...assignment, convert };
}

interface Conversion {
  readonly column: string;
  readonly converter: string;
  readonly convert: Converter | undefined;
  readonly feed: string;
}

function converted(cell: string, row: CsvRecord, { column, converter, convert, feed }: Conversion): JsonValue {
  const details = { column, feed, value: cell, converter };
  if (convert === undefined) throw conversionFailed(details, { cause: new Error("there is no such function") });
  try {
    return convert(cell, row);
  } catch (error) {
    throw conversionFailed(details, { cause: error });
  }
}

/** False when there is no such field. */
function insertIfKnown(event: Message, field: string, value: JsonValue): boolean {
  try {
    event.insert(field, value);
    return true;
  } catch (error) {
    if (invalidKey.is(error)) return false;
    throw error;
  }
}

/** False when the field does not take the value. */
function storeOptional(
  event: Message,
  extra: Map<string, JsonValue>,
  field: string,
  column: string,
  value: JsonValue,
): boolean {
  if (field.startsWith("extra.")) {
    extra.set(field === "extra." ? column : field.slice("extra.".length), value);
    return true;
  }
  try {
    return event.put(field, value, { mode: "fail", skipInvalid: true }) !== "invalid";
  } catch (error) {
    if (!invalidKey.is(error)) throw error;
    extra.set(field, value);
    return true;
  }
}

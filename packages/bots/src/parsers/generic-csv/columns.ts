/** How the columns of a row become fields: compiled once, so that a row costs little more than setting its fields. */
import { invalidValue, isRefusal, type JsonValue, type Message, parseJson, writeJson } from "@weir/format";
import { compilePythonRegex } from "@weir/format/python";
import type { CalendarDate, TimeFormat } from "@weir/format/time";

export interface ColumnParameters {
  readonly columns: readonly string[];
  readonly columns_required?: readonly boolean[] | undefined;
  readonly column_regex_search?: Readonly<Record<string, string>> | undefined;
  readonly data_type?: Readonly<Record<string, unknown>> | undefined;
  readonly default_url_protocol: string;
  readonly time_format: TimeFormat;
  readonly type?: string | undefined;
  readonly type_translation?: Readonly<Record<string, unknown>> | readonly unknown[] | undefined;
}

export interface CompileOptions {
  /** Makes the error for parameters that cannot be used. */
  refuse(problem: string, cause?: unknown): Error;
  /** The day from which the missing parts of a time come. */
  today(): CalendarDate;
}

type Fill = (row: readonly string[], event: Message) => void;
type FillOne = (cell: string, event: Message) => void;

/**
 * Compiles the columns. Surplus columns and cells are ignored, empty cells are skipped. The function throws for a cell that
 * none of its column's fields takes, for a time that cannot be read, and for a field that is set already.
 */
export function compileColumns(params: ColumnParameters, { refuse, today }: CompileOptions): Fill {
  const { columns, columns_required: required } = params;
  if (required !== undefined && required.length !== columns.length) {
    throw refuse(
      `"columns" has ${columns.length} and "columns_required" has ${required.length} entries; each column needs one`,
    );
  }
  const settings = {
    ...params,
    expressions: new Map(Object.entries(params.column_regex_search ?? {})),
    types: new Map(Object.entries(params.data_type ?? {})),
    refuse,
    today,
  };
  const fillers = columns.map((column, index) => compileColumn(column, required?.[index] ?? true, settings));
  return (row, event) => {
    const count = Math.min(row.length, fillers.length);
    for (let index = 0; index < count; index++) {
      const cell = row[index];
      if (cell !== undefined && cell !== "") fillers[index]?.(cell, event);
    }
  };
}

interface Settings extends ColumnParameters, CompileOptions {
  readonly expressions: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, unknown>;
}

/** What became of a value: its field has it (or it is none), or the next alternative has to try. */
type Outcome = "done" | "next";

interface Alternative {
  readonly field: string;
  /** Changes the value for this alternative and for those behind it. */
  readonly search?: (value: JsonValue) => JsonValue;
  take(value: JsonValue, event: Message): Outcome;
}

function compileColumn(column: string, required: boolean, settings: Settings): FillOne | undefined {
  if (isIgnored(column)) return undefined;
  const alternatives = column.split("|").map((field) => compileAlternative(field, settings));

  return (cell, event) => {
    let value: JsonValue = cell;
    for (const { search, take } of alternatives) {
      if (search !== undefined) value = search(value);
      if (take(value, event) === "done") return;
    }
    if (!required) return;
    const key = alternatives.at(-1)?.field ?? column;
    throw refusedCell(key, value, alternatives.length > 1 ? column : undefined, event);
  };
}

function refusedCell(key: string, value: JsonValue, column: string | undefined, event: Message): Error {
  const field = event.fields.lookup(key);
  const cleaned = field?.clean(value, true) ?? null;
  const own = isRefusal(cleaned) ? cleaned.refused : "the field does not take it";
  const reason = column === undefined ? own : `${own}; no field of the column ${column} takes it`;
  return invalidValue({ key, type: field?.definition.type ?? "unknown", value: writeJson(value), reason });
}

function isIgnored(field: string): boolean {
  return field === "" || field === "__IGNORE__";
}

const ifValid = { mode: "fail", skipInvalid: true } as const;

function put(event: Message, field: string, value: unknown): Outcome {
  return event.put(field, value, ifValid) === "invalid" ? "next" : "done";
}

function compileAlternative(field: string, settings: Settings): Alternative {
  const expression = settings.expressions.get(field);
  const search = expression === undefined ? {} : { search: compileSearch(field, expression, settings) };
  if (isIgnored(field)) return { field, ...search, take: () => "done" };
  const decode = compileDecoder(field, settings.types.get(field));
  const store = compileStore(field, settings);
  return { field, ...search, take: decode === undefined ? store : (value, event) => store(decode(value), event) };
}

function compileSearch(field: string, expression: string, { refuse }: CompileOptions): (value: JsonValue) => JsonValue {
  try {
    const pattern = compilePythonRegex(expression);
    return (value) => (typeof value === "string" ? (pattern.search(value)?.group(0) ?? null) : null);
  } catch (error) {
    throw refuse(`column_regex_search for "${field}" is no regular expression`, error);
  }
}

function compileDecoder(field: string, type: unknown): ((value: JsonValue) => JsonValue) | undefined {
  if (type === undefined) return undefined;
  return (value) => {
    if (type !== "json") throw new Error(`data_type of "${field}" is ${JSON.stringify(type)}; the only one is "json"`);
    return parseJson(String(value));
  };
}

function compileStore(field: string, params: Settings): Alternative["take"] {
  if (field === "time.source" || field === "time.destination") {
    const { time_format: format, today } = params;
    return (value, event) => put(event, field, format.convert(value, today()));
  }
  if (field.endsWith(".url")) {
    return (value, event) => {
      if (typeof value !== "string" || value === "") return "next";
      return put(event, field, value.includes("://") ? value : params.default_url_protocol + value);
    };
  }
  const { type_translation: translation } = params;
  if (field === "classification.type" && translation !== undefined && Object.keys(translation).length > 0) {
    return compileTranslation(translation, params.type !== undefined && params.type !== "");
  }
  return (value, event) => put(event, field, value);
}

function compileTranslation(translation: object, keepsUnknown: boolean): Alternative["take"] {
  // A list, which IntelMQ takes without complaint, translates nothing.
  const words = new Map<unknown, unknown>(Array.isArray(translation) ? [] : Object.entries(translation));
  return (value, event) => {
    if (words.has(value)) return put(event, "classification.type", words.get(value));
    return keepsUnknown ? put(event, "classification.type", value) : "next";
  };
}

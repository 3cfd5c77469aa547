/**
 * The schema of Shadowserver's reports: which column of which report becomes which field.
 *
 * A JSON object; `_meta` has the version, every other member describes a report. The provider publishes it; the file
 * name of a report (or the parameter `feedname`) chooses the description.
 */
import { isList, type JsonObject, type JsonValue, parseJson } from "@weir/format";

/** `[field, column]`, `[field, column, converter]` or `[field, column, converter, true]`. */
export interface Assignment {
  /** False: the column is left out. */
  readonly field: string | false;
  readonly column: string;
  readonly converter?: string;
}

export interface ReportType {
  readonly feedName: string;
  readonly fileName: string;
  /** Where the report is described. */
  readonly url?: string;
  readonly constants: readonly (readonly [field: string, value: JsonValue])[];
  readonly required: readonly Assignment[];
  readonly optional: readonly Assignment[];
}

export interface Schema {
  /** `date_created`; undefined for a schema without `_meta`. */
  readonly version?: string;
  readonly changes: readonly string[];
  readonly byFeedName: ReadonlyMap<string, ReportType>;
  readonly byFileName: ReadonlyMap<string, ReportType>;
}

/** Reads a schema. Throws an error that says what is wrong with which report. */
export function parseSchema(text: string): Schema {
  const root = objectAt(parseJson(text), "the schema");
  const byFeedName = new Map<string, ReportType>();
  const byFileName = new Map<string, ReportType>();
  for (const [id, value] of root) {
    if (id === "_meta") continue;
    const type = reportType(objectAt(value, `report "${id}"`), `report "${id}"`);
    byFeedName.set(type.feedName, type); // of two with one name, the later one counts
    byFileName.set(type.fileName, type);
  }
  const meta = root.get("_meta");
  if (meta === undefined) return { changes: [], byFeedName, byFileName };
  const { version, changes } = readMeta(objectAt(meta, "_meta"));
  return { version, changes, byFeedName, byFileName };
}

function readMeta(meta: JsonObject): { readonly version: string; readonly changes: readonly string[] } {
  const version = textAt(meta, "date_created", "_meta");
  const changes = listAt(meta, "change_log", "_meta");
  return { version, changes: changes.map(String) };
}

function reportType(entry: JsonObject, place: string): ReportType {
  const url = entry.get("url");
  return {
    feedName: textAt(entry, "feed_name", place),
    fileName: textAt(entry, "file_name", place),
    ...(typeof url === "string" ? { url } : {}),
    constants: [...objectAt(entry.get("constant_fields") ?? new Map(), `constant_fields of ${place}`)],
    required: listAt(entry, "required_fields", place).map((tuple) => assignment(tuple, place)),
    optional: listAt(entry, "optional_fields", place).map((tuple) => assignment(tuple, place)),
  };
}

function assignment(tuple: JsonValue, place: string): Assignment {
  const [field, column, converter]: readonly JsonValue[] = isList(tuple) ? tuple : [];
  if ((typeof field !== "string" && field !== false) || typeof column !== "string") {
    throw new Error(`${place} has an assignment that is not [field, column] or [field, column, converter]`);
  }
  return { field, column, ...(typeof converter === "string" ? { converter } : {}) };
}

function objectAt(value: JsonValue, place: string): JsonObject {
  if (value instanceof Map) return value;
  throw new Error(`${place} is no object`);
}

function textAt(object: JsonObject, key: string, place: string): string {
  const value = object.get(key);
  if (typeof value === "string") return value;
  throw new Error(`${place} has no text "${key}"`);
}

/** An absent list is empty. */
function listAt(object: JsonObject, key: string, place: string): readonly JsonValue[] {
  const value = object.get(key) ?? [];
  if (isList(value)) return value;
  throw new Error(`"${key}" of ${place} is no list`);
}

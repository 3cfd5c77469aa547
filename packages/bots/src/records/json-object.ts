import type { JsonObject } from "@weir/format";
import { errorKind } from "@weir/format/errors";

const notAnObject = errorKind<{ kind: string }>("WEIR_BOT_RECORD_NOT_AN_OBJECT", {
  message: ({ kind }) => `the record is ${kind}; an object was expected`,
  remedy: "Look at the report: its format has changed, or the collector fetched something else.",
  retry: "never",
});

/** The record as an object. Throws WEIR_BOT_RECORD_NOT_AN_OBJECT for anything else. */
export function asObject(record: unknown): JsonObject {
  if (record instanceof Map) return record;
  const kind = record === null ? "null" : Array.isArray(record) ? "a list" : `a ${typeof record}`;
  throw notAnObject({ kind });
}

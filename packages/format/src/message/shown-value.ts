/** Values as error messages show them: short, and whatever they are. */
import { toJsonValue } from "../values/to-json-value.ts";
import { writeJson } from "../wire/write-json.ts";

const maxLength = 120;

/** The beginning of the value as JSON, or what it is where it has no JSON form. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return cut(JSON.stringify(value.slice(0, maxLength)), value.length > maxLength);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const json = toJsonValue(value);
  return json === undefined ? `something of the type ${typeof value}` : cut(writeJson(json, { ascii: false }), false);
}

function cut(text: string, isCut: boolean): string {
  return isCut || text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

/** A message that cannot be read any more, as the JSON that it would be on the wire, so that a person can mend it. */
import { encodeBase64 } from "@weir/format";

/** The message of this index in a text of `encodeMessages`; the whole text when it has no such row. */
export function rowText(text: string, index: number): string {
  const chunk: unknown = JSON.parse(text);
  if (!Array.isArray(chunk) || !Array.isArray(chunk[0]) || !Array.isArray(chunk[1])) return text;
  const row: unknown = chunk[1][index];
  const shape: unknown = Array.isArray(row) ? chunk[0][Number(row[0])] : undefined;
  if (!Array.isArray(row) || !Array.isArray(shape)) return JSON.stringify(row) ?? text;
  const members = shape.slice(1).map((name, at) => `${JSON.stringify(String(name))}: ${valueText(row[at + 1])}`);
  return `{${[...members, `"__type": ${JSON.stringify(shape[0]) ?? "null"}`].join(", ")}}`;
}

/** Tags as `encodeMessages` writes them. */
function valueText(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value) ?? "null";
  const [tag, ...rest] = value;
  switch (tag) {
    case "f":
      return floatText(String(rest[0]));
    case "i":
      return String(rest[0]);
    case "t":
      return JSON.stringify(encodeBase64(new TextEncoder().encode(String(rest[0]))));
    case "b":
      return JSON.stringify(String(rest[0]));
    case "m": {
      const pairs = rest.flatMap((name, at) =>
        at % 2 === 0 ? [`${JSON.stringify(String(name))}: ${valueText(rest[at + 1])}`] : [],
      );
      return `{${pairs.join(", ")}}`;
    }
    default:
      return `[${rest.map(valueText).join(", ")}]`;
  }
}

function floatText(source: string): string {
  return /^-?\d+$/.test(source) ? `${source}.0` : source;
}

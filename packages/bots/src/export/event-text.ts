/** Events as the text that outputs write, as their export parameters say. */
import type { ExportParameters } from "@weir/engine";
import { compileExport, type ExportOptions, exportJson, type Message, parseJson } from "@weir/format";
import { missingField } from "../errors.ts";
import type { Utf8Buffer } from "./utf8-buffer.ts";

/**
 * The text of an event: JSON (keys sorted, non-ASCII characters as they are) or, with `single_key`, one field: `raw` is
 * decoded, `output` gives the text of a JSON string and other JSON as it stands, other fields their text form.
 * The function throws WEIR_BOT_FIELD_MISSING when `output` is wanted and missing.
 */
export function compileEventText(params: ExportParameters): (event: Message) => string {
  const { single_key: key } = params;
  if (key === undefined) {
    const options = exportOptions(params);
    return (event) => exportJson(event, options);
  }
  if (key === "raw") return (event) => event.getDecoded("raw") ?? "";
  if (key === "output") {
    return (event) => {
      const output = event.get("output");
      if (output === undefined) throw missingField({ field: "output", wantedBy: "single_key" });
      const value = parseJson(String(output));
      return typeof value === "string" ? value : String(output);
    };
  }
  return (event) => event.text(key) ?? "None";
}

/**
 * The same text as a line, written into a buffer: for outputs that write many events. The function throws what
 * {@link compileEventText} throws and WEIR_BOT_NOT_ENCODABLE; the buffer is then as before.
 */
export function compileEventLine(params: ExportParameters): (event: Message, buffer: Utf8Buffer) => void {
  if (params.single_key === undefined) {
    const write = compileExport(exportOptions(params));
    return (event, { writer }) => {
      write(event, writer);
      writer.byte(lineFeed);
    };
  }
  const textOf = compileEventText(params);
  return (event, buffer) => buffer.append(`${textOf(event)}\n`);
}

const lineFeed = 10;

function exportOptions(params: ExportParameters): ExportOptions {
  return {
    hierarchical:
      params.hierarchical_output ?? params.message_hierarchical ?? params.message_hierarchical_output ?? false,
    withType: params.message_with_type ?? params.with_type ?? false,
    jsonDictAsString: params.message_jsondict_as_string,
    without: params.keep_raw_field ? nothing : rawField,
  };
}

const nothing: ReadonlySet<string> = new Set();
const rawField: ReadonlySet<string> = new Set(["raw"]);

/** Events as the text that outputs write, as their export parameters say. */
import type { ExportParameters } from "@weir/engine";
import { exportJson, type Message, parseJson } from "@weir/format";
import { missingField } from "../errors.ts";

/**
 * The text of an event: JSON (keys sorted, non-ASCII characters as they are) or, with `single_key`, one field: `raw` is
 * decoded, `output` gives the text of a JSON string and other JSON as it stands, other fields their text form.
 * The function throws WEIR_BOT_FIELD_MISSING when `output` is wanted and missing.
 */
export function compileEventText(params: ExportParameters): (event: Message) => string {
  const { single_key: key } = params;
  if (key === undefined) {
    const options = {
      hierarchical:
        params.hierarchical_output ?? params.message_hierarchical ?? params.message_hierarchical_output ?? false,
      withType: params.message_with_type ?? params.with_type ?? false,
      jsonDictAsString: params.message_jsondict_as_string,
      without: params.keep_raw_field ? nothing : rawField,
    };
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

const nothing: ReadonlySet<string> = new Set();
const rawField: ReadonlySet<string> = new Set(["raw"]);

/**
 * Messages as people edit and read them: a field per line, `raw` as text where it is text.
 *
 * Invariant: what is not changed by the person comes back as it was, kinds of numbers included.
 */
import { type JsonObject, type JsonValue, parseJson, writeJson } from "@weir/format";
import { errorKind } from "@weir/format/errors";

const editedInvalid = errorKind<{ reason: string }>("WEIR_EDITED_MESSAGE", {
  message: ({ reason }) => `the edited message is none: ${reason}`,
  remedy: "Keep the form: a JSON object with a field per line. Nothing was changed.",
  retry: "never",
});

export interface EditableMessage {
  readonly text: string;
  /** The wire form of the edited text. Throws WEIR_EDITED_MESSAGE. */
  back(edited: string): string;
}

/** From the wire form. */
export function editable(wire: string): EditableMessage {
  const message = parseJson(wire);
  if (!(message instanceof Map)) return { text: wire, back: (edited) => edited };
  const raw = decodedRaw(message);
  const shown = raw === undefined ? message : new Map([...message, ["raw", raw]]);
  return {
    text: `${fieldPerLine(shown)}\n`,
    back(edited) {
      const value = parsed(edited);
      const text = value.get("raw");
      if (raw === undefined || typeof text !== "string") return writeJson(value);
      return writeJson(new Map([...value, ["raw", Buffer.from(text).toString("base64")]]));
    },
  };
}

/** The data of a message when it is text. */
export function decodedRaw(message: JsonObject): string | undefined {
  const raw = message.get("raw");
  if (typeof raw !== "string") return undefined;
  const bytes = Buffer.from(raw, "base64");
  if (bytes.toString("base64") !== raw) return undefined;
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function fieldPerLine(message: JsonObject): string {
  const lines = [...message].map(
    ([name, value]) => `  ${writeJson(name, { ascii: false })}: ${writeJson(value, { ascii: false })}`,
  );
  return `{\n${lines.join(",\n")}\n}`;
}

function parsed(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    throw editedInvalid({ reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
  if (!(value instanceof Map)) throw editedInvalid({ reason: "it is no JSON object" });
  return value;
}

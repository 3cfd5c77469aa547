/**
 * IntelMQ's dump files: a JSON object, indented by four, names sorted; each name is the time of a failure in UTC with
 * microseconds, each value `bot_id`, `source_queue`, `traceback`, `message`, and `message_type: base64` for bytes.
 */
import { randomUUID } from "node:crypto";
import {
  type FieldTables,
  type JsonObject,
  type JsonValue,
  messageFromMap,
  parseJson,
  parseMessage,
  writeJson,
  writeMessage,
} from "@weir/format";
import { errorKind } from "@weir/format/errors";
import type { DeadLetter } from "./dead-letter.ts";

export const dumpInvalid = errorKind<{ reason: string }>("WEIR_DUMP_INVALID", {
  message: ({ reason }) => `this is no IntelMQ dump file: ${reason}`,
  remedy: "A dump file is a JSON object of failures. A damaged one can be mended by hand, or taken from a backup.",
  retry: "never",
});

/** The text of a dump file. */
export function writeDump(letters: readonly DeadLetter[]): string {
  const entries = new Map<string, Record<string, unknown>>();
  for (const letter of letters) {
    let micro = letter.time * 1000;
    while (entries.has(timeName(micro))) micro += 1;
    entries.set(timeName(micro), entryOf(letter));
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 4)}\n`;
}

function entryOf({ bot, queue, error, envelope, bytes }: DeadLetter): Record<string, unknown> {
  const content =
    envelope === undefined
      ? { message: Buffer.from(bytes ?? []).toString("base64"), message_type: "base64" }
      : { message: writeMessage(envelope.message) };
  return {
    bot_id: bot,
    ...content,
    source_queue: queue === "" ? null : queue,
    traceback: (error.stack ?? `${error.name}: ${error.message}`).split("\n").map((line) => `${line}\n`),
  };
}

function timeName(microseconds: number): string {
  const iso = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, 19);
  return `${iso}.${String(microseconds % 1_000_000).padStart(6, "0")}`;
}

export interface DumpContent {
  readonly letters: readonly DeadLetter[];
  /** What could not be read, with the names of the entries. */
  readonly problems: readonly string[];
}

/** Reads a dump file; `bot` is for entries that name none. Throws WEIR_DUMP_INVALID when it is no JSON object. */
export function readDump(text: string, fields: FieldTables, bot = ""): DumpContent {
  let root: JsonValue;
  try {
    root = parseJson(text);
  } catch (error) {
    throw dumpInvalid({ reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
  if (!(root instanceof Map)) throw dumpInvalid({ reason: "it is no JSON object" });
  const letters: DeadLetter[] = [];
  const problems: string[] = [];
  for (const [name, entry] of root) {
    if (!(entry instanceof Map)) problems.push(`${name}: it is no object`);
    else letters.push(letterOf(name, entry, { fields, bot, problems }));
  }
  return { letters, problems };
}

function letterOf(
  name: string,
  entry: JsonObject,
  { fields, bot, problems }: { fields: FieldTables; bot: string; problems: string[] },
): DeadLetter {
  const text = (key: string): string | undefined => {
    const value = entry.get(key);
    return typeof value === "string" ? value : undefined;
  };
  const parsed = Date.parse(`${name.slice(0, 23)}Z`);
  const time = Number.isNaN(parsed) ? Date.now() : parsed;
  const trace = entry.get("traceback");
  const lines = (Array.isArray(trace) ? trace.join("") : typeof trace === "string" ? trace : "").trimEnd();
  const last = lines.split("\n").at(-1) ?? "";
  const letter: DeadLetter = {
    id: `${String(time).padStart(14, "0")}-${randomUUID()}`,
    time,
    bot: text("bot_id") ?? bot,
    queue: text("source_queue") ?? "",
    attempts: 1,
    error: { name: "Error", message: last === "" ? "imported from a dump file without an error" : last, stack: lines },
  };
  const message = entry.get("message");
  if (text("message_type") === "base64") return { ...letter, bytes: Buffer.from(text("message") ?? "", "base64") };
  try {
    if (message instanceof Map)
      return { ...letter, envelope: { id: letter.id, message: messageFromMap(message, fields, "Event") } };
    if (typeof message === "string")
      return { ...letter, envelope: { id: letter.id, message: parseMessage(message, fields, "Event") } };
    problems.push(`${name}: it holds no message`);
    return letter;
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}; its text is kept`);
    return { ...letter, bytes: Buffer.from(typeof message === "string" ? message : writeJson(message ?? null)) };
  }
}

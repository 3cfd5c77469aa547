/**
 * IntelMQ's dump files: a JSON object, indented by four, names sorted, in ASCII; each name is the time of a failure in UTC
 * with microseconds, each value `bot_id`, `source_queue`, `traceback`, `message`, and `message_type: base64` for bytes.
 * Old ones hold the message as an object.
 */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import {
  decodeBase64,
  type FieldTables,
  type JsonObject,
  type JsonValue,
  type Message,
  messageFromMap,
  parseJson,
  parseMessage,
  writeJson,
  writeMessage,
} from "@weir/format";
import type { DeadLetter } from "./dead-letter.ts";
import { salvageEntries } from "./dump-salvage.ts";
import { dumpInvalid } from "./errors.ts";
import { errorOfTraceback, tracebackOf } from "./traceback.ts";

/** The text of a dump file, as Python's `json.dump` with `indent=4, sort_keys=True` writes it. */
export function writeDump(letters: readonly DeadLetter[]): string {
  const entries = new Map<string, Record<string, unknown>>();
  for (const letter of letters) {
    let microseconds = Math.round(letter.time * 1000);
    while (entries.has(timeName(microseconds))) microseconds += 1;
    entries.set(timeName(microseconds), entryOf(letter));
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return escapeNonAscii(JSON.stringify(Object.fromEntries(sorted), null, 4));
}

/** Members in the order of their names. */
function entryOf({ bot, queue, error, envelope, bytes }: DeadLetter): Record<string, unknown> {
  const content =
    envelope === undefined
      ? { message: Buffer.from(bytes ?? []).toString("base64"), message_type: "base64" }
      : { message: writeMessage(envelope.message) };
  return {
    bot_id: bot,
    ...content,
    source_queue: queue === "" ? null : queue,
    traceback: tracebackOf(error),
  };
}

function escapeNonAscii(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function timeName(microseconds: number): string {
  const iso = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, 19);
  return `${iso}.${String(microseconds % 1_000_000).padStart(6, "0")}`;
}

/** Writes a dump file: the old one or the whole new one is there at any time. */
export async function writeDumpFile(path: string, letters: readonly DeadLetter[]): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  const file = await open(temporary, "wx", 0o640);
  try {
    await file.writeFile(writeDump(letters));
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined); // closed already, or of no more use
    await rm(temporary, { force: true });
    throw error;
  }
  const directory = await open(dirname(path), "r");
  await directory.sync();
  await directory.close();
}

export interface DumpContent {
  readonly letters: readonly DeadLetter[];
  /** What could not be read, with the names of the entries. */
  readonly problems: readonly string[];
}

/**
 * Reads a dump file; `bot` is for entries that name none. Of a damaged file the entries before the damage are read.
 * Throws WEIR_DUMP_INVALID when there is nothing to be had.
 */
export function readDump(text: string, fields: FieldTables, bot = ""): DumpContent {
  const problems: string[] = [];
  const letters: DeadLetter[] = [];
  for (const [name, entry] of entriesOf(text, problems)) {
    if (entry instanceof Map) letters.push(letterOf(name, entry, { fields, bot, problems }));
    else problems.push(`${name}: it is no object`);
  }
  return { letters, problems };
}

function entriesOf(text: string, problems: string[]): Iterable<readonly [string, JsonValue]> {
  if (text.trim() === "") throw dumpInvalid({ reason: "it is empty" });
  let root: JsonValue;
  try {
    root = parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const { entries, end } = salvageEntries(text);
    if (entries.size === 0) throw dumpInvalid({ reason }, { cause: error });
    problems.push(
      `the file is damaged behind character ${end} (${reason}); ${entries.size} entries before that are read`,
    );
    return entries;
  }
  if (!(root instanceof Map)) throw dumpInvalid({ reason: "it is no JSON object" });
  return root;
}

interface EntryContext {
  readonly fields: FieldTables;
  readonly bot: string;
  readonly problems: string[];
}

function letterOf(name: string, entry: JsonObject, { fields, bot, problems }: EntryContext): DeadLetter {
  const time = timeOf(name);
  if (time === undefined) problems.push(`${name}: its name is no time; the present one is taken`);
  const at = time ?? Date.now();
  const letter: DeadLetter = {
    id: `${String(Math.floor(at)).padStart(14, "0")}-${randomUUID()}`,
    time: at,
    bot: textOf(entry, "bot_id") ?? bot,
    queue: textOf(entry, "source_queue") ?? "",
    attempts: 1,
    error: errorOfTraceback(entry.get("traceback")),
  };
  const message = entry.get("message");
  if (textOf(entry, "message_type") === "base64") {
    const text = textOf(entry, "message") ?? "";
    const bytes = /^[A-Za-z0-9+/\s]*=*\s*$/.test(text) ? decodeBase64(text) : undefined;
    if (bytes !== undefined) return { ...letter, bytes };
    problems.push(`${name}: its message is no base64; its text is kept`);
    return { ...letter, bytes: new TextEncoder().encode(text) };
  }
  try {
    return { ...letter, envelope: { id: letter.id, message: messageOf(message, fields) } };
  } catch (reason) {
    problems.push(`${name}: ${reason instanceof Error ? reason.message : String(reason)}; its text is kept`);
    if (message === undefined || message === null) return letter;
    return { ...letter, bytes: new TextEncoder().encode(typeof message === "string" ? message : writeJson(message)) };
  }
}

function messageOf(message: JsonValue | undefined, fields: FieldTables): Message {
  if (message instanceof Map) return messageFromMap(message, fields, "Event");
  if (typeof message === "string") return parseMessage(message, fields, "Event");
  throw new Error("it holds no message");
}

function textOf(entry: JsonObject, key: string): string | undefined {
  const value = entry.get(key);
  return typeof value === "string" ? value : undefined;
}

/** Epoch milliseconds with their fraction. */
function timeOf(name: string): number | undefined {
  const [, seconds, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(name) ?? [];
  const time = Date.parse(`${seconds ?? ""}Z`);
  return Number.isNaN(time) ? undefined : time + Number(fraction.padEnd(6, "0")) / 1000;
}

/**
 * A dead letter as two records: a head with what lists show, and a body with the rest.
 *
 *     head   JSON {id, time, bot, queue, error {code?, name, message}, attempts, holds, blob?}
 *     body   4 bytes (little endian) length of the stack, the stack in UTF-8, then a record of the message (chunk-record.ts)
 *            or the bytes that were none: as `holds` says
 *
 * Invariants
 * - A damaged record gives a letter that says so and still holds its bytes; reading never throws.
 */
import type { FieldTables } from "@weir/format";
import { readChunk, writeChunk } from "../broker/embedded/chunk-record.ts";
import type { StoredLetter } from "../broker/embedded/store-unit.ts";
import type { DeadLetter } from "./dead-letter.ts";

type Head = Omit<DeadLetter, "envelope" | "bytes"> & { readonly holds: "message" | "bytes" | "nothing" };

export function writeLetter({ envelope, bytes, error, ...rest }: DeadLetter): StoredLetter {
  const { stack = "", ...shown } = error;
  const holds = envelope !== undefined ? "message" : bytes !== undefined ? "bytes" : "nothing";
  const blob = envelope?.blob?.id;
  const head = { ...rest, error: shown, holds, ...(blob === undefined ? {} : { blob }) };
  const content = envelope !== undefined ? writeChunk([envelope]) : (bytes ?? new Uint8Array());
  const stackBytes = new TextEncoder().encode(stack);
  const body = new Uint8Array(4 + stackBytes.length + content.length);
  new DataView(body.buffer).setUint32(0, stackBytes.length, true);
  body.set(stackBytes, 4);
  body.set(content, 4 + stackBytes.length);
  const headBytes = new TextEncoder().encode(JSON.stringify(head));
  return { id: rest.id, head: headBytes, body, ...(blob === undefined ? {} : { blob }) };
}

/** The letter of a head alone: without message, bytes and stack. */
export function readLetterHead(id: string, head: Uint8Array): DeadLetter {
  const { holds: _, ...letter } = parseHead(id, head);
  return letter;
}

/** The whole letter. */
export function readLetter(id: string, head: Uint8Array, body: Uint8Array, fields: FieldTables): DeadLetter {
  const { holds, ...letter } = parseHead(id, head);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const length = body.byteLength < 4 ? 0 : view.getUint32(0, true);
  if (body.byteLength < 4 + length) return withDamage({ ...letter, bytes: body }, "it is cut off");
  const stack = new TextDecoder().decode(body.subarray(4, 4 + length));
  const whole: DeadLetter = { ...letter, error: { ...letter.error, ...(stack === "" ? {} : { stack }) } };
  const content = body.slice(4 + length);
  if (holds === "nothing") return whole;
  if (holds === "bytes") return { ...whole, bytes: content };
  try {
    const [item] = readChunk(content, fields, "its message");
    if (item === undefined) throw new Error("it holds no message");
    if ("envelope" in item) return { ...whole, envelope: item.envelope };
    return withDamage({ ...whole, bytes: item.unreadable.bytes }, item.unreadable.error.message);
  } catch (error) {
    return withDamage({ ...whole, bytes: content }, error instanceof Error ? error.message : String(error));
  }
}

function withDamage(letter: DeadLetter, reason: string): DeadLetter {
  const message = `${letter.error.message} (the message cannot be read any more: ${reason})`;
  return { ...letter, error: { ...letter.error, message } };
}

function parseHead(id: string, head: Uint8Array): Head {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(head));
    if (isHead(value)) {
      const { time, bot, queue, error, attempts, holds } = value;
      return { id, time, bot, queue, error, attempts, holds };
    }
  } catch {
    // falls through: told below
  }
  const error = { name: "Error", message: "the record of this failure is damaged" };
  return { id, time: 0, bot: "", queue: "", attempts: 0, error, holds: "bytes" };
}

function isHead(value: unknown): value is Head {
  if (typeof value !== "object" || value === null) return false;
  const { time, bot, queue, error, attempts, holds } = value as Partial<Record<keyof Head, unknown>>; // looked at one by one
  return (
    typeof time === "number" &&
    typeof bot === "string" &&
    typeof queue === "string" &&
    typeof attempts === "number" &&
    (holds === "message" || holds === "bytes" || holds === "nothing") &&
    typeof error === "object" &&
    error !== null &&
    "name" in error &&
    "message" in error &&
    typeof error.message === "string"
  );
}

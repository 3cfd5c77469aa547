/**
 * Dead letters in the store: listed, shown, edited, put back, dropped, exchanged as IntelMQ dump files.
 *
 * Record: one line of JSON with everything but the message, then a record of the message (chunk-record.ts) or the bytes.
 *
 * Invariants
 * - Showing changes nothing. Putting back and removing are one unit, so a message is never in both places or in none.
 */
import { type FieldTables, type Message, reportFromEvent } from "@weir/format";
import type { Envelope, UnitOfWork } from "../broker/broker.ts";
import { decodeChunk, encodeChunk } from "../broker/lmdb/chunk-record.ts";
import { emptyUnit, type PreparedUnit } from "../broker/lmdb/store.ts";
import { deadLetterMissing } from "../broker/lmdb/errors.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { readDump, writeDump } from "./dump-file.ts";

export interface DeadLetterFilter {
  readonly bot?: string;
  /** Text of the error's message or its code. */
  readonly error?: string;
  readonly limit?: number;
}

export interface DeadLetters {
  /** Oldest first. */
  list(filter?: DeadLetterFilter): Promise<{ readonly letters: readonly DeadLetter[]; readonly total: number }>;
  /** Throws WEIR_FAILURE_MISSING. */
  get(id: string): Promise<DeadLetter>;
  /** Gives the letter another message. */
  edit(id: string, message: Message): Promise<void>;
  /** Puts messages back into their queues, or another one; says which could not be. */
  retry(ids: readonly string[], options?: { readonly queue?: string; readonly asReport?: boolean }): Promise<{ readonly retried: number; readonly skipped: readonly { id: string; reason: string }[] }>;
  drop(ids: readonly string[]): Promise<number>;
  exportDump(filter?: DeadLetterFilter): Promise<string>;
  /** Entries that cannot be read are told, the others taken. */
  importDump(text: string, bot?: string): Promise<{ readonly imported: number; readonly problems: readonly string[] }>;
}

export interface DeadLetterStore {
  readonly fields: FieldTables;
  list(): Promise<readonly DeadLetter[]>;
  get(id: string): Promise<DeadLetter | undefined>;
  commit(unit: PreparedUnit): Promise<void>;
  prepare(unit: UnitOfWork): PreparedUnit;
}

type Line = Omit<DeadLetter, "envelope" | "bytes"> & { readonly holds: "message" | "bytes" | "nothing" };

/** The record of a letter. */
export function deadLetterRecord({ envelope, bytes, ...rest }: DeadLetter): Uint8Array {
  const holds = envelope !== undefined ? "message" : bytes !== undefined ? "bytes" : "nothing";
  const line: Line = { ...rest, holds };
  const body = envelope !== undefined ? encodeChunk([envelope], rest.time) : (bytes ?? new Uint8Array());
  return Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), body]);
}

/** The letter of a record; a damaged one still has its id and says what is wrong. Never throws. */
export function readDeadLetter(id: string, record: Uint8Array, fields: FieldTables): DeadLetter {
  const end = record.indexOf(10);
  const body = record.subarray(end + 1);
  let line: Line;
  try {
    line = JSON.parse(Buffer.from(record.subarray(0, end)).toString("utf8")) as Line; // we wrote it; checked by being JSON
  } catch (error) {
    return damaged(id, body, error);
  }
  const { holds, ...rest } = line;
  if (holds === "bytes") return { ...rest, bytes: body };
  if (holds === "nothing") return rest;
  try {
    const [envelope] = decodeChunk(body, fields);
    if (envelope === undefined || envelope instanceof Error) throw envelope ?? new Error("it holds no message");
    return { ...rest, envelope };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...rest, bytes: body, error: { ...rest.error, message: `${rest.error.message} (its message cannot be read any more: ${reason})` } };
  }
}

function damaged(id: string, bytes: Uint8Array, error: unknown): DeadLetter {
  const message = `the record of this failure is damaged: ${error instanceof Error ? error.message : String(error)}`;
  return { id, time: 0, bot: "", queue: "", attempts: 0, error: { name: "Error", message }, bytes };
}

export function openDeadLetters(store: DeadLetterStore): DeadLetters {
  const list = async ({ bot, error, limit }: DeadLetterFilter = {}): Promise<{ letters: readonly DeadLetter[]; total: number }> => {
    const all = (await store.list()).filter(
      (letter) => (bot === undefined || letter.bot === bot) && (error === undefined || letter.error.message.includes(error) || letter.error.code === error),
    );
    return { letters: limit === undefined ? all : all.slice(0, limit), total: all.length };
  };
  const get = async (id: string): Promise<DeadLetter> => {
    const letter = await store.get(id);
    if (letter === undefined) throw deadLetterMissing({ id });
    return letter;
  };
  const blobOf = ({ envelope }: DeadLetter): readonly string[] => (envelope?.blob === undefined ? [] : [envelope.blob.id]);

  return {
    list,
    get,
    async edit(id, message) {
      const letter = await get(id);
      const { bytes: _, ...rest } = letter;
      const changed: DeadLetter = { ...rest, envelope: { id: letter.envelope?.id ?? id, message } };
      const { letters } = store.prepare({ deadLetters: [changed] });
      // An edited message has its data inside; what was kept as a file is not referred to any more.
      await store.commit({ ...emptyUnit, letters, releaseBlobs: blobOf(letter) });
    },
    async retry(ids, { queue, asReport } = {}) {
      const skipped: { id: string; reason: string }[] = [];
      let retried = 0;
      for (const id of ids) {
        const letter = await get(id);
        const target = queue ?? letter.queue;
        if (letter.envelope === undefined) skipped.push({ id, reason: "it holds no message that could be read: edit it first" });
        else if (target === "") skipped.push({ id, reason: "it came from no queue: name one" });
        else {
          const envelope = asReport === true ? toReport(letter.envelope, store.fields) : letter.envelope;
          const { attempts: _, ...fresh } = envelope;
          const { enqueue } = store.prepare({ enqueue: [{ queue: target, envelopes: [fresh] }] });
          await store.commit({ ...emptyUnit, enqueue, dropLetters: [id], releaseBlobs: blobOf(letter) });
          retried += 1;
        }
      }
      return { retried, skipped };
    },
    async drop(ids) {
      const letters = await Promise.all(ids.map(get));
      await store.commit({ ...emptyUnit, dropLetters: ids, releaseBlobs: letters.flatMap(blobOf) });
      return ids.length;
    },
    async exportDump(filter) {
      return writeDump((await list(filter)).letters);
    },
    async importDump(text, bot) {
      const { letters, problems } = readDump(text, store.fields, bot);
      const prepared = store.prepare({ deadLetters: letters });
      await store.commit({ ...emptyUnit, letters: prepared.letters });
      return { imported: letters.length, problems };
    },
  };
}

/** An event that is put into a parser's queue becomes a report, as IntelMQ's tool does. */
function toReport(envelope: Envelope, fields: FieldTables): Envelope {
  return envelope.message.type === "Report" ? envelope : { ...envelope, message: reportFromEvent(envelope.message, fields.report) };
}


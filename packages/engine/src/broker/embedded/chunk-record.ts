/**
 * A record of the store that holds messages.
 *
 *     0   4  "WQ01"
 *     4   4  number of messages
 *     8   4  CRC-32 of what follows byte 16
 *     12  4  seconds since epoch at which it was written
 *     16     one line of JSON: { ids, more: { index: { blob, attempts } } }, then the text of `encodeMessages`, UTF-8
 *
 * A message that was put by hand and is none stays as its bytes: `more[index].bytes` (base64), and an empty event in its place.
 */
import { crc32 } from "node:zlib";
import { decodeMessages, encodeMessages, type FieldTables } from "@weir/format";
import type { BlobRef, Envelope } from "../broker.ts";

const magic = 0x57513031;
const headBytes = 16;
const decoder = new TextDecoder();

interface More {
  readonly blob?: BlobRef;
  readonly attempts?: number;
}

interface ChunkHead {
  readonly ids: readonly string[];
  readonly more?: Readonly<Record<number, More>>;
}

/** The record of these envelopes. */
export function encodeChunk(envelopes: readonly Envelope[], now: number): Uint8Array {
  const more: Record<number, More> = {};
  envelopes.forEach(({ blob, attempts }, index) => {
    if (blob !== undefined || attempts !== undefined) {
      more[index] = { ...(blob === undefined ? {} : { blob }), ...(attempts === undefined ? {} : { attempts }) };
    }
  });
  const head: ChunkHead = { ids: envelopes.map(({ id }) => id), ...(Object.keys(more).length === 0 ? {} : { more }) };
  const text = `${JSON.stringify(head)}\n${encodeMessages(envelopes.map(({ message }) => message))}`;
  const length = Buffer.byteLength(text);
  const record = Buffer.allocUnsafeSlow(headBytes + length);
  record.write(text, headBytes, "utf8");
  record.writeUInt32BE(magic, 0);
  record.writeUInt32BE(envelopes.length, 4);
  record.writeUInt32BE(crc32(record.subarray(headBytes)), 8);
  record.writeUInt32BE(Math.floor(now / 1000), 12);
  return record;
}

/** Why a record cannot be read. */
export class BrokenRecord extends Error {}

/** Checks a record and gives its number of messages and time. Throws {@link BrokenRecord}. */
export function inspectChunk(record: Uint8Array): { readonly count: number; readonly written: number } {
  if (record.length < headBytes) throw new BrokenRecord("it is too short");
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  if (view.getUint32(0) !== magic) throw new BrokenRecord("it does not begin as a record does");
  if (view.getUint32(8) !== crc32(record.subarray(headBytes))) throw new BrokenRecord("its checksum is wrong");
  return { count: view.getUint32(4), written: view.getUint32(12) * 1000 };
}

/** The blobs that a record refers to, once for each reference. Throws {@link BrokenRecord}. */
export function blobsOf(record: Uint8Array): readonly string[] {
  const { more } = headOf(record);
  return Object.values(more ?? {}).flatMap(({ blob }) => (blob === undefined ? [] : [blob.id]));
}

function headOf(record: Uint8Array): ChunkHead {
  const end = record.indexOf(10, headBytes);
  try {
    return JSON.parse(decoder.decode(record.subarray(headBytes, end))) as ChunkHead; // the checksum says that we wrote it
  } catch (error) {
    throw new BrokenRecord("its head is no JSON", { cause: error });
  }
}

/** What a record holds: envelopes, or why a message of it cannot be read. Throws {@link BrokenRecord}. */
export function decodeChunk(record: Uint8Array, tables: FieldTables): readonly (Envelope | Error)[] {
  const { count } = inspectChunk(record);
  const head = headOf(record);
  const end = record.indexOf(10, headBytes);
  const messages = decodeMessages(decoder.decode(record.subarray(end + 1)), tables);
  if (messages.length !== count || head.ids.length !== count) throw new BrokenRecord("its number of messages is wrong");
  return messages.map((message, index) =>
    message instanceof Error ? message : { id: head.ids[index] ?? "", message, ...head.more?.[index] },
  );
}

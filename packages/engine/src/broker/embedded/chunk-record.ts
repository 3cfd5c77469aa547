/**
 * The record of a chunk: many messages and what the engine knows about them, as bytes with a checksum.
 *
 *     0   magic "WCHK"
 *     4   version (1)
 *     5   flags: 1 = the text is ASCII, 2 = a message refers to a blob
 *     6   reserved, 0
 *     8   number of messages
 *     12  bytes of the text
 *     16  bytes of the extras
 *     20  CRC-32 of everything from 24 on
 *     24  text: the messages as `encodeMessages` of the data format writes them, UTF-8
 *     …   extras: JSON `{ids, blobs?, attempts?}`
 *
 * All numbers are little endian. An id is written as the number of leading characters that it shares with the one before
 * and the rest of it; blobs and attempts are lists of an index and what stands there.
 *
 * Invariants
 * - Bytes that were torn or changed are recognised and give WEIR_STORE_RECORD_DAMAGED, never another error.
 * - A record is memory of its own, so it can be handed to another thread without a copy.
 */
import { crc32 } from "node:zlib";
import { decodeMessages, encodeMessages, type FieldTables, type Message } from "@weir/format";
import type { BlobRef, Envelope } from "../broker.ts";
import { recordDamaged } from "../errors.ts";
import {
  asciiFlag,
  blobFlag,
  damageOf,
  decode,
  type Extras,
  headerBytes,
  magic,
  readExtras,
  version,
  viewOf,
} from "./chunk-frame.ts";
import { rowText } from "./row-text.ts";

/** One message of a chunk, or why its bytes are none any more. */
export type ChunkItem =
  | { readonly envelope: Envelope }
  | { readonly unreadable: { readonly bytes: Uint8Array; readonly error: Error } };

/** The bytes of these messages. */
export function writeChunk(envelopes: readonly Envelope[]): Uint8Array<ArrayBuffer> {
  const text = encodeMessages(envelopes.map(({ message }) => message));
  const extras = extrasOf(envelopes);
  const extrasText = JSON.stringify(extras);
  const textBytes = Buffer.byteLength(text);
  const extrasBytes = Buffer.byteLength(extrasText);
  const memory = new ArrayBuffer(headerBytes + textBytes + extrasBytes);
  const record = Buffer.from(memory);
  const isAscii = textBytes === text.length;
  record.writeUInt32LE(magic, 0);
  record.writeUInt8(version, 4);
  record.writeUInt8((isAscii ? asciiFlag : 0) | (extras.blobs === undefined ? 0 : blobFlag), 5);
  record.writeUInt32LE(envelopes.length, 8);
  record.writeUInt32LE(textBytes, 12);
  record.writeUInt32LE(extrasBytes, 16);
  record.write(text, headerBytes, isAscii ? "latin1" : "utf8");
  record.write(extrasText, headerBytes + textBytes, "utf8");
  record.writeUInt32LE(crc32(record.subarray(headerBytes)), 20);
  return new Uint8Array(memory);
}

function extrasOf(envelopes: readonly Envelope[]): Extras {
  const ids: [number, string][] = [];
  const blobs: [number, string, number][] = [];
  const attempts: [number, number][] = [];
  let before = "";
  for (const [index, { id, blob, attempts: failed = 0 }] of envelopes.entries()) {
    let shared = 0;
    while (shared < id.length && id.charCodeAt(shared) === before.charCodeAt(shared)) shared += 1;
    ids.push([shared, id.slice(shared)]);
    before = id;
    if (blob !== undefined) blobs.push([index, blob.id, blob.bytes]);
    if (failed > 0) attempts.push([index, failed]);
  }
  return { ids, ...(blobs.length === 0 ? {} : { blobs }), ...(attempts.length === 0 ? {} : { attempts }) };
}

/** The messages of a record. Throws WEIR_STORE_RECORD_DAMAGED; `what` names the record in it. */
export function readChunk(record: Uint8Array, fields: FieldTables, what: string): readonly ChunkItem[] {
  const damage = damageOf(record);
  if (damage !== undefined) throw recordDamaged({ what, reason: damage });
  const view = viewOf(record);
  const count = view.getUint32(8, true);
  const textEnd = headerBytes + view.getUint32(12, true);
  const encoding = (view.getUint8(5) & asciiFlag) === 0 ? "utf8" : "latin1";
  const text = decode(record, headerBytes, textEnd, encoding);
  let messages: readonly (Message | Error)[];
  let extras: Extras;
  try {
    messages = decodeMessages(text, fields);
    extras = readExtras(decode(record, textEnd, record.byteLength));
  } catch (error) {
    throw recordDamaged({ what, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
  if (messages.length !== count || extras.ids.length !== count) {
    const reason = `it has ${messages.length} messages and ${extras.ids.length} ids instead of ${count}`;
    throw recordDamaged({ what, reason });
  }
  return itemsOf(messages, extras, text);
}

function itemsOf(messages: readonly (Message | Error)[], extras: Extras, text: string): readonly ChunkItem[] {
  const blobs = new Map((extras.blobs ?? []).map(([index, id, bytes]): [number, BlobRef] => [index, { id, bytes }]));
  const attempts = new Map(extras.attempts ?? []);
  let before = "";
  return messages.map((message, index): ChunkItem => {
    const [shared, rest] = extras.ids[index] ?? [0, ""];
    const id = before.slice(0, shared) + rest;
    before = id;
    if (message instanceof Error) {
      return { unreadable: { bytes: new TextEncoder().encode(rowText(text, index)), error: message } };
    }
    const blob = blobs.get(index);
    const failed = attempts.get(index);
    if (blob === undefined && failed === undefined) return { envelope: { id, message } };
    const more = { ...(blob === undefined ? {} : { blob }), ...(failed === undefined ? {} : { attempts: failed }) };
    return { envelope: { id, message, ...more } };
  });
}

/**
 * The frame of a chunk's record (see chunk-record.ts): its head, its checksum, and what it refers to. Apart from the
 * messages, so that the store's thread, which looks at nothing else, need not load the data format.
 */
import { crc32 } from "node:zlib";
import { recordDamaged } from "../errors.ts";

export const magic = 0x4b484357; // "WCHK", little endian
export const headerBytes = 24;
export const version = 1;
export const asciiFlag = 1;
export const blobFlag = 2;

/** What the engine knows about the messages. */
export interface Extras {
  readonly ids: readonly (readonly [shared: number, rest: string])[];
  readonly blobs?: readonly (readonly [index: number, id: string, bytes: number])[];
  readonly attempts?: readonly (readonly [index: number, attempts: number])[];
}

/** What is wrong with the bytes of a record, if anything is. */
export function damageOf(record: Uint8Array): string | undefined {
  if (record.byteLength < headerBytes) return `it has ${record.byteLength} bytes, fewer than its head`;
  const view = viewOf(record);
  if (view.getUint32(0, true) !== magic) return "it does not begin as a record of messages does";
  if (view.getUint8(4) !== version) return `it has version ${view.getUint8(4)} instead of ${version}`;
  const expected = headerBytes + view.getUint32(12, true) + view.getUint32(16, true);
  if (expected !== record.byteLength) return `it has ${record.byteLength} bytes instead of ${expected}`;
  if (crc32(record.subarray(headerBytes)) !== view.getUint32(20, true)) return "its checksum does not fit";
  return undefined;
}

export function viewOf(record: Uint8Array): DataView {
  return new DataView(record.buffer, record.byteOffset, record.byteLength);
}

/** The blobs that messages of a sound record refer to. Throws WEIR_STORE_RECORD_DAMAGED. */
export function blobsOf(record: Uint8Array): readonly { readonly index: number; readonly id: string }[] {
  const damage = damageOf(record);
  if (damage !== undefined) throw recordDamaged({ what: "a record of messages", reason: damage });
  if ((viewOf(record).getUint8(5) & blobFlag) === 0) return [];
  const start = headerBytes + viewOf(record).getUint32(12, true);
  return (readExtras(decode(record, start, record.byteLength)).blobs ?? []).map(([index, id]) => ({ index, id }));
}

export function decode(record: Uint8Array, start: number, end: number, encoding: "utf8" | "latin1" = "utf8"): string {
  return Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString(encoding, start, end);
}

/** Throws a plain Error when the text is something else. */
export function readExtras(text: string): Extras {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("ids" in value)) throw new Error("its extras have another form");
  const { ids } = value;
  const blobs = "blobs" in value ? value.blobs : [];
  const attempts = "attempts" in value ? value.attempts : [];
  if (!isListOf(ids, isIdPart) || !isListOf(blobs, isBlobPart) || !isListOf(attempts, isAttempt)) {
    throw new Error("its extras have another form");
  }
  return { ids, blobs, attempts };
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isIdPart(item: unknown): item is readonly [number, string] {
  return Array.isArray(item) && typeof item[0] === "number" && typeof item[1] === "string";
}

function isBlobPart(item: unknown): item is readonly [number, string, number] {
  return isIdPart(item) && typeof (item as readonly unknown[])[2] === "number"; // a list of two that may be longer
}

function isAttempt(item: unknown): item is readonly [number, number] {
  return Array.isArray(item) && typeof item[0] === "number" && typeof item[1] === "number";
}

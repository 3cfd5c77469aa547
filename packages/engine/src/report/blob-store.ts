/**
 * Bodies of reports as files in the state directory.
 *
 * Invariants
 * - A blob's file is complete and on disk before its name exists: written beside, synced, renamed, directory synced.
 * - Who refers to a blob is known to the store (its reference counts); files that nobody refers to are swept at its start.
 */
import { randomUUID } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BlobRef, Envelope } from "../broker/broker.ts";
import { makeDirectory } from "../files/make-directory.ts";
import { killPoint } from "../testing/kill-point.ts";
import type { ReportBody } from "./record-reader.ts";

export interface BlobWriter {
  /** Keeps a stream of any length. Throws what the stream or the disk throws; then nothing is kept. */
  write(stream: AsyncIterable<Uint8Array>): Promise<BlobRef>;
}

export interface BlobStore extends BlobWriter {
  /** The body of a report: its blob, or the `raw` inside the message. */
  bodyOf(envelope: Envelope): ReportBody;
  /** The whole blob, for receivers that need it in one piece. */
  readAll(blob: BlobRef): Uint8Array;
}

const readBytes = 256 << 10;

/** Blobs are files of the directory, which is made with the first of them; a file's name is the blob's id. */
export function openBlobStore(directory: string): BlobStore {
  const path = (id: string): string => join(directory, id);
  return {
    async write(stream) {
      makeDirectory(directory, 0o700);
      const id = randomUUID();
      const temporary = path(`${id}.part`);
      const file = await open(temporary, "wx", 0o600);
      let bytes = 0;
      try {
        for await (const part of stream) {
          await file.writeFile(part); // all of it, which write() does not promise
          bytes += part.length;
        }
        await file.sync();
      } catch (error) {
        await file.close();
        await rm(temporary, { force: true });
        throw error;
      }
      await file.close();
      killPoint("blob.before-rename");
      await rename(temporary, path(id));
      await syncDirectory(directory);
      killPoint("blob.after-rename");
      return { id, bytes };
    },
    bodyOf({ blob, message }) {
      if (blob !== undefined) {
        return {
          size: blob.bytes,
          stream: (offset) => createReadStream(path(blob.id), { start: offset, highWaterMark: readBytes }),
        };
      }
      return bodyOfBytes(message.getBytes("raw") ?? new Uint8Array());
    },
    readAll: ({ id }) => new Uint8Array(readFileSync(path(id))),
  };
}

/** A body in memory. */
function bodyOfBytes(bytes: Uint8Array): ReportBody {
  return {
    size: bytes.length,
    async *stream(offset) {
      if (offset < bytes.length) yield bytes.subarray(offset);
    },
  };
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

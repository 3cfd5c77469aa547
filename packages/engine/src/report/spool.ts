/**
 * A download kept until it is complete and understood: in memory while it is small, else in a file.
 *
 * Invariants
 * - The spooled bytes can be read again and again, any range of them, until `remove`.
 * - A file is unlinked by `remove`; one that a crash left is removed by the next `sweepSpools` of the directory.
 */
import { randomUUID } from "node:crypto";
import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { TextDecoder } from "node:util";
import { type ArchiveSource, sourceOfBytes, sourceOfFile } from "../archive/source.ts";
import { makeDirectory } from "../files/make-directory.ts";

export interface Spooled extends ArchiveSource {
  /** Whether all of it is UTF-8. */
  readonly isUtf8: boolean;
  remove(): Promise<void>;
}

export interface SpoolOptions {
  /** Where a file is made when one is needed; created with it. */
  readonly directory: string;
  /** Bytes that are kept in memory. Default 8 MiB. */
  readonly memoryBytes?: number;
}

const prefix = ".spool-";

/** Reads the stream to its end. What the stream throws is thrown; then nothing is left. */
export async function spool(stream: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<Spooled> {
  const { directory, memoryBytes = 8 << 20 } = options;
  const parts: Uint8Array[] = [];
  const utf8 = utf8Check();
  const iterator = stream[Symbol.asyncIterator]();
  let size = 0;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    const part = next.value;
    utf8.add(part);
    parts.push(part);
    size += part.length;
    if (size > memoryBytes) return spoolToFile(parts, iterator, { directory, utf8, size });
  }
  return { ...sourceOfBytes(Buffer.concat(parts)), isUtf8: utf8.end(), remove: async () => undefined };
}

interface FileSpool {
  readonly directory: string;
  readonly utf8: Utf8Check;
  readonly size: number;
}

async function spoolToFile(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  { directory, utf8, size }: FileSpool,
): Promise<Spooled> {
  makeDirectory(directory);
  const path = join(directory, `${prefix}${process.pid}-${randomUUID()}`);
  const remove = () => rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  let total = size;
  try {
    for (const part of head) await file.writeFile(part); // all of it, which write() does not promise
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      utf8.add(next.value);
      total += next.value.length;
      await file.writeFile(next.value);
    }
  } catch (error) {
    await file.close();
    await remove();
    await rest.return?.();
    throw error;
  }
  await file.close();
  return { ...sourceOfFile(path, total), isUtf8: utf8.end(), remove };
}

/** Removes what earlier processes left in the directory. */
export async function sweepSpools(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const own = `${prefix}${process.pid}-`;
  for (const name of names) {
    if (name.startsWith(prefix) && !name.startsWith(own)) await rm(join(directory, name), { force: true });
  }
}

interface Utf8Check {
  add(part: Uint8Array): void;
  end(): boolean;
}

function utf8Check(): Utf8Check {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let isUtf8 = true;
  const decode = (part?: Uint8Array): void => {
    if (!isUtf8) return;
    try {
      if (part === undefined) decoder.decode();
      else decoder.decode(part, { stream: true });
    } catch {
      isUtf8 = false; // the only error that it has
    }
  };
  return {
    add: decode,
    end() {
      decode();
      return isUtf8;
    },
  };
}

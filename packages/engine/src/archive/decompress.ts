/** Single compressed streams: gzip, bzip2, xz. */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import xz from "xz-decompress";
import { bunzip2 } from "./bzip2.ts";
import { damagedArchive } from "./errors.ts";
import type { ArchiveSource } from "./source.ts";

export type Compression = "gzip" | "bzip2" | "xz";

/** By the first bytes; undefined: none of these. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68) return "bzip2";
  if (head[0] === 0xfd && head[1] === 0x37 && head[2] === 0x7a && head[3] === 0x58) return "xz";
  return undefined;
}

/** The unpacked bytes. Throws WEIR_ARCHIVE_DAMAGED. */
export function decompress(source: ArchiveSource, compression: Compression): AsyncIterable<Uint8Array> {
  if (compression === "gzip") return gunzip(source);
  return compression === "bzip2" ? bunzip2(source.stream(0)) : unxz(source);
}

/** Parts one after the other are one (RFC 1952); behind the last only zero bytes may follow. */
async function* gunzip(source: ArchiveSource): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source.stream(0));
  const gunzipping = createGunzip();
  input.on("error", (error) => gunzipping.destroy(error)).pipe(gunzipping);
  try {
    for await (const part of gunzipping) yield part as Uint8Array; // zlib gives buffers
  } catch (error) {
    throw damagedArchive({ format: "gzip", problem: messageOf(error) }, { cause: error });
  } finally {
    input.destroy();
    gunzipping.destroy();
  }
  for await (const part of source.stream(gunzipping.bytesWritten)) {
    if (part.some((byte) => byte !== 0))
      throw damagedArchive({ format: "gzip", problem: "something else follows the packed data" });
  }
}

async function* unxz(source: ArchiveSource): AsyncGenerator<Uint8Array> {
  const parts = source.stream(0)[Symbol.asyncIterator]();
  const input = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await parts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
  const reader = new xz.XzReadableStream(input).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw damagedArchive({ format: "xz", problem: xzProblem(messageOf(error)) }, { cause: error });
  } finally {
    await reader.cancel().catch(() => undefined); // only frees; what failed has been reported
    await parts.return?.();
  }
}

/** The decoder tells its result codes only (those of XZ Embedded). */
function xzProblem(message: string): string {
  const code = /error code ([0-9]+)/.exec(message)?.[1];
  const problems = new Map([
    ["3", "it needs too much memory"],
    ["4", "it needs too much memory"],
    ["5", "the data does not begin like xz"],
    ["6", "it uses a filter or checksum that is not supported"],
    ["7", "it is damaged"],
    ["8", "it ends too early or is damaged"],
  ]);
  return problems.get(code ?? "") ?? message;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

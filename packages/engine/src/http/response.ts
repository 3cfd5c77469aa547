/** An answer as bots see it: decoded, complete or an error, within its size. */
import { pipeline, Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import type { Dispatcher } from "undici";
import { httpFailed, httpTooLarge, withoutCredentials } from "./errors.ts";
import type { HttpResponse } from "./http-client.ts";
import { responseText } from "./response-text.ts";
import { reasonOf } from "./tries.ts";

const streamLimit = 2 ** 40;
const bytesLimit = 256 << 20;

export function responseOf(answer: Dispatcher.ResponseData, url: URL, maxBytes: number | undefined): HttpResponse {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers.set(name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value);
  }
  const where = withoutCredentials(url);
  const stream = (limit: number) => limited(bodyOf(answer, headers, where), limit, where);
  const bytes = async (): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for await (const part of stream(maxBytes ?? bytesLimit)) parts.push(part);
    return Buffer.concat(parts);
  };
  return {
    status: answer.statusCode,
    statusText: `${answer.statusCode} ${answer.statusText ?? ""}`.trim(),
    url: url.href,
    headers,
    get stream() {
      return stream(maxBytes ?? streamLimit);
    },
    bytes,
    text: async () => responseText(await bytes(), headers.get("content-type")),
  };
}

type Headers = ReadonlyMap<string, string>;

interface Progress {
  /** Bytes that came over the wire. */
  received: number;
}

async function* bodyOf(answer: Dispatcher.ResponseData, headers: Headers, url: string): AsyncGenerator<Uint8Array> {
  const progress: Progress = { received: 0 };
  try {
    let body: AsyncIterable<Uint8Array> = complete(answer, headers.get("content-length"), progress);
    const encodings = (headers.get("content-encoding") ?? "").toLowerCase().split(",");
    for (const encoding of encodings.reverse()) body = decoded(body, encoding.trim());
    yield* sound(body, progress);
  } catch (error) {
    throw httpFailed({ url, reason: reasonOf(error) }, { cause: error });
  }
}

async function* complete(
  answer: Dispatcher.ResponseData,
  length: string | undefined,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for await (const part of answer.body) {
    const bytes: Uint8Array = part; // undici's body gives buffers
    progress.received += bytes.length;
    yield bytes;
  }
  const { received } = progress;
  // An answer without a body (HEAD, 304) may tell the length of the one that it stands for.
  if (received > 0 && length !== undefined && /^[0-9]+$/.test(length) && received < Number(length)) {
    throw new Error(`the answer ended after ${received} of ${length} bytes`);
  }
}

const soundRatio = 500;
const soundBytes = 256 << 20;

/** Refuses what no feed is: a few bytes that unpack to very many. */
async function* sound(stream: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > soundBytes && bytes > progress.received * soundRatio) {
      throw new Error(`it unpacks to more than ${soundRatio} times its size: that is no report but an attack`);
    }
    yield part;
  }
}

/** Undoes one content coding (RFC 9110, 8.4.1); an unknown one is left as it is. Nothing decodes to nothing. */
async function* decoded(stream: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  if (!["gzip", "x-gzip", "deflate", "br"].includes(encoding)) return yield* stream;
  const parts = stream[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done === true) return;
  const decoder = decoderOf(encoding, first.value);
  // The error of either side comes out of the loop below.
  pipeline(Readable.from(continued(first.value, parts)), decoder, () => undefined);
  for await (const part of decoder) yield part as Uint8Array; // zlib gives buffers
}

function decoderOf(encoding: string, head: Uint8Array) {
  if (encoding === "br") return createBrotliDecompress();
  if (encoding !== "deflate") return createGunzip();
  // Some servers send bare deflate data, without the frame that the RFC asks for.
  const [first = 0, second = 0] = head;
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0 ? createInflate() : createInflateRaw();
}

async function* continued(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* limited(stream: AsyncIterable<Uint8Array>, limit: number, url: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > limit) throw httpTooLarge({ url, limit });
    yield part;
  }
}

/**
 * HTTP as the common parameters say: proxies, TLS, basic authentication, timeouts, tries. Built on undici.
 *
 * - Tries: connections that fail or break before the answer are tried again at once, the method permitting; 413, 429 and 503
 *   with `Retry-After` are waited for (up to five minutes).
 * - Redirects are followed, up to 30; credentials stay with the origin that they were meant for.
 * - A body that is shorter than its Content-Length is an error. Decoded bodies are limited in size.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent, request as send } from "undici";
import { z } from "zod";
import { type HttpParameters, httpParameters } from "../definition/common-parameters.ts";
import type { Logger } from "../definition/context.ts";
import { httpFailed, httpTooLarge, httpTooManyRedirects, withoutCredentials } from "./errors.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./http-client.ts";
import { decodeText } from "./response-text.ts";

export interface HttpClientOptions {
  readonly log: Logger;
  readonly signal?: AbortSignal;
  /** Carries the requests instead of the network. */
  readonly dispatcher?: Dispatcher;
}

const schema = z.object(httpParameters);
const maxRedirects = 30;
const longestRetryAfter = 300;
const streamLimit = 2 ** 40;
const bytesLimit = 256 << 20;

/** `params` are those of a bot; what it does not have is at its default. */
export function createHttpClient(params: unknown, options: HttpClientOptions): HttpClient {
  const parsed = schema.safeParse(pick(params));
  const settings = parsed.success ? parsed.data : schema.parse({});
  let dispatcher = options.dispatcher;
  return {
    async request(url, request = {}) {
      dispatcher ??= dispatcherOf(settings, options.log);
      return follow(new URL(url), request, { settings, dispatcher, ...options });
    },
  };
}

function pick(params: unknown): Record<string, unknown> {
  if (typeof params !== "object" || params === null) return {};
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => name in httpParameters && value !== undefined));
}

interface Sending extends HttpClientOptions {
  readonly settings: HttpParameters;
  readonly dispatcher: Dispatcher;
}

function dispatcherOf(settings: HttpParameters, log: Logger): Dispatcher {
  const { http_verify_cert: verify, http_proxy: plain, https_proxy: secure } = settings;
  const certificate = settings.ssl_client_cert ?? settings.ssl_client_certificate;
  const files = typeof certificate === "string" ? [certificate, certificate] : (certificate ?? []);
  const [cert, key] = files;
  const tls = {
    rejectUnauthorized: verify !== false,
    ...(typeof verify === "string" ? { ca: readFileSync(verify) } : {}),
    ...(cert === undefined || key === undefined ? {} : { cert: readFileSync(cert), key: readFileSync(key) }),
  };
  const [connectSeconds, readSeconds] = timeouts(settings);
  const common = { headersTimeout: readSeconds * 1000, bodyTimeout: readSeconds * 1000 };
  if (plain !== undefined && secure !== undefined) {
    return new ProxyAgent({ uri: secure, requestTls: tls, ...common });
  }
  if (plain !== undefined || secure !== undefined) log.warning("Only one of http_proxy and https_proxy is set: both are needed, no proxy is used.");
  const connect = { ...tls, timeout: connectSeconds * 1000 };
  const { HTTP_PROXY, HTTPS_PROXY, http_proxy, https_proxy } = process.env;
  if (HTTP_PROXY || HTTPS_PROXY || http_proxy || https_proxy) return new EnvHttpProxyAgent({ connect, ...common });
  return new Agent({ connect, ...common });
}

function timeouts({ http_timeout_sec: timeout }: HttpParameters): readonly [number, number] {
  if (typeof timeout === "number") return [timeout, timeout];
  return [timeout[0] ?? 30, timeout[1] ?? 30];
}

async function follow(start: URL, request: HttpRequest, sending: Sending): Promise<HttpResponse> {
  let url = start;
  let method = request.method ?? "GET";
  let { body } = request;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const answer = await attempt(url, { ...request, method, ...(body === undefined ? {} : { body }) }, sending, url.origin === start.origin);
    const location = answer.headers.location;
    const redirects = [301, 302, 303, 307, 308].includes(answer.statusCode) && typeof location === "string";
    if (!redirects) return responseOf(answer, url, request);
    await answer.body.dump();
    url = new URL(location, url);
    if (url.protocol !== "http:" && url.protocol !== "https:") throw httpFailed({ url: withoutCredentials(url), reason: `redirected to ${url.protocol}` });
    if (answer.statusCode === 303 || (answer.statusCode < 303 && method === "POST")) {
      method = "GET";
      body = undefined;
    }
  }
  throw httpTooManyRedirects({ url: withoutCredentials(start), limit: maxRedirects });
}

async function attempt(url: URL, request: HttpRequest, sending: Sending, sameOrigin: boolean): Promise<Dispatcher.ResponseData> {
  const { settings, dispatcher, signal } = sending;
  const tries = settings.http_timeout_max_tries;
  for (let count = 1; ; count++) {
    try {
      const answer = await send(withoutUser(url), {
        dispatcher,
        method: request.method ?? "GET",
        headers: headersOf(url, request, settings, sameOrigin),
        body: request.body ?? null,
        ...(signal === undefined ? {} : { signal }),
      });
      const wait = retryAfter(answer);
      if (wait === undefined || count >= tries) return answer;
      await answer.body.dump();
      await sleep(wait * 1000, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted || count >= tries || !mayRetry(request, error)) {
        throw httpFailed({ url: withoutCredentials(url), reason: reasonOf(error) }, { cause: error });
      }
    }
  }
}

/** A request that may have been seen by the server is repeated only when repeating it does no harm. */
function mayRetry({ method = "GET" }: HttpRequest, error: unknown): boolean {
  const code = codeOf(error);
  const notConnected = code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "UND_ERR_CONNECT_TIMEOUT";
  return notConnected || method !== "POST";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return error.message === "" ? code : error.message;
}

function retryAfter({ statusCode, headers }: Dispatcher.ResponseData): number | undefined {
  const value = headers["retry-after"];
  if (![413, 429, 503].includes(statusCode) || typeof value !== "string") return undefined;
  const seconds = /^[0-9]+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), longestRetryAfter) : undefined;
}

function withoutUser(url: URL): URL {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain;
}

function headersOf(url: URL, request: HttpRequest, settings: HttpParameters, sameOrigin: boolean): Record<string, string> {
  const headers: Record<string, string> = { "accept-encoding": "gzip, deflate, br", accept: "*/*" };
  const set = (name: string, value: string): void => {
    headers[name.toLowerCase()] = value;
  };
  set("user-agent", settings.http_user_agent);
  for (const [name, value] of Object.entries(settings.http_header)) set(name, value);
  for (const [name, value] of Object.entries(request.headers ?? {})) set(name, value);
  const user = settings.http_username ?? (url.username === "" ? undefined : decodeURIComponent(url.username));
  const password = settings.http_username === undefined ? decodeURIComponent(url.password) : (settings.http_password ?? "");
  if (user !== undefined && sameOrigin) set("authorization", `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`);
  if (!sameOrigin) {
    delete headers.authorization;
    delete headers.cookie;
  }
  return headers;
}

function responseOf(answer: Dispatcher.ResponseData, url: URL, request: HttpRequest): HttpResponse {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers.set(name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value);
  }
  const where = withoutCredentials(url);
  const stream = (limit: number): AsyncIterable<Uint8Array> => limited(decoded(answer, headers, where), limit, where);
  const bytes = async (): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for await (const part of stream(request.maxBytes ?? bytesLimit)) parts.push(part);
    return Buffer.concat(parts);
  };
  return {
    status: answer.statusCode,
    statusText: `${answer.statusCode} ${answer.statusText ?? ""}`.trim(),
    url: url.href,
    headers,
    get stream() {
      return stream(request.maxBytes ?? streamLimit);
    },
    bytes,
    text: async () => decodeText(await bytes(), headers.get("content-type")),
  };
}

async function* decoded(answer: Dispatcher.ResponseData, headers: ReadonlyMap<string, string>, url: string): AsyncGenerator<Uint8Array> {
  const expected = headers.get("content-length");
  let received = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const part of answer.body) {
      const bytes = part as Uint8Array; // undici's body gives buffers
      received += bytes.length;
      yield bytes;
    }
    if (expected !== undefined && /^[0-9]+$/.test(expected) && received < Number(expected)) {
      throw httpFailed({ url, reason: `the answer ended after ${received} of ${expected} bytes` });
    }
  }
  try {
    const decoder = decoderOf(headers.get("content-encoding"));
    if (decoder === undefined) {
      yield* counted();
      return;
    }
    const { Readable, pipeline } = await import("node:stream");
    pipeline(Readable.from(counted()), decoder, () => undefined);
    for await (const part of decoder) yield part as Uint8Array; // zlib gives buffers
  } catch (error) {
    if (httpFailed.is(error)) throw error;
    throw httpFailed({ url, reason: reasonOf(error) }, { cause: error });
  }
}

function decoderOf(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
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

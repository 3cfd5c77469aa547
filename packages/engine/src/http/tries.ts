/**
 * Sends a request, again where that may help.
 *
 * - Connections that fail are tried again; ones that break, or time out, before the answer only when the method may be
 *   repeated without harm (RFC 9110, 9.2.2). What remains is thrown as WEIR_HTTP_FAILED.
 * - 413, 429 and 503 with `Retry-After` are waited for, up to five minutes. After the last try the answer is given as it is.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, request as send } from "undici";
import type { HttpParameters } from "../definition/common-parameters.ts";
import type { Logger } from "../definition/context.ts";
import { httpFailed, withoutCredentials } from "./errors.ts";
import type { HttpRequest } from "./http-client.ts";

export interface Sending {
  readonly settings: HttpParameters;
  readonly dispatcher: Dispatcher;
  readonly log: Logger;
  readonly signal?: AbortSignal;
}

export interface Outgoing {
  readonly method: NonNullable<HttpRequest["method"]>;
  readonly headers: Record<string, string>;
  readonly body: HttpRequest["body"] | undefined;
}

const longestRetryAfter = 300;
/** Milliseconds before the second further try; the first comes at once. */
const pauseStep = 250;

export async function sendWithTries(url: URL, outgoing: Outgoing, sending: Sending): Promise<Dispatcher.ResponseData> {
  const { settings, dispatcher, log, signal } = sending;
  const tries = settings.http_timeout_max_tries;
  const stop = signal === undefined ? {} : { signal };
  for (let count = 1; ; count++) {
    try {
      const { method, headers, body } = outgoing;
      const answer = await send(withoutUser(url), { dispatcher, method, headers, body: body ?? null, ...stop });
      const wait = retryAfter(answer);
      if (wait === undefined || count >= tries) return answer;
      await answer.body.dump();
      log.info(`${withoutCredentials(url)} asks to come again in ${Math.round(wait)} seconds.`);
      await sleep(wait * 1000, undefined, stop);
    } catch (error) {
      if (signal?.aborted === true || count >= tries || !mayRepeat(outgoing.method, error)) {
        throw httpFailed({ url: withoutCredentials(url), reason: reasonOf(error) }, { cause: error });
      }
      log.debug(`Try ${count} of ${tries} failed: ${reasonOf(error)}.`);
      await sleep((count - 1) * pauseStep, undefined, stop);
    }
  }
}

/** The error's own words, with its code where they do not say it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join("; ");
  return error.message === "" ? codeOf(error) : error.message;
}

const repeatable: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE"]);
const notConnected = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function mayRepeat(method: string, error: unknown): boolean {
  return repeatable.has(method) || notConnected.has(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter({ statusCode, headers }: Dispatcher.ResponseData): number | undefined {
  const value = headers["retry-after"];
  if (![413, 429, 503].includes(statusCode) || typeof value !== "string") return undefined;
  const seconds = /^[0-9]{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), longestRetryAfter) : undefined;
}

function withoutUser(url: URL): URL {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain;
}

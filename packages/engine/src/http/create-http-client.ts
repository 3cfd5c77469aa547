/**
 * HTTP as the common parameters say: proxies, TLS, basic authentication, timeouts, tries. Built on undici.
 *
 * - Redirects are followed, up to 30; credentials, cookies and further headers that carry keys stay with the origin that
 *   they were meant for (the same host by TLS instead of plain HTTP counts as the same).
 * - Cookies are not kept between requests.
 */
import type { Dispatcher } from "undici";
import { z } from "zod";
import { httpParameters } from "../definition/common-parameters.ts";
import type { Logger } from "../definition/context.ts";
import { createDispatcher } from "./dispatcher.ts";
import { httpAddressInvalid, httpFailed, httpTooManyRedirects, withoutCredentials } from "./errors.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "./http-client.ts";
import { headersOf, staysWithOrigin } from "./request-headers.ts";
import { responseOf } from "./response.ts";
import { type Sending, sendWithTries } from "./tries.ts";

export interface HttpClientOptions {
  readonly log: Logger;
  readonly signal?: AbortSignal;
  /** Carries the requests instead of the network. */
  readonly dispatcher?: Dispatcher;
}

const schema = z.object(httpParameters);
const maxRedirects = 30;

/** `params` are those of a bot; what it does not have is at its default. */
export function createHttpClient(params: unknown, options: HttpClientOptions): HttpClient {
  const settings = schema.parse(httpParametersIn(params));
  const { log } = options;
  let dispatcher = options.dispatcher;
  return {
    async request(url, request = {}) {
      if ((settings.http_proxy === undefined) !== (settings.https_proxy === undefined)) {
        log.warning("Only one of http_proxy and https_proxy is set: both are needed, no proxy is used.");
      }
      const start = addressOf(url);
      dispatcher ??= createDispatcher(settings);
      return follow(start, request, { settings, dispatcher, ...options });
    },
  };
}

function httpParametersIn(params: unknown): Record<string, unknown> {
  if (typeof params !== "object" || params === null) return {};
  const isOurs = ([name, value]: [string, unknown]): boolean => name in httpParameters && value !== undefined;
  return Object.fromEntries(Object.entries(params).filter(isOurs));
}

function addressOf(text: string): URL {
  if (!URL.canParse(text)) throw httpAddressInvalid({ url: hideUser(text), problem: "is no address" });
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw httpAddressInvalid({ url: hideUser(text), problem: "is not of HTTP" });
  }
  return url;
}

/** What is no URL may still hold a password. */
function hideUser(text: string): string {
  return text.slice(text.lastIndexOf("@") + 1);
}

async function follow(start: URL, request: HttpRequest, sending: Sending): Promise<HttpResponse> {
  let url = start;
  let { method = "GET", body } = request;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const headers = headersOf(url, request, sending.settings, staysWithOrigin(start, url));
    const answer = await sendWithTries(url, { method, headers, body }, sending);
    const { location } = answer.headers;
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.statusCode) && typeof location === "string";
    if (!isRedirect) return responseOf(answer, url, request.maxBytes);
    await answer.body.dump();
    url = targetOf(location, url);
    if (answer.statusCode === 303 || (answer.statusCode < 303 && method === "POST")) {
      if (method !== "HEAD") method = "GET";
      body = undefined;
    }
  }
  throw httpTooManyRedirects({ url: withoutCredentials(start), limit: maxRedirects });
}

function targetOf(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href)) {
    throw httpFailed({ url: withoutCredentials(from), reason: "it redirects to what is no address" });
  }
  const target = new URL(location, from);
  if (target.protocol !== "http:" && target.protocol !== "https:") {
    throw httpFailed({ url: withoutCredentials(from), reason: `it redirects to ${target.protocol}` });
  }
  if (target.hash === "") target.hash = from.hash;
  return target;
}

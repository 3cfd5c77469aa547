/**
 * HTTP as the common parameters say: proxies, TLS, basic authentication, timeouts, tries. Built on undici.
 *
 * - Redirects are followed as follow-redirects.ts says.
 * - Cookies are not kept between requests.
 * - What sends requests is loaded with the first of them: most bots send none, and each thread would load it.
 */
import type { Dispatcher } from "undici";
import { z } from "zod";
import { httpParameters } from "../definition/common-parameters.ts";
import type { Logger } from "../definition/context.ts";
import { httpAddressInvalid } from "./errors.ts";
import type { HttpClient } from "./http-client.ts";

export interface HttpClientOptions {
  readonly log: Logger;
  readonly signal?: AbortSignal;
  /** Carries the requests instead of the network. */
  readonly dispatcher?: Dispatcher;
}

const schema = z.object(httpParameters);

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
      const { createDispatcher, followRedirects } = await import("./follow-redirects.ts");
      dispatcher ??= createDispatcher(settings);
      return followRedirects(start, request, { settings, dispatcher, ...options });
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

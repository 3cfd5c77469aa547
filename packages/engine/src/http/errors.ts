/** What can go wrong with HTTP. Addresses are shown without user and password. */
import { errorKind } from "@weir/format/errors";

export const httpFailed = errorKind<{ url: string; reason: string }>("WEIR_HTTP_FAILED", {
  message: ({ url, reason }) => `the request to ${url} failed: ${reason}`,
  remedy:
    "Check the address, the network, proxies and certificates; `http_timeout_sec` sets how long is waited, `http_timeout_max_tries` how often is tried.",
  retry: "later",
});

export const httpAddressInvalid = errorKind<{ url: string; problem: string }>("WEIR_HTTP_ADDRESS", {
  message: ({ url, problem }) => `"${url}" ${problem}; an address looks like https://feed.example/list.csv`,
  remedy: "Correct the address in the bot's parameters.",
  retry: "never",
});

export const httpTooLarge = errorKind<{ url: string; limit: number }>("WEIR_HTTP_TOO_LARGE", {
  message: ({ url, limit }) => `the answer of ${url} is larger than ${Math.round(limit / 2 ** 20)} MiB`,
  remedy: "Check what the address gives; a feed of this size is to be collected as a stream.",
  retry: "never",
});

export const httpTooManyRedirects = errorKind<{ url: string; limit: number }>("WEIR_HTTP_REDIRECTS", {
  message: ({ url, limit }) => `${url} redirects more than ${limit} times`,
  remedy: "Open the address in a browser and use where it leads to.",
  retry: "never",
});

export const tlsFileUnreadable = errorKind<{ parameter: string; file: string; reason: string }>("WEIR_HTTP_TLS_FILE", {
  message: ({ parameter, file, reason }) => `${parameter}: ${file} cannot be read: ${reason}`,
  remedy:
    "Correct the path or the file's permissions: certificates and keys are PEM files that the bot's user can read.",
  retry: "never",
});

/** For bots to which only a success (2xx) is an answer. */
export const httpStatus = errorKind<{ url: string; status: string }>("WEIR_HTTP_STATUS", {
  message: ({ url, status }) => `${url} answers ${status} instead of 200 OK`,
  remedy: "Check address and credentials; the answer itself is in the bot's log at level DEBUG.",
  retry: "later",
});

/** The address without user and password, for messages. */
export function withoutCredentials(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}

/** What can go wrong with HTTP. */
import { errorKind } from "@weir/format/errors";

export const httpFailed = errorKind<{ url: string; reason: string }>("WEIR_HTTP_FAILED", {
  message: ({ url, reason }) => `the request to ${url} failed: ${reason}`,
  remedy: "Check the address, the network, proxies and certificates; `http_timeout_sec` sets how long is waited.",
  retry: "later",
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

/** The address without user and password, for messages. */
export function withoutCredentials(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain.href;
}

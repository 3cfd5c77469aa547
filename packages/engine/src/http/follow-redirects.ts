/**
 * Requests over the network, redirects followed.
 *
 * - Up to 30; credentials, cookies and further headers that carry keys stay with the origin that they were meant for (the
 *   same host by TLS instead of plain HTTP counts as the same).
 */
import { httpFailed, httpTooManyRedirects, withoutCredentials } from "./errors.ts";
import type { HttpRequest, HttpResponse } from "./http-client.ts";
import { headersOf, staysWithOrigin } from "./request-headers.ts";
import { responseOf } from "./response.ts";
import { type Sending, sendWithTries } from "./tries.ts";

export { createDispatcher } from "./dispatcher.ts";

const maxRedirects = 30;

/** Sends a request, and again to where the answer points. Throws WEIR_HTTP_FAILED, WEIR_HTTP_REDIRECTS. */
export async function followRedirects(start: URL, request: HttpRequest, sending: Sending): Promise<HttpResponse> {
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

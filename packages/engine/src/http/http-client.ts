/** What bots ask of HTTP; retries, proxies, TLS and limits come from the bot's parameters. */

export interface HttpRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Bytes of the decoded body after which the answer is refused; default 1 TiB for `stream`, 256 MiB otherwise. */
  readonly maxBytes?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** `200 OK`, for messages. */
  readonly statusText: string;
  /** URL after redirects. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The decoded body as it comes in. A body is read once: by this, `bytes` or `text`. */
  readonly stream: AsyncIterable<Uint8Array>;
  bytes(): Promise<Uint8Array>;
  /** Text by the charset of Content-Type; without one UTF-8 where the bytes are that, else ISO-8859-1. */
  text(): Promise<string>;
}

export interface HttpClient {
  /** Throws WEIR_HTTP_* kinds for addresses, connections and bodies; a status is never an error here. */
  request(url: string, request?: HttpRequest): Promise<HttpResponse>;
}

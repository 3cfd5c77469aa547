/** The headers of a request, and which of them follow a redirect. */
import type { HttpParameters } from "../definition/common-parameters.ts";
import type { HttpRequest } from "./http-client.ts";

/**
 * Names in lower case; later sources win: our defaults, `http_header`, the request's own headers. Towards a foreign origin
 * neither credentials nor configured headers go, only what describes the request.
 */
export function headersOf(
  url: URL,
  request: HttpRequest,
  settings: HttpParameters,
  isOwnOrigin: boolean,
): Record<string, string> {
  const headers = new Map([
    ["accept", "*/*"],
    ["accept-encoding", "gzip, deflate, br"],
    ["user-agent", settings.http_user_agent],
  ]);
  for (const [name, value] of Object.entries(settings.http_header)) headers.set(name.toLowerCase(), value);
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name.toLowerCase(), value);
  if (!isOwnOrigin) for (const name of headers.keys()) if (!harmless.has(name)) headers.delete(name);
  const credentials = credentialsOf(url, settings, isOwnOrigin);
  if (credentials !== undefined) headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  return Object.fromEntries(headers);
}

const harmless = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "if-modified-since",
  "if-none-match",
  "range",
  "user-agent",
]);

/** Whether what was meant for `start` may go to `url`: same origin, or the same host by TLS instead of plain HTTP. */
export function staysWithOrigin(start: URL, url: URL): boolean {
  if (start.origin === url.origin) return true;
  const isUpgrade = start.protocol === "http:" && url.protocol === "https:";
  return isUpgrade && start.hostname === url.hostname && start.port === "" && url.port === "";
}

/** `user:password` of the parameters, or of the address itself. */
function credentialsOf(url: URL, settings: HttpParameters, isOwnOrigin: boolean): string | undefined {
  const { http_username: user, http_password: password } = settings;
  if (user !== undefined) return isOwnOrigin ? `${user}:${password ?? ""}` : undefined;
  if (url.username === "" && url.password === "") return undefined;
  return `${unescaped(url.username)}:${unescaped(url.password)}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that escapes nothing stands for itself
  }
}

/**
 * URL: a text with a network location (what follows `//`), not beginning with a blank. Nothing else of it is checked or
 * normalised. Cleaned: blanks at the ends, `hxxp://` back to `http://`, `file:` without host gets `localhost`.
 */
import { strip } from "../python/strip.ts";
import { textOrBytes } from "../values/text-of-value.ts";
import type { FieldType } from "./field-type.ts";
import { isAscii } from "./idna.ts";
import { isAddress } from "./ip-address.ts";

/** A URL taken apart; parts that are not there are empty. */
export interface UrlParts {
  /** In lower case, without the colon. */
  readonly scheme: string;
  /** User information, host and port as they stand. */
  readonly authority: string;
  readonly user: string;
  readonly password: string;
  /** In lower case, brackets removed. */
  readonly host: string;
  /** As it stands, without the colon. */
  readonly port: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/**
 * Takes a URL apart by scanning (RFC 3986, leniently: anything may stand in the parts). Control characters and blanks in front
 * and tabs and line ends inside are left out. Undefined when the authority is malformed: unbalanced or misplaced brackets,
 * no IPv6 address in them, characters that would become separators.
 */
export function splitUrl(text: string): UrlParts | undefined {
  const url = plainUrl(text);
  const behindScheme = schemeEnd(url);
  const scheme = behindScheme === 0 ? "" : url.slice(0, behindScheme - 1).toLowerCase();
  const hasAuthority = url.startsWith("//", behindScheme);
  const end = hasAuthority ? authorityEnd(url, behindScheme + 2) : behindScheme;
  const authority = hasAuthority ? url.slice(behindScheme + 2, end) : "";
  const location = hidesSeparator(authority) ? undefined : splitAuthority(authority);
  if (location === undefined) return undefined;
  const hash = url.indexOf("#", end);
  const beforeHash = hash === -1 ? url.length : hash;
  const mark = url.indexOf("?", end);
  const beforeQuery = mark === -1 || mark > beforeHash ? beforeHash : mark;
  const { user, password, host, port } = location;
  const path = url.slice(end, beforeQuery);
  const query = url.slice(beforeQuery + 1, beforeHash);
  return { scheme, authority, user, password, host, port, path, query, fragment: url.slice(beforeHash + 1) };
}

/** The place behind the scheme and its colon; 0 when there is none. */
function schemeEnd(url: string): number {
  const colon = url.indexOf(":");
  return colon > 0 && isScheme(url, colon) ? colon + 1 : 0;
}

/** Where the authority begins; -1 when there is none. */
function authorityStart(url: string): number {
  const at = schemeEnd(url);
  return url.startsWith("//", at) ? at + 2 : -1;
}

/** Without what a reader of URLs does not see. */
function plainUrl(text: string): string {
  let start = 0;
  while (start < text.length && text.charCodeAt(start) <= 0x20) start++;
  const url = start === 0 ? text : text.slice(start);
  return hasControlBlank(url) ? url.replace(/[\t\r\n]/g, "") : url;
}

function hasControlBlank(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 9 || code === 10 || code === 13) return true;
  }
  return false;
}

function isScheme(text: string, end: number): boolean {
  if (!isLetter(text.charCodeAt(0))) return false;
  for (let index = 1; index < end; index++) {
    const code = text.charCodeAt(index);
    if (!isLetter(code) && !(code >= 48 && code <= 57) && code !== 43 && code !== 45 && code !== 46) return false;
  }
  return true;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function authorityEnd(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 47 || code === 63 || code === 35) return index;
  }
  return text.length;
}

function splitAuthority(authority: string): Pick<UrlParts, "user" | "password" | "host" | "port"> | undefined {
  const sign = authority.lastIndexOf("@");
  const info = sign === -1 ? "" : authority.slice(0, sign);
  const colon = info.indexOf(":");
  const user = colon === -1 ? info : info.slice(0, colon);
  const password = colon === -1 ? "" : info.slice(colon + 1);
  const rest = sign === -1 ? authority : authority.slice(sign + 1);
  const open = authority.indexOf("[");
  const close = authority.indexOf("]");
  if (open === -1 && close === -1) {
    const port = rest.indexOf(":");
    const host = port === -1 ? rest : rest.slice(0, port);
    return { user, password, host: host.toLowerCase(), port: port === -1 ? "" : rest.slice(port + 1) };
  }
  if (open === -1 || close === -1) return undefined;
  const left = rest.indexOf("[");
  const right = rest.indexOf("]");
  if (left !== 0 || right < left || !isBracketed(rest.slice(1, right))) return undefined;
  const behind = rest.slice(right + 1);
  if (behind !== "" && !behind.startsWith(":")) return undefined;
  return { user, password, host: rest.slice(1, right).toLowerCase(), port: behind.slice(1) };
}

/** What may stand in brackets: an IPv6 address (with scope), or a version of the future (RFC 3986 3.2.2). */
function isBracketed(text: string): boolean {
  if (/^v[0-9a-f]+\..+$/i.test(text)) return true;
  const scope = text.indexOf("%");
  const address = scope === -1 ? text : text.slice(0, scope);
  return address.includes(":") && isAddress(address) && (scope === -1 || scope < text.length - 1);
}

/** Characters whose compatibility form is, or holds, a separator: `℀` is `a/c`, and a browser would take the rest as path. */
function hidesSeparator(authority: string): boolean {
  if (isAscii(authority)) return false;
  const plain = authority.replace(/[@:#?]/g, "");
  const normalised = plain.normalize("NFKC");
  return plain !== normalised && /[/?#@:]/.test(normalised);
}

/** Whether the text is a URL as a field may hold it: it has an authority, and does not begin with a blank. */
export function isUrl(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 32 || (first >= 9 && first <= 13)) return false;
  const start = authorityStart(text);
  if (start !== -1) {
    const plainEnd = plainAuthorityEnd(text, start);
    if (plainEnd !== -1) return plainEnd > start;
  }
  const parts = splitUrl(text);
  return parts !== undefined && parts.authority !== "";
}

/** Where the authority ends; -1 when it has brackets, control characters or others outside of ASCII and needs a closer look. */
function plainAuthorityEnd(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 47 || code === 63 || code === 35) return index;
    if (code < 32 || code > 126 || code === 91 || code === 93) return -1;
  }
  return text.length;
}

export const urlType: FieldType = {
  name: "URL",
  isValid: (value) => typeof value === "string" && isUrl(value),
  sanitize,
  clean: sanitize,
};

/** Valid whenever there is a result. */
function sanitize(value: unknown): string | undefined {
  const given = textOrBytes(value);
  if (given === undefined) return undefined;
  const text = strip(given);
  const url = text.includes("hxxp") ? text.replaceAll("hxxp://", "http://").replaceAll("hxxps://", "https://") : text;
  if (isUrl(url)) return url;
  const parts = splitUrl(url);
  return parts?.scheme === "file" && parts.authority === "" ? localFile(parts) : undefined;
}

function localFile({ path, query, fragment }: UrlParts): string {
  const rooted = path === "" || path.startsWith("/") ? path : `/${path}`;
  return `file://localhost${rooted}${query === "" ? "" : `?${query}`}${fragment === "" ? "" : `#${fragment}`}`;
}

/** The authority unless it is an address: with port and user information, as it stands; undefined when there is none. */
export function domainNameOfUrl(text: string): string | undefined {
  const authority = splitUrl(text)?.authority;
  return authority === undefined || authority === "" || isAddress(authority) ? undefined : authority;
}

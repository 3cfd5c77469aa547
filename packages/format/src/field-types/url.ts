/**
 * URL: a text with a network location (what follows `//`), not beginning with a blank. Nothing else of it is checked or
 * normalised. Cleaned: blanks at the ends, `hxxp://` back to `http://`, `file:` without host gets `localhost`.
 */
import { strip } from "../python/strip.ts";
import { isAddress, sanitizeAddress } from "./ip-address.ts";
import type { FieldType } from "./field-type.ts";
import { textOrBytes } from "./text.ts";

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

/** Takes a URL apart by scanning. Undefined when the authority is malformed (unbalanced or wrong brackets). */
export function splitUrl(text: string): UrlParts | undefined {
  const url = hasControlBlank(text) ? text.replace(/[\t\r\n]/g, "") : text;
  let scheme = "";
  let at = 0;
  const colon = url.indexOf(":");
  if (colon > 0 && isScheme(url, colon)) {
    scheme = url.slice(0, colon).toLowerCase();
    at = colon + 1;
  }
  let authority = "";
  if (url.startsWith("//", at)) {
    const end = authorityEnd(url, at + 2);
    authority = url.slice(at + 2, end);
    at = end;
  }
  const hash = url.indexOf("#", at);
  const beforeHash = hash === -1 ? url.length : hash;
  const mark = url.indexOf("?", at);
  const beforeQuery = mark === -1 || mark > beforeHash ? beforeHash : mark;
  const location = splitAuthority(authority);
  if (location === undefined) return undefined;
  return {
    scheme,
    authority,
    ...location,
    path: url.slice(at, beforeQuery),
    query: beforeQuery === beforeHash ? "" : url.slice(beforeQuery + 1, beforeHash),
    fragment: hash === -1 ? "" : url.slice(hash + 1),
  };
}

function hasControlBlank(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 9 || code === 10 || code === 13) return true;
  }
  return false;
}

function isScheme(text: string, end: number): boolean {
  const first = text.charCodeAt(0) | 32;
  if (first < 97 || first > 122) return false;
  for (let index = 1; index < end; index++) {
    const code = text.charCodeAt(index);
    const letter = (code | 32) >= 97 && (code | 32) <= 122;
    if (!letter && !(code >= 48 && code <= 57) && code !== 43 && code !== 45 && code !== 46) return false;
  }
  return true;
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

/** Characters whose compatibility form would add a separator to the host. */
function hidesSeparator(authority: string): boolean {
  if (isAscii(authority)) return false;
  const plain = authority.replace(/[@:#?]/g, "");
  const normalised = plain.normalize("NFKC");
  return plain !== normalised && /[/?#@:]/.test(normalised);
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}

/** Whether the text has a network location that can be understood. */
export function isUrl(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 32 || (first >= 9 && first <= 13)) return false;
  const parts = splitUrl(text);
  return parts !== undefined && parts.authority !== "" && !hidesSeparator(parts.authority);
}

export const urlType: FieldType = {
  name: "URL",
  isValid: (value) => typeof value === "string" && value !== "" && isUrl(value),
  sanitize(value) {
    const given = textOrBytes(value);
    if (given === undefined) return undefined;
    let url = strip(given);
    if (url.includes("hxxp")) url = url.replaceAll("hxxp://", "http://").replaceAll("hxxps://", "https://");
    const parts = splitUrl(url);
    if (parts === undefined || hidesSeparator(parts.authority)) return undefined;
    if (parts.authority !== "") return url;
    return parts.scheme === "file" ? localFile(parts) : undefined;
  },
};

function localFile({ path, query, fragment }: UrlParts): string {
  const rooted = path === "" || path.startsWith("/") ? path : `/${path}`;
  return `file://localhost${rooted}${query === "" ? "" : `?${query}`}${fragment === "" ? "" : `#${fragment}`}`;
}

/** The network location unless it is an address: with port and user information, as it stands. */
export function domainNameOfUrl(text: string): string | undefined {
  const authority = splitUrl(text)?.authority;
  if (authority === undefined || authority === "" || isAddressLike(authority)) return undefined;
  return authority;
}

function isAddressLike(text: string): boolean {
  const address = sanitizeAddress(text);
  return address !== undefined && isAddress(address);
}

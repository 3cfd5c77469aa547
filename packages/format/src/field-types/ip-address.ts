/**
 * IPAddress: IPv4 in four decimal parts without leading zeros, IPv6 in any standard spelling (RFC 4291); neither `0.0.0.0`
 * nor a scope. Cleaned: integers, blanks, a scope, a prefix of one address; IPv6 in its canonical form (RFC 5952, without
 * embedded IPv4).
 */
import { strip } from "../python/strip.ts";
import { integer, isInteger } from "../values/json-value.ts";
import { textOrBytes } from "../values/text-of-value.ts";
import type { FieldType } from "./field-type.ts";

/** The 32 bits of a dotted quad; undefined when it is none. */
export function parseIpv4(text: string): number | undefined {
  const { length } = text;
  if (length < 7 || length > 15) return undefined;
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (part < 0 || ++dots > 3) return undefined;
      address = address * 256 + part;
      part = -1;
    } else if (code >= 48 && code <= 57) {
      if (part === 0) return undefined;
      part = part < 0 ? code - 48 : part * 10 + code - 48;
      if (part > 255) return undefined;
    } else {
      return undefined;
    }
  }
  return dots === 3 && part >= 0 ? address * 256 + part : undefined;
}

/** The eight groups of an IPv6 address without scope; undefined when it is none. */
export function parseIpv6(text: string): Uint16Array | undefined {
  return readIpv6(text)?.slice();
}

/** For addresses that are only looked at, or written anew at once. */
const scratch = new Uint16Array(8);

/** The same as {@link parseIpv6}, good until the next call. */
function readIpv6(text: string): Uint16Array | undefined {
  const { length } = text;
  if (length < 2 || length > 45) return undefined;
  const groups = scratch.fill(0);
  let count = 0;
  let gap = -1;
  let index = 0;
  if (text.charCodeAt(0) === 58) {
    if (text.charCodeAt(1) !== 58) return undefined;
    gap = 0;
    index = 2;
  }
  while (index < length) {
    let value = 0;
    let digits = 0;
    const start = index;
    for (; index < length; index++) {
      const digit = hexDigit(text.charCodeAt(index));
      if (digit < 0) break;
      value = value * 16 + digit;
      digits += 1;
    }
    const code = text.charCodeAt(index);
    if (code === 46) {
      const quad = count <= 6 ? parseIpv4(text.slice(start)) : undefined;
      if (quad === undefined) return undefined;
      groups[count++] = quad >>> 16;
      groups[count++] = quad & 0xffff;
      break;
    }
    if (digits === 0 || digits > 4 || count === 8) return undefined;
    groups[count++] = value;
    if (index === length) break;
    if (code !== 58) return undefined;
    index += 1;
    if (text.charCodeAt(index) === 58) {
      if (gap >= 0) return undefined;
      gap = count;
      index += 1;
    } else if (index === length) {
      return undefined;
    }
  }
  if (gap < 0) return count === 8 ? groups : undefined;
  if (count > 7) return undefined;
  groups.copyWithin(8 - (count - gap), gap, count);
  groups.fill(0, gap, 8 - (count - gap));
  return groups;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return code >= 65 && code <= 70 ? code - 55 : -1;
}

/** Dotted quad of 32 bits. */
export function formatIpv4(address: number): string {
  return `${(address >>> 24) & 255}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** Canonical text (RFC 5952 4): lower case, the longest run of zero groups, the first of equals, at least two, as `::`. */
export function formatIpv6(groups: Uint16Array): string {
  let gap = 8;
  let gapLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > gapLength) {
      gap = start;
      gapLength = end - start;
    }
    if (end > start) start = end;
  }
  let text = "";
  for (let index = 0; index < 8; index++) {
    if (index === gap) {
      text += "::";
      index += gapLength - 1;
    } else {
      if (index > 0 && index !== gap + gapLength) text += ":";
      text += (groups[index] ?? 0).toString(16);
    }
  }
  return text;
}

/** The groups of a number of 128 bits. */
export function groupsOf(address: bigint): Uint16Array {
  const groups = new Uint16Array(8);
  let rest = address;
  for (let index = 7; index >= 0; index--) {
    groups[index] = Number(rest & 0xffffn);
    rest >>= 16n;
  }
  return groups;
}

/** The number of 128 bits that groups make. */
export function integerOfGroups(groups: Uint16Array): bigint {
  let value = 0n;
  for (const group of groups) value = (value << 16n) | BigInt(group);
  return value;
}

/** The number of an address, as Python's `int(ip_address(text))`; undefined when the text is none. A scope does not count. */
export function addressToInteger(text: string): number | bigint | undefined {
  const quad = parseIpv4(text);
  if (quad !== undefined) return quad;
  const groups = parseScoped(text);
  return groups === undefined ? undefined : integer(integerOfGroups(groups));
}

/** 4 or 6; undefined when the value is no address. Integers below 2^32 are IPv4. */
export function addressVersion(value: string | number | bigint): 4 | 6 | undefined {
  if (typeof value !== "string") {
    if (!isInteger(value) || value < 0 || BigInt(value) > largestAddress) return undefined;
    return value < 2 ** 32 ? 4 : 6;
  }
  if (parseIpv4(value) !== undefined) return 4;
  return parseScoped(value) === undefined ? undefined : 6;
}

/** Name for reverse look-ups (RFC 1035, RFC 3596) with final dot: `4.3.2.1.in-addr.arpa.`; undefined when the text is no address. */
export function reverseName(text: string): string | undefined {
  if (parseIpv4(text) !== undefined) return `${text.split(".").reverse().join(".")}.in-addr.arpa.`;
  const groups = parseScoped(text);
  if (groups === undefined) return undefined;
  const digits = Array.from(groups, (group) => group.toString(16).padStart(4, "0")).join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa.`;
}

/** The groups of an IPv6 address that may have a scope (RFC 4007 11), which is not empty. */
export function parseScoped(text: string): Uint16Array | undefined {
  const sign = text.indexOf("%");
  if (sign === -1) return parseIpv6(text);
  const hasScope = sign < text.length - 1 && !text.includes("%", sign + 1);
  return hasScope ? parseIpv6(text.slice(0, sign)) : undefined;
}

/** Whether the text is an address as a field may hold it. */
export function isAddress(text: string): boolean {
  const quad = parseIpv4(text);
  return quad === undefined ? readIpv6(text) !== undefined : quad !== 0;
}

export const ipAddressType: FieldType = {
  name: "IPAddress",
  isValid: (value) => typeof value === "string" && isAddress(value),
  sanitize: sanitizeAddress,
  clean(value) {
    const address = sanitizeAddress(value);
    return address === "0.0.0.0" ? undefined : address;
  },
};

const largestAddress = (1n << 128n) - 1n;
const mostDigits = 39; // of a number of 128 bits

/**
 * The canonical form of an address: from an integer, also in decimal text; from text with white space around it, a scope,
 * or a prefix that leaves one address. Undefined for all else; may be `0.0.0.0`, which no field takes.
 */
export function sanitizeAddress(value: unknown): string | undefined {
  if (isInteger(value)) return addressOfInteger(BigInt(value));
  const given = textOrBytes(value);
  if (given === undefined) return undefined;
  const text = strip(given);
  if (parseIpv4(text) !== undefined) return text;
  if (isDecimal(text)) return addressOfInteger(BigInt(text));
  return singleAddress(text);
}

/** An integer as Python writes it, without sign and leading zeros. */
function isDecimal(text: string): boolean {
  if (text === "" || text.length > mostDigits || (text.length > 1 && text.charCodeAt(0) === 48)) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function addressOfInteger(value: bigint): string | undefined {
  if (value < 0n || value > largestAddress) return undefined;
  return value < 1n << 32n ? formatIpv4(Number(value)) : formatIpv6(groupsOf(value));
}

/** The address of a text that may have a scope, and a prefix of full length; what follows a scope is not looked at. */
function singleAddress(text: string): string | undefined {
  const sign = text.indexOf("%");
  const whole = sign === -1 ? text : text.slice(0, sign);
  const slash = whole.indexOf("/");
  const address = slash === -1 ? whole : whole.slice(0, slash);
  const suffix = slash === -1 ? undefined : whole.slice(slash + 1);
  if (parseIpv4(address) !== undefined) return suffix === undefined || isFull(suffix, 32) ? address : undefined;
  const groups = readIpv6(address);
  return groups !== undefined && (suffix === undefined || isFull(suffix, 128)) ? formatIpv6(groups) : undefined;
}

function isFull(suffix: string, bits: 32 | 128): boolean {
  return /^[0-9]+$/.test(suffix) ? Number(suffix) === bits : bits === 32 && suffix === "255.255.255.255";
}

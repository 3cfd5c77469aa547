/**
 * IPAddress: IPv4 in four decimal parts without leading zeros, IPv6 in any standard spelling (RFC 4291); neither `0.0.0.0`
 * nor a scope. Cleaned: integers, blanks, a scope, a prefix of one address; IPv6 in its canonical form (RFC 5952, without
 * embedded IPv4).
 */
import { parseInteger } from "../python/numbers.ts";
import { strip } from "../python/strip.ts";
import { isInteger } from "../values/json-value.ts";
import type { FieldType } from "./field-type.ts";
import { textOrBytes } from "./text.ts";

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
  const { length } = text;
  if (length < 2 || length > 45) return undefined;
  const groups = new Uint16Array(8);
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

/** Canonical text: lower case, the longest run of zero groups (the first of equals, at least two) as `::`. */
export function formatIpv6(groups: Uint16Array): string {
  let best = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > bestLength) {
      best = start;
      bestLength = length;
    }
    if (length > 0) start += length;
  }
  const hex = (from: number, to: number): string => [...groups.subarray(from, to)].map((group) => group.toString(16)).join(":");
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + bestLength, 8)}`;
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

/** The number of an address; undefined when the text is none. */
export function addressToInteger(text: string): number | bigint | undefined {
  const quad = parseIpv4(text);
  if (quad !== undefined) return quad;
  const groups = parseIpv6(withoutScope(text));
  if (groups === undefined) return undefined;
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** 4 or 6; undefined when the text is no address. */
export function addressVersion(text: string): 4 | 6 | undefined {
  if (parseIpv4(text) !== undefined) return 4;
  return parseIpv6(withoutScope(text)) === undefined ? undefined : 6;
}

/** Name for reverse look-ups with final dot: `4.3.2.1.in-addr.arpa.`; undefined when the text is no address. */
export function reverseName(text: string): string | undefined {
  const quad = parseIpv4(text);
  if (quad !== undefined) return `${formatIpv4(quad).split(".").reverse().join(".")}.in-addr.arpa.`;
  const groups = parseIpv6(withoutScope(text));
  if (groups === undefined) return undefined;
  const digits = [...groups].map((group) => group.toString(16).padStart(4, "0")).join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa.`;
}

function withoutScope(text: string): string {
  const scope = text.indexOf("%");
  return scope === -1 ? text : text.slice(0, scope);
}

/** Whether the text is an address as a field may hold it. */
export function isAddress(text: string): boolean {
  return (parseIpv4(text) ?? 0) !== 0 || parseIpv6(text) !== undefined;
}

export const ipAddressType: FieldType = {
  name: "IPAddress",
  isValid: (value) => typeof value === "string" && isAddress(value),
  sanitize: sanitizeAddress,
};

const largestAddress = (1n << 128n) - 1n;

/** The canonical form of an address in any form that can be understood. */
export function sanitizeAddress(value: unknown): string | undefined {
  if (typeof value === "string" && parseIpv4(value) !== undefined) return value;
  if (typeof value === "boolean") return value ? "0.0.0.1" : "0.0.0.0";
  if (isInteger(value)) return addressOfInteger(BigInt(value));
  const text = textOrBytes(value);
  if (text === undefined) return undefined;
  const number = /^[0-9]+$/.test(text) && (text === "0" || !text.startsWith("0")) ? parseInteger(text) : undefined;
  if (number !== undefined) return addressOfInteger(BigInt(number));
  const whole = withoutScope(strip(text));
  const slash = whole.indexOf("/");
  const address = slash === -1 ? whole : whole.slice(0, slash);
  const prefix = slash === -1 ? undefined : whole.slice(slash + 1);
  const quad = parseIpv4(address);
  if (quad !== undefined) return prefix === undefined || isOneAddress(prefix, 32) ? formatIpv4(quad) : undefined;
  const groups = parseIpv6(address);
  if (groups === undefined) return undefined;
  return prefix === undefined || isOneAddress(prefix, 128) ? formatIpv6(groups) : undefined;
}

function addressOfInteger(value: bigint): string | undefined {
  if (value < 0n || value > largestAddress) return undefined;
  return value < 1n << 32n ? formatIpv4(Number(value)) : formatIpv6(groupsOf(value));
}

function isOneAddress(prefix: string, bits: 32 | 128): boolean {
  if (/^[0-9]+$/.test(prefix)) return Number(prefix) === bits;
  return bits === 32 && prefix === "255.255.255.255";
}

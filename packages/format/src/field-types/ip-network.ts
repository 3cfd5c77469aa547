/**
 * IPNetwork: an address with a prefix length, netmask or hostmask, without host bits; a bare address stands for itself.
 * Cleaned: host bits cleared, always `address/prefix`, IPv6 canonical.
 */
import { strip } from "../python/strip.ts";
import { isInteger } from "../values/json-value.ts";
import type { FieldType } from "./field-type.ts";
import { formatIpv4, formatIpv6, groupsOf, parseIpv4, parseIpv6 } from "./ip-address.ts";
import { textOrBytes } from "./text.ts";

/** A network, or an address within one. */
export interface Network {
  readonly version: 4 | 6;
  /** The address as it was given. */
  readonly address: bigint;
  readonly prefix: number;
}

/** Reads a network, host bits and all; undefined when the text is none. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const address = slash === -1 ? text : text.slice(0, slash);
  const suffix = slash === -1 ? undefined : text.slice(slash + 1);
  const quad = parseIpv4(address);
  if (quad !== undefined) {
    const prefix = suffix === undefined ? 32 : prefixOf(suffix, 32);
    return prefix === undefined ? undefined : { version: 4, address: BigInt(quad), prefix };
  }
  const groups = parseIpv6(address);
  if (groups === undefined) return undefined;
  const prefix = suffix === undefined ? 128 : prefixOf(suffix, 128);
  const number = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  return prefix === undefined ? undefined : { version: 6, address: number, prefix };
}

function prefixOf(suffix: string, bits: 32 | 128): number | undefined {
  if (/^[0-9]+$/.test(suffix)) {
    const prefix = Number(suffix);
    return prefix <= bits ? prefix : undefined;
  }
  const mask = bits === 32 ? parseIpv4(suffix) : undefined;
  if (mask === undefined) return undefined;
  return onesInFront(mask) ?? onesInFront(~mask >>> 0);
}

/** The prefix length of a netmask; undefined when the ones are not all in front. */
function onesInFront(mask: number): number | undefined {
  const ones = Math.clz32(~mask >>> 0);
  const expected = ones === 0 ? 0 : (0xffffffff << (32 - ones)) >>> 0;
  return mask >>> 0 === expected ? ones : undefined;
}

function bitsOf({ version }: Network): bigint {
  return version === 4 ? 32n : 128n;
}

function base(network: Network): bigint {
  const free = bitsOf(network) - BigInt(network.prefix);
  return (network.address >> free) << free;
}

/** `address/prefix` with host bits cleared. */
export function formatNetwork(network: Network): string {
  const address = base(network);
  return `${network.version === 4 ? formatIpv4(Number(address)) : formatIpv6(groupsOf(address))}/${network.prefix}`;
}

/** 4 or 6; undefined when the text is no network. */
export function networkVersion(text: string): 4 | 6 | undefined {
  return parseNetwork(text)?.version;
}

export const ipNetworkType: FieldType = {
  name: "IPNetwork",
  isValid(value) {
    if (typeof value !== "string") return false;
    const network = parseNetwork(value);
    return network !== undefined && base(network) === network.address;
  },
  sanitize(value) {
    if (isInteger(value) || typeof value === "boolean") return undefined;
    const text = textOrBytes(value);
    const network = text === undefined ? undefined : parseNetwork(strip(text));
    return network === undefined ? undefined : formatNetwork(network);
  },
};

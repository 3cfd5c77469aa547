/**
 * IPNetwork: an address with a prefix length, netmask or hostmask, without host bits; a bare address stands for itself.
 * Cleaned: host bits cleared, always `address/prefix`, IPv6 canonical.
 */
import { strip } from "../python/strip.ts";
import { textOrBytes } from "../values/text-of-value.ts";
import type { FieldType } from "./field-type.ts";
import { formatIpv4, formatIpv6, groupsOf, integerOfGroups, parseIpv4, parseScoped } from "./ip-address.ts";

/** A network, or an address within one. */
export interface Network {
  readonly version: 4 | 6;
  /** The address as it was given, host bits and all. */
  readonly address: bigint;
  /** 0 to 32 or 128 */
  readonly prefix: number;
  /** Of a link-local IPv6 address: `eth0`. */
  readonly scope?: string;
}

/** Reads a network, or an address within one; undefined when the text is none. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const address = slash === -1 ? text : text.slice(0, slash);
  const suffix = slash === -1 ? undefined : text.slice(slash + 1);
  const quad = parseIpv4(address);
  if (quad !== undefined) {
    const prefix = suffix === undefined ? 32 : (prefixLength(suffix, 32) ?? prefixOfMask(suffix));
    return prefix === undefined ? undefined : { version: 4, address: BigInt(quad), prefix };
  }
  const groups = parseScoped(address);
  const prefix = suffix === undefined ? 128 : prefixLength(suffix, 128);
  if (groups === undefined || prefix === undefined) return undefined;
  const network = { version: 6, address: integerOfGroups(groups), prefix } as const;
  const sign = address.indexOf("%");
  return sign === -1 ? network : { ...network, scope: address.slice(sign + 1) };
}

function prefixLength(suffix: string, longest: 32 | 128): number | undefined {
  if (!/^[0-9]+$/.test(suffix)) return undefined;
  const prefix = Number(suffix);
  return prefix <= longest ? prefix : undefined;
}

/** Of a netmask or a hostmask; `0.0.0.0` is a netmask. */
function prefixOfMask(suffix: string): number | undefined {
  const mask = parseIpv4(suffix);
  return mask === undefined ? undefined : (onesInFront(mask) ?? onesInFront(~mask >>> 0));
}

/** How many ones there are; undefined when they are not all in front. */
function onesInFront(mask: number): number | undefined {
  const ones = Math.clz32(~mask >>> 0);
  const expected = ones === 0 ? 0 : (0xffffffff << (32 - ones)) >>> 0;
  return mask === expected ? ones : undefined;
}

function withoutHostBits({ version, address, prefix }: Network): bigint {
  const free = BigInt((version === 4 ? 32 : 128) - prefix);
  return (address >> free) << free;
}

/** Whether there are no host bits. */
function isWholeNetwork(network: Network): boolean {
  return withoutHostBits(network) === network.address;
}

/** `address/prefix` with host bits cleared. A scope belongs to the address that was given: it goes with its host bits. */
export function formatNetwork(network: Network): string {
  const { version, prefix, scope } = network;
  const address = withoutHostBits(network);
  if (version === 4) return `${formatIpv4(Number(address))}/${prefix}`;
  const hasScope = scope !== undefined && address === network.address;
  return `${formatIpv6(groupsOf(address))}${hasScope ? `%${scope}` : ""}/${prefix}`;
}

/** 4 or 6; undefined when the text is no network, or has host bits. */
export function networkVersion(text: string): 4 | 6 | undefined {
  const network = parseNetwork(text);
  return network !== undefined && isWholeNetwork(network) ? network.version : undefined;
}

export const ipNetworkType: FieldType = {
  name: "IPNetwork",
  isValid: (value) => typeof value === "string" && networkVersion(value) !== undefined,
  sanitize(value) {
    const text = textOrBytes(value);
    const network = text === undefined ? undefined : parseNetwork(strip(text));
    return network === undefined ? undefined : formatNetwork(network);
  },
};

/**
 * Addresses, names and AS numbers that are reserved for private use or documentation, so they are never somebody's.
 *
 * Sources: RFC 1918, 1122, 3927, 5737, 6598, 7526 and others of the IANA special-purpose registries (addresses), RFC 2606
 * and 6761 (names), RFC 5398 (AS numbers). The choice is IntelMQ's: `::1`, `fc00::/7` and `0.0.0.0/8` are not in it.
 */
import { parseIpv4, parseIpv6 } from "@weir/format/field-types";

/** True for a reserved IPv4 or IPv6 address; false for others and for what is no address. */
export function isReservedAddress(text: string): boolean {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return ipv4Ranges.some(({ first, last }) => ipv4 >= first && ipv4 <= last);
  const groups = parseIpv6(text);
  if (groups === undefined) return false;
  const [first, second, third, fourth] = groups;
  if (first === 0xfe80) return second === 0 && third === 0 && fourth === 0; // fe80::/64
  return first === 0x2001 && second === 0x0db8; // 2001:db8::/32
}

/** True for a reserved domain name in lower case. `localhost` and `example` themselves are not, names below them are. */
export function isReservedName(name: string): boolean {
  return reservedNames.has(name) || reservedEndings.some((ending) => name.endsWith(ending));
}

/** True for an AS number that is kept for documentation. */
export function isReservedAsn(asn: number): boolean {
  return (asn >= 64496 && asn <= 64511) || (asn >= 65536 && asn <= 65551);
}

const ipv4Ranges = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4", // holds 255.255.255.255
].map((network) => {
  const [address = "", bits] = network.split("/");
  const first = parseIpv4(address) ?? 0;
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
});

const reservedNames: ReadonlySet<string> = new Set(["example.com", "example.net", "example.org"]);
const reservedEndings = [
  ".test",
  ".example",
  ".invalid",
  ".localhost",
  ".example.com",
  ".example.net",
  ".example.org",
] as const;

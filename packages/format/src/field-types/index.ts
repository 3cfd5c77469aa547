/** Field types and the parsers that they share with bots. */
export type { FieldType, FieldValue } from "./field-type.ts";
export { fqdnType, isFqdn } from "./fqdn.ts";
export { toAscii } from "./idna.ts";
export {
  addressToInteger,
  addressVersion,
  formatIpv4,
  formatIpv6,
  isAddress,
  parseIpv4,
  parseIpv6,
  reverseName,
  sanitizeAddress,
} from "./ip-address.ts";
export { formatNetwork, type Network, networkVersion, parseNetwork } from "./ip-network.ts";
export { checkAsn } from "./number.ts";
export { fieldType, fieldTypeNames } from "./registry.ts";
export { domainNameOfUrl, isUrl, splitUrl, type UrlParts, urlType } from "./url.ts";

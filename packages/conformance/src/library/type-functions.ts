/** Functions of the other field types; those that look names up do so in the vector's records. */

import { addressOfName, addressOfUrl, type Resolver } from "@weir/engine";
import { isInteger } from "@weir/format";
import {
  addressToInteger,
  addressVersion,
  checkAsn,
  domainNameOfUrl,
  networkVersion,
  reverseName,
} from "@weir/format/field-types";
import { objects, text } from "../bot-vector.ts";
import { resolverOf } from "../fixtures/dns.ts";
import type { Area, Implementation } from "./area.ts";
import { runCall } from "./call.ts";

export const typeFunctionsArea: Area = {
  run(vector) {
    const resolver = resolverOf(objects(vector.get("dns")), () => undefined);
    const name = `${text(vector.get("type"))}.${text(vector.get("function"))}`;
    return runCall(vector, functionsWith(resolver), name);
  },
};

function functionsWith(resolver: Resolver): ReadonlyMap<string, Implementation> {
  return new Map<string, Implementation>([
    ["ASN.check_asn", ({ args: [value] }) => checkAsn(value)],
    ["FQDN.to_ip", ({ args: [name] }) => addressOfName(String(name), resolver)],
    ["IPAddress.to_int", ({ args: [value] }) => addressToInteger(String(value))],
    ["IPAddress.to_reverse", ({ args: [value] }) => reverseName(String(value))],
    [
      "IPAddress.version",
      ({ args: [value] }) => (isInteger(value) ? versionOfNumber(value) : addressVersion(String(value))),
    ],
    ["IPNetwork.version", ({ args: [value] }) => networkVersion(String(value))],
    ["URL.to_domain_name", ({ args: [value] }) => domainNameOfUrl(String(value))],
    ["URL.to_ip", ({ args: [url] }) => addressOfUrl(String(url), resolver)],
  ]);
}

/** An address may be given as its number. */
function versionOfNumber(address: number | bigint): number {
  return address < 2 ** 32 ? 4 : 6;
}

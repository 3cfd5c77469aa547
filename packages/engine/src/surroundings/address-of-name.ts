/** The address behind a name, as IntelMQ's field types look it up. */
import { isAddress, splitUrl } from "@weir/format/field-types";
import type { Resolver } from "../definition/context.ts";
import { nameLookup } from "./system-resolver.ts";

/** EAI_NONAME of getaddrinfo. */
const noSuchName = -2;

/** First IPv4 address of the name; undefined when there is no such name. Throws WEIR_NAME_LOOKUP for every other failure. */
export async function addressOfName(name: string, resolver: Resolver): Promise<string | undefined> {
  try {
    return await resolver.address4(name);
  } catch (error) {
    if (nameLookup.is(error) && error.details.number === noSuchName) return undefined;
    throw error;
  }
}

/** The address of a URL's host, which may be one itself; undefined when there is none. Throws WEIR_NAME_LOOKUP. */
export async function addressOfUrl(url: string, resolver: Resolver): Promise<string | undefined> {
  const host = splitUrl(url)?.host ?? "";
  if (host === "") return undefined;
  return isAddress(host) ? host : addressOfName(host, resolver);
}

/** Host names by the machine's resolver, hosts file included (getaddrinfo). */
import { lookup } from "node:dns/promises";
import { errorKind } from "@weir/format/errors";
import type { Resolver } from "../definition/context.ts";

export const nameLookup = errorKind<{ host: string; number: number; code: string }>("WEIR_NAME_LOOKUP", {
  message: ({ host, code }) => `the name "${host}" cannot be resolved (${code})`,
  remedy: "Check the name, and the machine's resolver (/etc/resolv.conf) when no name can be resolved.",
  retry: "later",
});

/** Error numbers of getaddrinfo, by Node's names for them. */
const numbers: ReadonlyMap<string, number> = new Map([
  ["EAI_BADFLAGS", -1],
  ["ENOTFOUND", -2],
  ["EAI_NONAME", -2],
  ["EAI_AGAIN", -3],
  ["EAI_FAIL", -4],
  ["EAI_NODATA", -5],
  ["EAI_FAMILY", -6],
  ["EAI_SOCKTYPE", -7],
  ["EAI_SERVICE", -8],
  ["EAI_ADDRFAMILY", -9],
  ["EAI_MEMORY", -10],
  ["EAI_SYSTEM", -11],
]);

export const systemResolver: Resolver = {
  async address4(host) {
    try {
      return (await lookup(host, { family: 4 })).address;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      throw nameLookup({ host, code, number: numbers.get(code) ?? -2 }, { cause: error });
    }
  },
};

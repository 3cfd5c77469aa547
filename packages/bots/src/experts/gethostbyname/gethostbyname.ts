import { commaList, defineExpert, flag, integer, nameLookup } from "@weir/engine";
import type { Message } from "@weir/format";
import { splitUrl } from "@weir/format/field-types";
import { z } from "zod";

export default defineExpert({
  module: "intelmq.bots.experts.gethostbyname.expert",
  name: "Gethostbyname",
  summary: "Looks up the IPv4 address of a host name with the machine's resolver.",
  notes:
    "A name that does not exist is no error. The first address of the resolver's answer counts, hosts file included.",
  reads: ["source.fqdn", "source.url", "source.ip", "destination.fqdn", "destination.url", "destination.ip"],
  writes: ["source.ip", "destination.ip"],
  concurrency: 32,
  params: z.object({
    fallback_to_url: flag().default(true).describe("Take the host of the URL where there is no domain name."),
    gaierrors_to_ignore: commaList(integer())
      .nullish()
      .transform((numbers) => numbers ?? [])
      .describe("Further error numbers of the resolver that mean: not found. -2, -4, -5, -8 and -11 always do."),
    overwrite: flag().default(false).describe("Replace an address that the event has already."),
  }),
  create({ params, resolver, log }) {
    const notFound = new Set([...errorsOfAbsence, ...params.gaierrors_to_ignore]);
    const mode = params.overwrite ? "overwrite" : "keep";

    async function lookUp(event: Message, side: "source" | "destination"): Promise<void> {
      const field = `${side}.ip`;
      if (event.has(field) && !params.overwrite) return;
      const name = nameOf(event, side);
      if (name === undefined) return;
      let address: string;
      try {
        address = await resolver.address4(name);
      } catch (error) {
        if (!nameLookup.is(error) || !notFound.has(error.details.number)) throw error;
        log.debug(`Ignored error ${error.details.number} for hostname '${name}'.`);
        return;
      }
      event.put(field, address, { mode, skipInvalid: true });
    }

    function nameOf(event: Message, side: "source" | "destination"): string | undefined {
      const fqdn = event.get(`${side}.fqdn`);
      if (fqdn !== undefined || !params.fallback_to_url) return fqdn === undefined ? undefined : String(fqdn);
      const host = splitUrl(String(event.get(`${side}.url`) ?? ""))?.host ?? "";
      return host === "" || event.isValid(`${side}.ip`, host, true) ? undefined : host;
    }

    return {
      async process(event) {
        await lookUp(event, "source");
        await lookUp(event, "destination");
        return event;
      },
    };
  },
});

/** getaddrinfo: no such name (NONAME), failure (FAIL), no address (NODATA), unknown service (SERVICE), system error (SYSTEM). */
const errorsOfAbsence = [-2, -4, -5, -8, -11];

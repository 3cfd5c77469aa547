import { commaList, defineExpert, flag } from "@weir/engine";
import type { Message } from "@weir/format";
import { splitUrl } from "@weir/format/field-types";
import { z } from "zod";

export default defineExpert({
  module: "intelmq.bots.experts.url.expert",
  name: "URL",
  summary: "Takes address or name, port, path, account and protocols out of URLs.",
  notes:
    "The protocols come from `destination.url` only when `source.url` has no scheme. A port that is no number up to 65535 is left out.",
  reads: ["source.url", "destination.url"],
  writes: [
    "source.ip",
    "source.fqdn",
    "source.port",
    "source.urlpath",
    "source.account",
    "destination.ip",
    "destination.fqdn",
    "destination.port",
    "destination.urlpath",
    "destination.account",
    "protocol.application",
    "protocol.transport",
  ],
  params: z.object({
    overwrite: flag().default(false).describe("Replace fields that the event has already."),
    skip_fields: commaList(z.string())
      .nullish()
      .transform((fields) => fields ?? [])
      .describe("Fields that are not written."),
  }),
  create({ params }) {
    const skipped = new Set(params.skip_fields);
    const { overwrite } = params;

    function write(event: Message, field: string, value: string | number): boolean {
      if (skipped.has(field)) return false;
      event.put(field, value, overwrite ? replacing : keeping);
      return true;
    }

    const takeApart = (side: "source" | "destination") => {
      const [urlField, ip, fqdn, port, urlpath, account] = fieldsOf(side);
      /** True when it had a say in the protocols. */
      return (event: Message, protocols: boolean): boolean => {
        const text = event.get(urlField);
        if (typeof text !== "string") return false;
        const url = splitUrl(text);
        if (url === undefined) return false;
        const known = schemes.get(url.scheme);

        if (url.host !== "") {
          const isAddress = !skipped.has(ip) && mayBeAddress(url.host) && event.isValid(ip, url.host, true);
          write(event, isAddress ? ip : fqdn, url.host);
        }
        const number = portOf(url.port) ?? known?.port;
        if (number !== undefined) write(event, port, number);
        const path = withoutParameters(url.scheme, url.path);
        if (path !== "") write(event, urlpath, path);
        if (url.user !== "") write(event, account, url.user);
        if (!protocols) return true;

        let spoke = false;
        if (url.scheme !== "") spoke = write(event, "protocol.application", known?.application ?? url.scheme) || spoke;
        if (known?.transport !== undefined) spoke = write(event, "protocol.transport", known.transport) || spoke;
        return spoke;
      };
    };
    const source = takeApart("source");
    const destination = takeApart("destination");

    return {
      process(event) {
        const spoke = source(event, true);
        destination(event, !spoke);
        return event;
      },
    };
  },
});

const keeping = { mode: "keep", skipInvalid: true } as const;
const replacing = { mode: "overwrite", skipInvalid: true } as const;

function fieldsOf(side: "source" | "destination") {
  return [`${side}.url`, `${side}.ip`, `${side}.fqdn`, `${side}.port`, `${side}.urlpath`, `${side}.account`] as const;
}

interface Scheme {
  readonly port: number;
  readonly application?: string;
  readonly transport?: string;
}

const schemes: ReadonlyMap<string, Scheme> = new Map([
  ["ftp", { port: 21, transport: "tcp" }],
  ["http", { port: 80, transport: "tcp" }],
  ["https", { port: 443, application: "http" }], // over QUIC since HTTP/3, so the transport is open
  ["sftp", { port: 22, transport: "tcp" }],
  ["ssh", { port: 22, transport: "tcp" }],
  ["tftp", { port: 69, transport: "udp" }],
  ["ws", { port: 80, transport: "tcp" }],
  ["wss", { port: 443, transport: "tcp" }],
]);

/** Schemes whose last path segment may carry `;parameters` (RFC 2396), which are not part of the path. */
const schemesWithParameters: ReadonlySet<string> = new Set(["", "http", "https", "ftp", "sftp"]);

function withoutParameters(scheme: string, path: string): string {
  const at = path.indexOf(";", path.lastIndexOf("/") + 1);
  return at === -1 || !schemesWithParameters.has(scheme) ? path : path.slice(0, at);
}

/** False for what no reading of addresses takes, without trying: most hosts are names. */
function mayBeAddress(host: string): boolean {
  const first = host.charCodeAt(0) | 0x20;
  return first < 0x61 || first > 0x7a || host.includes(":");
}

/** The explicit port; undefined when there is none, when it is 0, or no number up to 65535. */
function portOf(text: string): number | undefined {
  if (text === "" || text.length > 20) return undefined;
  let port = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port > 0 && port <= 65535 ? port : undefined;
}

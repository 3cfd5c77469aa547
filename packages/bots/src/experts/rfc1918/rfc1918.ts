import { commaList, defineExpert, type ParameterFinding } from "@weir/engine";
import type { FieldValue } from "@weir/format";
import { splitUrl } from "@weir/format/field-types";
import { z } from "zod";
import { invalidParameters } from "../../errors.ts";
import { isReservedAddress, isReservedAsn, isReservedName } from "./reserved.ts";

export default defineExpert({
  module: "intelmq.bots.experts.rfc1918.expert",
  name: "RFC 1918",
  listName: "RFC1918",
  summary: "Drops events, or removes fields, whose address, name or AS number is reserved and so never anybody's.",
  notes:
    "Fields are looked at in their order, and only up to the first that is reserved: a field that is removed ends the look-up. " +
    "What is reserved: private, shared, link-local, documentation, benchmark, multicast and future-use addresses; names " +
    "below `test`, `example`, `invalid`, `localhost` and `example.com`, `.net`, `.org`; AS numbers kept for documentation.",
  params: z.object({
    fields: commaList(z.string().toLowerCase())
      .default(() => defaultFields)
      .describe("Fields to look at, in this order; their names end in `.ip`, `.fqdn`, `.url` or `.asn`."),
    policy: commaList(z.string())
      .default(() => defaultPolicy)
      .describe("What to do for the field in the same place: `del` removes it, `drop` ends the event."),
  }),
  check(params) {
    // A list that is left out is not complained about: it is seen to at start.
    if (params.fields === defaultFields || params.policy === defaultPolicy) return [];
    return lengthFinding(params);
  },
  create({ botId, params }) {
    const [finding] = lengthFinding(params);
    if (finding !== undefined) throw invalidParameters({ bot: botId, problem: finding.message });
    const rules = params.fields.map((field, index) => ({
      field,
      isReserved: testFor(field),
      policy: params.policy[index],
    }));

    return {
      process(event) {
        for (const { field, isReserved, policy } of rules) {
          const value = event.get(field);
          if (value === undefined || !isReserved(value)) continue;
          if (policy === "drop") return;
          if (policy === "del") event.remove(field);
          return event;
        }
        return event;
      },
    };
  },
});

const defaultFields = ["destination.ip", "source.ip", "source.url"];
const defaultPolicy = ["del", "drop", "drop"];

interface Lists {
  readonly fields: readonly string[];
  readonly policy: readonly string[];
}

function lengthFinding({ fields, policy }: Lists): readonly ParameterFinding[] {
  if (fields.length === policy.length) return [];
  const message = `"fields" has ${fields.length} and "policy" has ${policy.length} entries; each field needs one policy`;
  return [{ level: "error", parameter: "policy", message }];
}

function testFor(field: string): (value: FieldValue) => boolean {
  if (field.endsWith(".ip")) return (value) => isReservedAddress(String(value));
  if (field.endsWith(".fqdn")) return (value) => isReservedName(String(value));
  if (field.endsWith(".asn")) return (value) => isReservedAsn(Number(value));
  if (field.endsWith(".url")) {
    return (value) => {
      const host = splitUrl(String(value))?.host ?? "";
      return isReservedAddress(host) || isReservedName(host);
    };
  }
  return () => false;
}

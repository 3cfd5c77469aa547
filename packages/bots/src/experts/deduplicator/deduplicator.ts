import { hash } from "node:crypto";
import { commaList, defineExpert, flag, number, optional, secret, text } from "@weir/engine";
import { compileHashInput } from "@weir/format";
import { z } from "zod";

export default defineExpert({
  module: "intelmq.bots.experts.deduplicator.expert",
  name: "Deduplicator",
  summary: "Drops events that are equal, in chosen fields, to one that was seen before.",
  notes:
    "Equal are events with the same message hash over the chosen fields. What was seen is kept together with the event: an event that " +
    "fails later on is not taken for a duplicate of itself. A duplicate does not prolong the time for which its first is remembered. " +
    "With `whitelist`, events that have none of the fields are all equal.",
  stateful: true,
  params: z.object({
    filter_keys: commaList(z.string())
      .nullish()
      .transform((keys) => keys ?? ["raw", "time.observation"])
      .describe("Names of fields; default `raw, time.observation`. `extra` does not stand for the fields below it."),
    filter_type: z
      .enum(["blacklist", "whitelist"])
      .default("blacklist")
      .describe("`blacklist` compares all fields but the listed ones, `whitelist` only the listed ones."),
    bypass: flag().default(false).describe("Let everything pass and remember nothing."),
    redis_cache_ttl: number({ min: 0, unit: "s" })
      .nullable()
      .default(86400)
      .describe("How long an event is remembered; 0 or null: for ever."),
    redis_cache_host: optional(text()).describe("Redis server, where the state is kept there."),
    redis_cache_port: optional(number({ min: 1, max: 65535 })).describe("Its port."),
    redis_cache_db: optional(number({ min: 0 })).describe("Its database."),
    redis_cache_password: optional(secret()).describe("Its password."),
  }),
  create({ params, state, log }) {
    if (params.bypass) return { process: (event) => event };
    const hashInput = compileHashInput({ filterKeys: new Set(params.filter_keys), filterType: params.filter_type });
    const ttl = params.redis_cache_ttl ?? 0;

    return {
      process(event) {
        if (state.seen.add(hash("sha256", hashInput(event), "binary"), ttl)) return event;
        log.debug("Dropped message.");
      },
    };
  },
});

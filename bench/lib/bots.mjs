/** The bots of the benchmark's botnets, as they stand in runtime.yaml. Queues are named after their bots. */
import { fileURLToPath } from "node:url";

const queuesOf = (bots) => (bots.length === 0 ? {} : { destination_queues: { _default: bots.map(queueOf) } });
const queueOf = (bot) => `${bot}-queue`;

/** A bot that sends to the bots `to`. */
function bot(group, module, parameters, to = []) {
  return { module, group, name: module, parameters: { ...parameters, ...queuesOf(to) } };
}

/** Collects `*.csv` of the directory once. */
export function fileCollector(to, path = "in") {
  const parameters = { path, postfix: ".csv", delete_file: true, rate_limit: 3600, name: "bench", provider: "bench" };
  return bot("Collector", "intelmq.bots.collectors.file.collector_file", parameters, to);
}

const columns = ["source.ip", "time.source", "source.url", "source.port", "event_description.text"];

/** The generic CSV parser for the columns of feed.mjs. */
export function csvParser(to) {
  const parameters = { columns, default_fields: { "classification.type": "malware-distribution" } };
  return bot("Parser", "intelmq.bots.parsers.generic.parser_csv", parameters, to);
}

/** Deduplicator, taxonomy, url, in this order, before the bot `to`. */
export function experts(to) {
  const seen = { filter_type: "blacklist", filter_keys: "raw,time.observation", redis_cache_ttl: 86400 };
  return {
    deduplicator: bot("Expert", "intelmq.bots.experts.deduplicator.expert", seen, ["taxonomy"]),
    taxonomy: bot("Expert", "intelmq.bots.experts.taxonomy.expert", {}, ["url"]),
    url: bot("Expert", "intelmq.bots.experts.url.expert", {}, [to]),
  };
}

export function fileOutput(file = "out/events.jsonl") {
  return bot("Output", "intelmq.bots.outputs.file.output", { file });
}

/** A bot of ours from bench/bots. */
export function benchBot(group, name, parameters, to = []) {
  return bot(group, fileURLToPath(new URL(`../bots/${name}.mjs`, import.meta.url)), parameters, to);
}

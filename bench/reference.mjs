/**
 * The reference botnet: file collector → generic CSV parser → deduplicator → taxonomy → url → file output, over the embedded
 * broker, durable, with counters and logs on, as a user gets it. Each run is a process of its own; it reports its CPU time
 * (all threads) and its peak memory itself.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const weir = join(dirname(dirname(fileURLToPath(import.meta.url))), "packages/cli/bin/weir.js");

const runtime = `global: {logging_level: INFO}
collector:
  module: intelmq.bots.collectors.file.collector_file
  name: bench
  group: Collector
  parameters: {path: in, postfix: .csv, delete_file: true, rate_limit: 3600, name: bench, provider: bench, destination_queues: {_default: [parser-queue]}}
parser:
  module: intelmq.bots.parsers.generic.parser_csv
  name: CSV
  group: Parser
  parameters: {columns: [source.ip, time.source, source.url, source.port, event_description.text], default_fields: {classification.type: malware-distribution}, destination_queues: {_default: [deduplicator-queue]}}
deduplicator:
  module: intelmq.bots.experts.deduplicator.expert
  name: Deduplicator
  group: Expert
  parameters: {filter_type: blacklist, filter_keys: "raw,time.observation", redis_cache_ttl: 86400, destination_queues: {_default: [taxonomy-queue]}}
taxonomy:
  module: intelmq.bots.experts.taxonomy.expert
  name: Taxonomy
  group: Expert
  parameters: {destination_queues: {_default: [url-queue]}}
url:
  module: intelmq.bots.experts.url.expert
  name: URL
  group: Expert
  parameters: {destination_queues: {_default: [file-queue]}}
file:
  module: intelmq.bots.outputs.file.output
  name: File
  group: Output
  parameters: {file: out/events.jsonl}
`;

/** Runs the botnet once over the feed. Gives { events, written, cpuMicros, wallMs, peakRssMiB }. */
export function runReference(feed, events) {
  const directory = mkdtempSync(join(tmpdir(), "weir-bench-"));
  try {
    mkdirSync(join(directory, "in"));
    writeFileSync(join(directory, "runtime.yaml"), runtime);
    cpSync(feed, join(directory, "in", "feed.csv"));
    const started = performance.now();
    const output = execFileSync(process.execPath, [weir, "--root", directory, "--json", "up", "--once"], {
      cwd: directory,
      maxBuffer: 1 << 26,
    });
    const wallMs = performance.now() - started;
    const summary = JSON.parse(String(output));
    const written = summary.bots.file?.received ?? 0;
    return { events, written, cpuMicros: summary.process.cpuMicros, wallMs, peakRssMiB: summary.process.peakRssMiB };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

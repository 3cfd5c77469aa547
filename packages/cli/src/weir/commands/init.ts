/** `weir init`: a runtime.yaml to start from, which works as it is. */
import { existsSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { makeDirectory } from "@weir/engine/supervise";
import { errorKind } from "@weir/format/errors";
import { type GlobalOptions, openSession } from "../session.ts";

const alreadyThere = errorKind<{ file: string }>("WEIR_INIT_EXISTS", {
  message: ({ file }) => `${file} is there already and is not overwritten`,
  remedy: "Give another directory: `weir init my-botnet`.",
  retry: "never",
});

export async function run(directory: string, options: GlobalOptions): Promise<void> {
  const session = openSession(options);
  const target = resolve(directory);
  const file = join(target, "runtime.yaml");
  if (existsSync(file)) throw alreadyThere({ file });
  makeDirectory(join(target, "incoming"));
  makeDirectory(join(target, "tests"));
  writeFileSync(file, runtimeYaml, { flag: "wx" });
  writeFileSync(join(target, "tests", "botnet.test.yaml"), testYaml, { flag: "wx" });
  const where = relative(process.cwd(), target) || ".";
  const { colours } = session.output;
  session.output.result(
    { directory: target, files: ["runtime.yaml", "tests/botnet.test.yaml", "incoming/"] },
    `Wrote ${colours.bold(join(where, "runtime.yaml"))} and a test for it.\n\n` +
      "Next:\n" +
      (where === "." ? "" : `  cd ${where}\n`) +
      "  weir check                      # what is wrong, if anything\n" +
      "  weir test                       # what the botnet makes of a sample\n" +
      '  echo "192.0.2.1,2026-01-01 00:00:00,http://example.net/" > incoming/first.csv\n' +
      "  weir up                         # Ctrl-C ends it\n",
  );
}

const runtimeYaml = `# A botnet: one entry per bot. The file has IntelMQ's form; what only Weir knows stands under "weir:".
#
#   weir check            finds mistakes                weir docs MODULE    lists the parameters of a bot
#   weir list modules     lists the bots there are      weir schema         lets your editor complete this file

global:                            # parameters for all bots
  logging_level: INFO

# Collects: reads every CSV file that appears in incoming/ and deletes it once its content is on disk.
file-collector:
  module: intelmq.bots.collectors.file.collector_file
  name: My feed
  group: Collector
  description: Reads files.
  enabled: true
  run_mode: continuous
  parameters:
    path: incoming
    postfix: .csv
    delete_file: true
    rate_limit: 5                  # seconds between two looks
    name: My feed                  # becomes feed.name
    provider: Me
    # http_password: {$env: FEED_PASSWORD}    secrets need not stand here: also {$file: …}, {$credential: …}
    destination_queues:
      _default: [csv-parser-queue]

# Parses: what is in which column.
csv-parser:
  module: intelmq.bots.parsers.generic.parser_csv
  name: CSV
  group: Parser
  description: Columns by position.
  enabled: true
  run_mode: continuous
  parameters:
    columns: [source.ip, time.source, source.url]
    default_fields:
      classification.type: scanner
    destination_queues:
      _default: [deduplicator-queue]

# Drops what was seen before.
deduplicator:
  module: intelmq.bots.experts.deduplicator.expert
  name: Deduplicator
  group: Expert
  description: Drops what was seen within a day.
  enabled: true
  run_mode: continuous
  parameters:
    filter_type: blacklist
    filter_keys: raw, time.observation
    redis_cache_ttl: 86400         # seconds
    destination_queues:
      _default: [taxonomy-queue]

taxonomy:
  module: intelmq.bots.experts.taxonomy.expert
  name: Taxonomy
  group: Expert
  description: Sets the taxonomy by the type.
  enabled: true
  run_mode: continuous
  parameters:
    destination_queues:
      _default: [url-queue]

url:
  module: intelmq.bots.experts.url.expert
  name: URL
  group: Expert
  description: Takes URLs apart.
  enabled: true
  run_mode: continuous
  parameters:
    destination_queues:
      _default: [file-output-queue]

# Delivers: one JSON object per line.
file-output:
  module: intelmq.bots.outputs.file.output
  name: File
  group: Output
  description: Writes events.
  enabled: true
  run_mode: continuous
  parameters:
    file: events.jsonl
`;

const testYaml = `# Run with: weir test
botnet: ../runtime.yaml
tests:
  - name: a line becomes a classified event
    input:
      csv-parser: {text: "198.18.0.1,2026-01-01 00:00:00,http://example.net/path\\n"}
    expect:
      file-output:
        - {source.ip: 198.18.0.1, source.fqdn: example.net, classification.taxonomy: information-gathering}
`;

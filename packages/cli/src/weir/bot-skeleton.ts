/** Skeletons of bots: small, whole, tested. */

export type BotKind = "collector" | "parser" | "expert" | "output";

interface Skeleton {
  /** Names from `@weir/engine` besides the defining function. */
  readonly imports: string;
  /** Lines of further imports. */
  readonly more?: string;
  readonly testMore?: string;
  readonly summary: string;
  readonly parameters: string;
  readonly create: string;
  readonly test: string;
}

/** The text of a bot's file. */
export function botSkeleton(kind: BotKind, name: string, module: string): string {
  const { imports, more = "", summary, parameters, create } = skeletons[kind];
  const params = parameters === "" ? "z.object({})" : `z.object({\n${parameters}\n  })`;
  return `${more}import { define${capital(kind)}, ${imports} } from "@weir/engine";
import { z } from "zod";

export default define${capital(kind)}({
  module: "${module}",
  name: "${title(name)}",
  summary: "${summary}",
  params: ${params},
  create(${create}
  },
});
`;
}

/** The text of its test, for \`node --test\`. */
export function testSkeleton(kind: BotKind, name: string): string {
  const { test, testMore = "" } = skeletons[kind];
  return `import assert from "node:assert/strict";
${testMore}import { test } from "node:test";
import { try${capital(kind)} } from "@weir/engine/testing";
import bot from "./${name}.mjs";

${test}`;
}

/** How it stands in runtime.yaml. */
export function skeletonEntry(kind: BotKind, name: string, module: string): string {
  const target = {
    collector: "my-parser-queue",
    parser: "my-expert-queue",
    expert: "my-output-queue",
    output: undefined,
  }[kind];
  const examples = {
    collector: "    url: https://example.net/feed.csv\n",
    parser: "    default_fields: {classification.type: scanner}\n",
    expert: "    hosts: [scanner.example.net]\n",
    output: "    file: events.txt\n",
  }[kind];
  const queues = target === undefined ? "" : `    destination_queues: {_default: [${target}]}\n`;
  return `${name}:
  module: ${module}
  name: ${title(name)}
  group: ${capital(kind)}
  parameters:
${examples}${queues}`;
}

const skeletons: Readonly<Record<BotKind, Skeleton>> = {
  collector: {
    imports: "httpParameters",
    summary: "Fetches a file over HTTP.",
    parameters: `    url: z.string().describe("Where the file is."),
    ...httpParameters,`,
    create: `{ params, http, newReport }) {
    return {
      async *collect() {
        const response = await http.request(params.url);
        if (response.status !== 200) throw new Error(\`\${params.url} answered \${response.statusText}\`);
        const report = newReport();
        report.set("feed.url", params.url);
        // The body may be of any size: it is stored as it comes. onCommitted (optional) runs when it is on disk.
        yield { report, body: response.stream };
      },
    };`,
    test: `/** A server that answers like this. */
function server(status, text) {
  async function* stream() {
    yield Buffer.from(text);
  }
  const request = async (url) => ({ status, statusText: String(status), url, headers: new Map(), stream: stream() });
  return { http: { client: { request } } };
}

test("makes a report of the file", async () => {
  const [report] = await tryCollector(bot, { url: "https://example.net/feed" }, server(200, "192.0.2.1\\n"))();
  assert.equal(report["feed.url"], "https://example.net/feed");
  assert.equal(Buffer.from(report.raw, "base64").toString(), "192.0.2.1\\n");
});

test("fails when the server has no such file", async () => {
  const run = tryCollector(bot, { url: "https://example.net/feed" }, server(404, ""));
  await assert.rejects(run(), /answered 404/);
});
`,
  },
  parser: {
    imports: "lines",
    summary: "One address per line; what follows a number sign is a comment.",
    parameters: "",
    create: `{ log }) {
    return {
      // Splits the report: lines, csvRows, csvDicts, jsonLines, jsonArray or wholeText.
      records: lines({ comments: (line) => line.startsWith("#") }),
      parse(line, event) {
        const address = line.trim();
        if (address === "" || line.startsWith("#")) return; // no event, no failure
        event.set("source.ip", address); // throws when it is none: the line becomes a failure, the others go on
        event.set("classification.type", "blacklist");
        log.debug(\`Read \${address}.\`);
        return event;
      },
    };`,
    test: `test("reads an address per line", async () => {
  const { events, failures } = await tryParser(bot)("# list\\n192.0.2.1\\n\\n192.0.2.2\\n");
  assert.deepEqual(
    events.map((event) => event["source.ip"]),
    ["192.0.2.1", "192.0.2.2"],
  );
  assert.deepEqual(failures, []);
});

test("keeps a line that is no address as a failure, and goes on", async () => {
  const { events, failures } = await tryParser(bot)("192.0.2.1\\nno address\\n192.0.2.2\\n");
  assert.equal(events.length, 2);
  assert.equal(failures.length, 1);
});
`,
  },
  expert: {
    imports: "commaList",
    summary: "Labels events of hosts that are known.",
    parameters: `    hosts: commaList(z.string()).describe("Names of the hosts."),`,
    create: `{ params }) {
    const known = new Set(params.hosts); // once, at the start: check and compile, open nothing
    return {
      process(event) {
        if (known.has(event.get("source.fqdn"))) event.set("extra.known_host", true);
        return event; // nothing: the event ends here; to("path", event): another path; a list: several events
      },
    };`,
    test: `test("labels a known host and leaves the others", async () => {
  const run = tryExpert(bot, { hosts: "scanner.example.net" });
  const [known, other] = await run({ "source.fqdn": "scanner.example.net" }, { "source.fqdn": "www.example.net" });
  assert.equal(known["extra.known_host"], true);
  assert.equal(other["extra.known_host"], undefined);
});
`,
  },
  output: {
    imports: "filePath",
    more: `import { open } from "node:fs/promises";\n`,
    testMore: `import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
`,
    summary: "Appends one line per event to a file.",
    parameters: `    file: filePath().describe("File that is appended to."),`,
    create: `{ params }) {
    let file;
    return {
      async open() {
        file = await open(params.file, "a");
      },
      // Resolve when the receiver has the batch. After a crash events may come again, with the same id.
      async write(batch) {
        const text = batch.map(({ event, id }) => \`\${id} \${event.get("source.ip") ?? ""}\\n\`).join("");
        await file.appendFile(text);
        await file.sync();
      },
      async close() {
        await file?.close();
        file = undefined;
      },
    };`,
    test: `test("writes a line per event", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "bot-")), "events.txt");
  const { failures } = await tryOutput(bot, { file })({ "source.ip": "192.0.2.1" }, { "source.ip": "192.0.2.2" });
  assert.deepEqual(failures, []);
  assert.match(readFileSync(file, "utf8"), /^\\S+ 192\\.0\\.2\\.1\\n\\S+ 192\\.0\\.2\\.2\\n$/);
});
`,
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function title(name: string): string {
  return capital(name.replaceAll("-", " "));
}

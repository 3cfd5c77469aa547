/** `intelmqctl` and `intelmqdump` as scripts and the Manager meet them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Installation, installation } from "../testing/program.ts";

const runtime = `# kept
global: {logging_level: INFO}
expert-b:
  module: intelmq.bots.experts.url.expert
  name: URL
  group: Expert
  description: Takes URLs apart.
  enabled: true
  run_mode: continuous
  parameters: {destination_queues: {_default: [output-a-queue]}}
output-a:
  module: intelmq.bots.outputs.file.output
  name: File
  group: Output
  description: Writes events.
  enabled: true
  run_mode: continuous
  parameters: {file: events.jsonl}
sleeper:
  module: intelmq.bots.experts.taxonomy.expert
  name: Taxonomy
  group: Expert
  description: Not enabled.
  enabled: false # on purpose
  run_mode: continuous
  parameters: {destination_queues: {_default: [output-a-queue]}}
`;

describe("intelmqctl", () => {
  let at: Installation;
  const json = async (...args: readonly string[]): Promise<readonly [unknown, number]> => {
    const { out, code } = await at.intelmqctl("--type", "json", ...args);
    return [out === "" ? undefined : JSON.parse(out), code];
  };
  beforeAll(() => {
    at = installation();
    mkdirSync(join(at.root, "etc"));
    writeFileSync(join(at.root, "etc/runtime.yaml"), runtime);
  });
  afterAll(async () => {
    await at.weir("stop");
  });

  it("shows help without a command, and refuses what it does not know with exit code 2", async () => {
    expect(await at.intelmqctl()).toMatchObject({ code: 0, out: expect.stringContaining("Usage: intelmqctl") });
    expect(await at.intelmqctl("bogus")).toMatchObject({ code: 2 });
    expect(await at.intelmqctl("status", "nobody")).toMatchObject({
      code: 2,
      err: expect.stringContaining("invalid choice: 'nobody' (choose from 'expert-b', 'output-a', 'sleeper')"),
    });
  });

  it("knows how bots are when nothing runs", async () => {
    expect(await json("status")).toEqual([{ "expert-b": "stopped", "output-a": "stopped", sleeper: "disabled" }, 1]);
    expect(await json("status", "sleeper")).toEqual(["disabled", 0]);
    expect(await json("stop", "expert-b")).toEqual(["stopped", 0]);
    expect(await json("stop", "sleeper")).toEqual(["disabled", 0]);
    expect(await json("reload", "expert-b")).toEqual(["stopped", 1]);
    expect(await json("reload", "sleeper")).toEqual(["disabled", 0]);
    expect(await at.intelmqctl("stop", "expert-b")).toMatchObject({ err: "Bot expert-b was NOT RUNNING.\n", code: 0 });
  });

  it("lists bots and queues", async () => {
    const [installed] = (await json("list", "bots")) as readonly [
      Record<string, Record<string, { module: string }>>,
      number,
    ];
    expect(Object.keys(installed)).toEqual(["Collector", "Parser", "Expert", "Output"]);
    expect(installed.Output?.File).toMatchObject({ module: "intelmq.bots.outputs.file.output", parameters: {} });
    expect(await json("list", "bots", "-c")).toEqual([
      [
        { id: "expert-b", description: "Takes URLs apart." },
        { id: "output-a", description: "Writes events." },
        { id: "sleeper", description: "Not enabled." },
      ],
      0,
    ]);
    expect(await json("list", "queues")).toEqual([
      {
        "expert-b": {
          source_queue: ["expert-b-queue", 0],
          internal_queue: 0,
          destination_queues: [["output-a-queue", 0]],
        },
        "output-a": { source_queue: ["output-a-queue", 0], internal_queue: 0, destination_queues: [] },
        sleeper: { source_queue: ["sleeper-queue", 0], internal_queue: 0, destination_queues: [["output-a-queue", 0]] },
      },
      0,
    ]);
    expect((await at.intelmqctl("list", "queues")).out).toBe(
      "expert-b-queue - 0\noutput-a-queue - 0\nsleeper-queue - 0\n",
    );
    expect(await json("list", "queues", "-s")).toEqual([{ "total-messages": 0 }, 0]);
  });

  it("sends, shows, takes and processes single messages", async () => {
    const given = '{"source.url": "http://example.net/x"}';
    expect((await at.intelmqctl("run", "expert-b", "process", "-d", "-s", "-m", given)).out).toMatch(
      /Dryrun only[\s\S]*"source\.fqdn": "example\.net"[\s\S]*DRYRUN: Message would be sent now to '_default'!/,
    );
    expect(await at.intelmqctl("run", "output-a", "message", "send", given)).toMatchObject({
      code: 1,
      err: "Output bots can't send message.\n",
    });
    expect(await at.intelmqctl("run", "expert-b", "message", "send", given)).toMatchObject({ code: 0 });
    expect(await at.intelmqctl("run", "expert-b", "process", "-m", given)).toMatchObject({ code: 0 });
    expect(await json("list", "queues", "-s")).toEqual([{ "total-messages": 2 }, 0]);
    const { out } = await at.intelmqctl("run", "output-a", "message", "pop");
    expect(JSON.parse(out.slice(out.indexOf("{")))).toEqual({ "source.url": "http://example.net/x" });
    expect(await json("list", "queues", "-s")).toEqual([{ "total-messages": 1 }, 0]);
    expect((await at.intelmqctl("run", "output-a", "message", "get")).out).toContain('"source.fqdn": "example.net"');
    expect(await at.intelmqctl("run", "expert-b", "process", "-m", "{")).toMatchObject({
      code: 1,
      err: expect.stringContaining("Message can not be parsed from JSON"),
    });
    expect(await json("clear", "output-a-queue")).toEqual(["success", 0]);
    expect(await json("clear", "nothing-queue")).toEqual(["not-found", 2]);
  });

  it("writes `enabled` and leaves the rest of the file", async () => {
    expect(await json("enable", "sleeper")).toEqual(["stopped", 1]);
    expect(readFileSync(join(at.root, "etc/runtime.yaml"), "utf8")).toBe(
      runtime.replace("enabled: false", "enabled: true"),
    );
    expect(await json("disable", "sleeper")).toEqual(["disabled", 0]);
    expect(readFileSync(join(at.root, "etc/runtime.yaml"), "utf8")).toBe(runtime);
  });

  it("starts, reloads, restarts and stops bots and botnet", async () => {
    expect(await json("start", "sleeper")).toEqual(["running", 0]);
    expect(await json("status")).toEqual([{ "expert-b": "stopped", "output-a": "stopped", sleeper: "running" }, 1]);
    expect(await at.intelmqctl("start")).toMatchObject({
      code: 0,
      out: expect.stringContaining("Bot Botnet is running."),
    });
    expect(await json("status")).toEqual([{ "expert-b": "running", "output-a": "running", sleeper: "running" }, 0]);
    expect(await json("restart", "expert-b")).toEqual([["stopped", "running"], 0]);
    expect(await json("reload", "expert-b")).toEqual(["running", 0]);
    expect(await json("stop", "--group", "outputs")).toEqual([{ "output-a": "stopped" }, 0]);
    expect(await json("list", "queues-and-status")).toMatchObject([[{ "expert-b": {} }, { "output-a": "stopped" }], 1]);
    expect(await json("stop")).toEqual([{ "expert-b": "stopped", "output-a": "stopped", sleeper: "disabled" }, 0]);
    expect(await at.weir("status")).toMatchObject({ code: 3 });
  });

  it("shows logs: the level and above, oldest first", async () => {
    const [lines] = (await json("log", "expert-b", "-1")) as readonly [readonly { message: string }[], number];
    expect(lines[0]).toMatchObject({
      bot_id: "expert-b",
      thread_id: null,
      log_level: "INFO",
      message: "Bot is starting.",
    });
    expect(lines.at(-1)).toMatchObject({ message: "Bot stopped." });
    expect(await json("log", "expert-b", "10", "ERROR")).toEqual([[], 0]);
    expect((await at.intelmqctl("log", "output-a", "1")).out).toMatch(/ - output-a - INFO - Bot stopped\.\n$/);
  });

  it("checks, and shows paths", async () => {
    expect(await json("check")).toMatchObject([{ status: "success" }, 0]);
    const [{ paths }] = (await json("debug", "--get-paths")) as readonly [{ paths: Record<string, string> }, number];
    expect(paths.CONFIG_DIR).toBe(`${join(at.root, "etc")}/`);
    expect(await at.intelmqctl("upgrade-config")).toMatchObject({ code: 0 });
  });

  it("says what is wrong with a configuration that cannot be read", async () => {
    writeFileSync(join(at.root, "etc/runtime.yaml"), "a: [\n");
    expect(await at.intelmqctl("status")).toMatchObject({ code: 1, err: expect.stringContaining("cannot be read") });
    expect(await json("check")).toMatchObject([{ status: "error" }, 1]);
    writeFileSync(join(at.root, "etc/runtime.yaml"), runtime);
  });
});

describe("intelmqdump", () => {
  it("recovers failed messages", async () => {
    const at = installation();
    writeFileSync(join(at.root, "runtime.yaml"), runtime);
    expect(await at.intelmqdump("")).toMatchObject({ code: 0, out: "Nothing to recover from, no dump files found!\n" });
    const dump = {
      "2031-01-01T00:00:00.000000": {
        bot_id: "expert-b",
        source_queue: "expert-b-queue",
        traceback: ["Traceback\n", "ValueError: broken\n"],
        message: '{"source.ip": "192.0.2.1", "__type": "Event"}',
      },
    };
    writeFileSync(join(at.root, "a.dump"), JSON.stringify(dump));
    await at.weir("failures", "import", "a.dump");
    const { out, code } = await at.intelmqdump("0\ns 0\nr 0\n");
    expect(code).toBe(0);
    expect(out).toContain("0: expert-b  1 dumps");
    expect(out).toContain("broken");
    expect(out).toContain("1 recovered.");
    expect(await at.json("queues")).toMatchObject({ "expert-b-queue": { messages: 1 } });
    expect(await at.intelmqdump("", "nobody")).toMatchObject({
      code: 1,
      err: expect.stringContaining("Given file does not exist"),
    });
  });
});

/** `intelmqctl` and `intelmqdump` as scripts and the Manager meet them. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
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

  it("opens a console with the bot and its next message", async () => {
    await at.intelmqctl("run", "expert-b", "message", "send", '{"source.fqdn": "example.com"}');
    const asked = 'await bot.process({"source.url": "http://example.net:81/"})\nbot.module\n';
    const first = await at.intelmqctlWith(asked, "run", "expert-b", "console", "pdb");
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toContain("'source.port': 81");
    expect(first.out).toContain("intelmq.bots.experts.url.expert");
    const typed = "message\nawait bot.process({ foo: 1 })\nawait bot.send({ 'source.ip': 'x' })\n";
    const { out } = await at.intelmqctlWith(typed, "run", "output-a", "console");
    expect(out).toContain("'source.fqdn': 'example.com'");
    expect(out).toMatch(/Uncaught .*field "foo" is not allowed in an event/);
    expect(out).not.toContain("    at ");
    expect(await json("list", "queues", "-s")).toEqual([{ "total-messages": 1 }, 0]);
    expect(await json("clear", "output-a-queue")).toEqual(["success", 0]);
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

describe("intelmqctl upgrade-config", () => {
  const old = `# our bots
csv-parser:
  module: intelmq.bots.parsers.generic.parser_csv # for all
  parameters: {delimeter: ";", http_password: hunter2}
`;
  const upgraded = old.replace("delimeter", "delimiter");
  function botnet(): { at: Installation; file: (name: string) => string; read: (name: string) => string } {
    const at = installation();
    mkdirSync(join(at.root, "etc"));
    writeFileSync(join(at.root, "etc/runtime.yaml"), old);
    const file = (name: string) => join(at.root, name);
    return { at, file, read: (name) => readFileSync(file(name), "utf8") };
  }

  it("changes the files, keeps copies, and notes what it did", async () => {
    const { at, file, read } = botnet();
    writeFileSync(file("etc/defaults.conf"), '{"logging_level": "DEBUG"}');
    const { code, out } = await at.intelmqctl("upgrade-config");
    expect(out).toMatch(/v230_csv_parser_parameter_fix: changed[\s\S]*Configuration upgrade successful!\n$/);
    expect(code).toBe(0);
    expect(read("etc/runtime.yaml")).toBe(`${upgraded}global:\n  logging_level: DEBUG\n`);
    expect(read("etc/runtime.yaml.bak")).toBe(old);
    expect(existsSync(file("etc/defaults.conf"))).toBe(false);
    expect(read("etc/defaults.conf.bak")).toContain("DEBUG");
    expect((await at.weir("config", "history")).out).toMatch(/as found[\s\S]*intelmqctl upgrade-config/);
    const state = JSON.parse(read("var/lib/state.json"));
    expect(state).toMatchObject({
      version_history: [[3, 3, 2]],
      upgrades: { v230_csv_parser_parameter_fix: true, v322_url_replacement: true },
    });
    expect(state.results).toContainEqual({
      function: "v230_csv_parser_parameter_fix",
      success: true,
      retval: true,
      time: expect.any(String),
    });
    writeFileSync(file("etc/runtime.yaml"), old);
    expect(await at.intelmqctl("upgrade-config", "--no-backup")).toMatchObject({ code: 0 });
    expect(read("etc/runtime.yaml")).toBe(old);
    const one = ["upgrade-config", "-u", "v230_csv_parser_parameter_fix"];
    expect(await at.intelmqctl(...one)).toMatchObject({ code: 0, out: expect.stringContaining("was run already") });
    expect(await at.intelmqctl(...one, "-f", "--no-backup")).toMatchObject({ code: 0 });
    expect(read("etc/runtime.yaml")).toBe(upgraded);
    expect(await at.intelmqctl("upgrade-config", "-u", "v230_csv")).toMatchObject({
      code: 1,
      err: expect.stringContaining("v230_csv_parser_parameter_fix"),
    });
    expect(await at.intelmqctl("upgrade-config", "-p", "x")).toMatchObject({ code: 1 });
  });

  it("shows with --dry-run what it would do, without secrets, and does nothing", async () => {
    const { at, file, read } = botnet();
    const { code, out } = await at.intelmqctl("upgrade-config", "--dry-run", "--state-file", file("my-state.json"));
    expect(code).toBe(0);
    expect(out).toMatch(/my-state\.json would be created[\s\S]*\n-.*delimeter.*\n\+.*delimiter.*[\s\S]*Dry run/);
    expect(out).not.toContain("hunter2");
    expect(read("etc/runtime.yaml")).toBe(old);
    expect(existsSync(file("my-state.json"))).toBe(false);
  });

  it("fails when the user has to do something, and does the rest", async () => {
    const { at, read } = botnet();
    writeFileSync(
      join(at.root, "etc/runtime.yaml"),
      `${old}md: {module: intelmq.bots.parsers.malwaredomains.parser}\n`,
    );
    const { out, code } = await at.intelmqctl("--type", "json", "upgrade-config");
    expect(code).toBe(1);
    const result = JSON.parse(out);
    expect(result.status).toBe("error");
    expect(result.functions).toContainEqual({
      name: "v301_deprecations",
      success: false,
      changed: false,
      message: "malwaredomains.com is no more: md. Remove affected bots yourself.",
    });
    expect(read("etc/runtime.yaml")).toContain("delimiter");
    expect(JSON.parse(read("var/lib/state.json"))).toMatchObject({
      version_history: [],
      upgrades: { v301_deprecations: false, v230_csv_parser_parameter_fix: true },
    });
  });

  it("takes over runtime.conf, and says what is wrong with files", async () => {
    const { at, file, read } = botnet();
    renameSync(file("etc/runtime.yaml"), file("etc/runtime.conf"));
    expect(await at.intelmqctl("upgrade-config")).toMatchObject({ code: 0 });
    expect(read("etc/runtime.yaml")).toBe(upgraded);
    expect(existsSync(file("etc/runtime.conf"))).toBe(false);
    writeFileSync(file("var/lib/state.json"), "[]");
    expect(await at.intelmqctl("upgrade-config")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/state\.json cannot be read: it has to be a JSON object/),
    });
    writeFileSync(file("var/lib/state.json"), "{}");
    writeFileSync(file("etc/runtime.yaml"), "a: [\n");
    expect(await at.intelmqctl("upgrade-config")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^\S+runtime\.yaml:\d+:\d+: cannot be read: .*\n$/),
    });
    expect(read("etc/runtime.yaml")).toBe("a: [\n");
  });
});

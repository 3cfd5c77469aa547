/** `weir` as a person meets it: the built program over botnets in temporary directories. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Installation, installation } from "../testing/program.ts";

describe("weir without a botnet", () => {
  const { weir, root } = installation();

  it("lists its commands, quickly", async () => {
    const { code, out } = await weir("--help");
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot("cases/help.txt");
  });

  it("calls wrong calls wrong, with exit code 2", async () => {
    for (const args of [
      ["bogus"],
      ["up", "--bogus"],
      ["queues", "peek"],
      ["start", "--group", "all"],
      ["new", "bot", "x"],
    ]) {
      expect(await weir(...args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("error: ") });
    }
  });

  it("says what to do when there is no configuration", async () => {
    const { code, err } = await weir("list");
    expect(code).toBe(4);
    expect(err).toMatch(/runtime\.yaml.*\[WEIR_CONFIG_MISSING\]\n.+/);
    expect(err).not.toContain("    at ");
  });

  it("says that nothing runs, with exit code 3", async () => {
    expect(await weir("status")).toMatchObject({ code: 3, out: expect.stringContaining("weir up") });
    expect(await weir("top")).toMatchObject({ code: 3, err: expect.stringContaining("WEIR_CONTROL_NOT_RUNNING") });
  });

  it("documents every module, and finds one by the telling part of its name", async () => {
    expect((await weir("docs", "deduplicator")).out).toContain("intelmq.bots.experts.deduplicator.expert");
    expect((await weir("docs", "deduplicatro")).err).toContain(
      'did you mean "intelmq.bots.experts.deduplicator.expert"?',
    );
  });

  it("writes completion scripts", async () => {
    for (const shell of ["bash", "zsh", "fish"])
      expect((await weir("completion", shell)).out).toContain("weir complete");
    expect((await weir("complete", "queues", "pe")).out).toMatch(/^peek\t/);
  });

  it("makes a botnet that works, and overwrites nothing", async () => {
    expect(await weir("init")).toMatchObject({ code: 0 });
    expect(await weir("init")).toMatchObject({ code: 4, err: expect.stringContaining("WEIR_INIT_EXISTS") });
    expect(await weir("check", "--strict")).toMatchObject({ code: 0, err: "" });
    expect(await weir("test", "--junit", "junit.xml")).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 passed, 0 failed"),
    });
    expect(readFileSync(join(root, "junit.xml"), "utf8")).toContain("<testcase");
  });

  it.each(["collector", "parser", "expert", "output"])("makes a %s whose test passes", async (kind) => {
    expect(await weir("new", kind, `my-${kind}`)).toMatchObject({ code: 0 });
    expect((await weir("new", kind, `my-${kind}`)).err).toContain("WEIR_NEW_EXISTS");
    const { execFileSync } = await import("node:child_process");
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    expect(String(execFileSync(process.execPath, ["--test", `bots/my-${kind}.test.mjs`], { cwd: root, env }))).toMatch(
      /fail 0/,
    );
  });

  it("refuses names for bots that are none", async () => {
    for (const name of ["../x", "Mine", "a--b", "a b"])
      expect((await weir("new", "expert", name)).err).toContain("WEIR_NEW_NAME");
  });
});

describe("weir over a botnet", () => {
  let at: Installation;
  beforeAll(async () => {
    at = installation();
    await at.weir("init");
    mkdirSync(join(at.root, "incoming"), { recursive: true });
    writeFileSync(
      join(at.root, "incoming", "a.csv"),
      "192.0.2.1,2026-01-01 00:00:00,http://example.net/a\nno address,x,y\n",
    );
  });
  afterAll(async () => {
    await at.weir("stop");
  });

  it("runs once, and says what went where", async () => {
    const summary = await at.json("up", "--once");
    expect(summary).toMatchObject({
      bots: { "file-output": { received: 1 }, "csv-parser": { failed: 1, sent: { _default: 1 } } },
      notRunning: [],
      failures: 1,
    });
    const [line = ""] = readFileSync(join(at.root, "events.jsonl"), "utf8").split("\n");
    expect(JSON.parse(line)).toMatchObject({ "source.ip": "192.0.2.1", "source.fqdn": "example.net" });
  });

  it("shows the log, by level", async () => {
    const lines = (await at.json("log", "csv-parser", "--level", "error")) as readonly { level: string }[];
    expect(lines).toHaveLength(1);
    expect((await at.weir("log", "--level", "loud")).err).toContain("Levels are DEBUG, INFO, WARNING, ERROR, CRITICAL");
  });

  it("shows, edits, retries, exports, imports and drops failures without a supervisor", async () => {
    const { failures } = (await at.json("failures")) as { failures: readonly { id: string }[] };
    const id = failures[0]?.id ?? "";
    expect((await at.weir("failures", "show", id)).out).toMatch(/no address,x,y[\s\S]*weir failures retry/);
    expect(await at.weir("failures", "export", "all.dump")).toMatchObject({ code: 0 });
    expect(await at.weir("failures", "drop", id)).toMatchObject({ code: 4, err: expect.stringContaining("--yes") });
    expect(await at.weir("failures", "drop", id, "--yes")).toMatchObject({ code: 0 });
    expect(await at.json("failures", "import", "all.dump")).toMatchObject({ imported: 1 });
    expect(await at.json("failures", "retry", "--all")).toMatchObject({ retried: 1 });
    expect(await at.json("queues")).toMatchObject({ "csv-parser-queue": { messages: 1 } });
    expect(await at.weir("queues", "purge", "csv-parser-queue", "--yes")).toMatchObject({ code: 0 });
    expect((await at.weir("failures", "show", "nothing")).err).toContain("WEIR_FAILURE_MISSING");
  });

  it("puts messages into queues, shows them, and runs one bot over them", async () => {
    writeFileSync(join(at.root, "events"), '{"source.url": "http://example.org/"}\n');
    expect(await at.json("queues", "put", "url-queue", "events")).toEqual({ added: 1 });
    expect((await at.weir("queues", "peek", "url-queue")).out).toContain("http://example.org/");
    const ran = await at.json("run", "url", "--once");
    expect(ran).toMatchObject({ bot: "url", received: 1, sent: { _default: 1 } });
    expect((await at.weir("queues", "peek", "file-output-queue")).out).toContain('"source.fqdn": "example.org"');
  });

  it("steps samples through bots and touches nothing", async () => {
    writeFileSync(join(at.root, "sample.csv"), "192.0.2.9,2026-01-01 00:00:00,http://example.com/x\n");
    const { out, code } = await at.weir("try", "botnet", "sample.csv", "--from", "csv-parser");
    expect(code).toBe(0);
    expect(out).toMatch(
      /csv-parser[\s\S]*\+ source\.ip: 192\.0\.2\.9[\s\S]*url \(expert\)[\s\S]*\+ source\.fqdn: example\.com/,
    );
    expect(readFileSync(join(at.root, "events.jsonl"), "utf8")).not.toContain("192.0.2.9");
    expect((await at.weir("try", "botnet", "sample.csv")).err).toContain("WEIR_TRY_NO_START");
    expect((await at.weir("try", "ulr", "sample.csv")).err).toContain('did you mean "url"?');
  });

  it("changes the configuration, keeps its history, and masks secrets", async () => {
    expect(await at.weir("config", "set", "global.http_password", "hunter2", "-m", "for the feed")).toMatchObject({
      code: 0,
    });
    const shown = [
      await at.weir("config", "get"),
      await at.weir("config", "get", "global.http_password"),
      await at.weir("config", "history", "2"),
      await at.weir("config", "unset", "global.http_password"),
    ];
    for (const { out, code } of shown) {
      expect(code).toBe(0);
      expect(out).not.toContain("hunter2");
    }
    expect((await at.weir("config", "history")).out).toMatch(
      /as found[\s\S]*for the feed[\s\S]*unset global\.http_password/,
    );
    expect(await at.weir("config", "rollback", "2")).toMatchObject({ code: 0 });
    expect((await at.weir("config", "get", "global.http_password", "--secrets")).out).toBe("hunter2\n");
    expect(await at.weir("config", "rollback", "1")).toMatchObject({ code: 0 });
    expect(readFileSync(join(at.root, "runtime.yaml"), "utf8")).toContain("# A botnet: one entry per bot.");
    expect((await at.weir("config", "get", "url.nothing")).err).toContain("WEIR_CONFIG_NOTHING_THERE");
  });

  it("finds what is wrong in a configuration, with the line", async () => {
    const text = readFileSync(join(at.root, "runtime.yaml"), "utf8").replace("columns:", "colums:");
    writeFileSync(join(at.root, "broken.yaml"), text);
    const { code, out } = await at.weir("check", "broken.yaml");
    expect(code).toBe(1);
    expect(out).toMatch(/broken\.yaml:\d+:\d+: error: bot "csv-parser"/);
    writeFileSync(join(at.root, "broken.yaml"), "a: [\n");
    expect(await at.weir("check", "broken.yaml")).toMatchObject({ code: 1 });
  });

  it("starts nothing from a file that is none", async () => {
    const file = join(at.root, "runtime.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, "a: [\n");
    for (const command of [["up", "--once"], ["start"], ["list"], ["run", "url"], ["try", "url", "x"]]) {
      expect(await at.weir(...command)).toMatchObject({
        code: 4,
        err: expect.stringMatching(/runtime\.yaml:\d+:\d+: error/),
      });
    }
    writeFileSync(file, text);
  });

  it("runs what can run, and ends, when a bot is refused and messages wait for it", async () => {
    const file = join(at.root, "runtime.yaml");
    const sound = readFileSync(file, "utf8");
    writeFileSync(
      file,
      `${sound}\nodd_id:\n  module: intelmq.bots.outputs.file.output\n  parameters: {file: odd.jsonl}\nnone: 5\n`,
    );
    await at.weir("queues", "put", "odd_id-queue", "events");
    expect(await at.json("up", "--once")).toMatchObject({
      notRunning: [
        { id: "odd_id", reason: expect.stringMatching(/^runtime\.yaml:\d+:1: the id of a bot may hold/) },
        { id: "none", reason: expect.stringContaining("a bot has to be a mapping") },
      ],
    });
    writeFileSync(file, sound);
    expect(await at.weir("queues", "purge", "odd_id-queue", "--yes")).toMatchObject({ code: 0 });
    expect((await at.weir("queues", "peek", "url-quue")).err).toContain('did you mean "url-queue"?');
    expect(await at.weir("failures", "retry", "nothing")).toMatchObject({ code: 1 });
    expect((await at.weir("log", "ulr")).err).toContain('did you mean "url"?');
    expect((await at.weir("init", "/proc/none")).err).toContain("ENOENT");
  });

  it("starts, watches, reloads and stops in the background", async () => {
    expect(await at.weir("start")).toMatchObject({ code: 0, out: expect.stringMatching(/url\s+running/) });
    expect(await at.weir("status", "ulr")).toMatchObject({
      code: 4,
      err: expect.stringContaining('did you mean "url"?'),
    });
    expect((await at.weir("run", "url")).err).toContain("WEIR_RUN_BOTNET_RUNS");
    expect(await at.weir("top", "--once")).toMatchObject({ code: 0, out: expect.stringContaining("BUSY") });
    const tapped = at.weir("--json", "tap", "url", "-n", "1");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await at.weir("queues", "put", "url-queue", "events");
    expect(JSON.parse((await tapped).out)).toMatchObject({ bot: "url", direction: "in" });
    expect(await at.json("reload")).toEqual({ started: [], stopped: [], restarted: [], failed: {} });
    const file = join(at.root, "runtime.yaml");
    const add = (id: string, more: string): void =>
      appendFileSync(
        file,
        `\n${id}:\n  module: intelmq.bots.experts.url.expert\n  parameters: {destination_queues: [file-output-queue]}\n${more}`,
      );
    add("url-again", "");
    add("url-off", "  enabled: no\n");
    expect(await at.json("reload")).toMatchObject({
      started: ["url-again"],
      failed: { "url-off": expect.stringContaining("write `enabled: false`") },
    });
    expect(await at.json("status", "url-off")).toMatchObject({
      bots: [
        { status: { state: "failed", reason: expect.stringMatching(/^runtime\.yaml:\d+:12: enabled has to be/) } },
      ],
    });
    writeFileSync(file, readFileSync(file, "utf8").replace("enabled: no\n", "enabled: false\n"));
    expect(await at.json("reload")).toEqual({ started: [], stopped: ["url-off"], restarted: [], failed: {} });
    writeFileSync(file, readFileSync(file, "utf8").replace("enabled: false\n", "enabled: true\n"));
    await at.weir("start", "url"); // reads the file, too
    expect(await at.json("reload")).toEqual({ started: ["url-off"], stopped: [], restarted: [], failed: {} });
    const sound = readFileSync(file, "utf8");
    writeFileSync(file, `${sound}a: [\n`);
    expect(await at.weir("reload")).toMatchObject({ code: 4, err: expect.stringContaining("WEIR_BOTNET_UNREADABLE") });
    writeFileSync(file, sound);
    expect(await at.weir("status", "url")).toMatchObject({ code: 0 });
    await at.weir("config", "set", "file-collector.weir.silent_after", "1s");
    await at.weir("reload");
    await vi.waitFor(
      async () =>
        expect((await at.weir("status")).out).toMatch(/file-collector +\w+.*!.* silent since .*, expected every 1s; /),
      { timeout: 20_000, interval: 500 },
    );
    expect(await at.json("status", "file-collector")).toMatchObject({ bots: [{ silent: { expectedEvery: 1 } }] });
    expect((await at.weir("top", "--once")).out).toMatch(/file-collector +\w+!/);
    expect(
      readFileSync(join(at.root, ".weir/log/weir.log"), "utf8").match(/file-collector is silent since/g),
    ).toHaveLength(1);
    expect(await at.weir("stop", "url")).toMatchObject({ code: 0, out: expect.stringMatching(/url\s+stopped/) });
    expect((await at.weir("tap", "url")).err).toContain("WEIR_TAP_NOT_RUNNING");
    expect(await at.weir("status")).toMatchObject({ code: 1 });
    expect(await at.weir("store", "compact")).toMatchObject({ code: 4 });
    expect(await at.weir("stop")).toMatchObject({ code: 0 });
    expect(await at.weir("stop")).toMatchObject({ code: 0, out: "The botnet does not run.\n" });
    expect(await at.weir("store", "compact")).toMatchObject({ code: 0 });
    expect(await at.weir("store")).toMatchObject({ code: 0, out: expect.stringContaining("free on this disk") });
  });
});

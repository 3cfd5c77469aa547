import { Float } from "@weir/format";
import { describe, expect, it } from "vitest";
import { type ReadOptions, readSettings } from "./settings.ts";

const read = (text: string, options: ReadOptions = {}) =>
  readSettings(text, "runtime.yaml", { environment: {}, ...options });
const codes = (text: string, options?: ReadOptions) =>
  read(text, options).findings.map((found) => `${found.line}:${found.column} ${found.level} ${found.code}`);
const only = (text: string, options?: ReadOptions) => {
  const { settings, findings } = read(text, options);
  expect(findings).toEqual([]);
  const bot = settings?.bots[0];
  if (bot === undefined) throw new Error("no bot");
  return bot;
};

describe("readSettings", () => {
  it("reads a bot with what is usual left out", () => {
    expect(only("b:\n  module: m\n")).toMatchObject({
      id: "b",
      module: "m",
      enabled: true,
      runMode: "continuous",
      sourceQueue: "b-queue",
      destinations: new Map(),
      weir: { labels: [] },
      at: { file: "runtime.yaml", line: 1, column: 1, length: 1 },
    });
  });

  it("merges global, bot and environment, the later winning, and remembers where from", () => {
    const text = "global: {a: 1, b: 1, c: 1}\nb:\n  module: m\n  parameters: {b: 2.0, c: 2}\n";
    const { parameters } = only(text, { environment: { INTELMQ_C: "3", INTELMQ_D: "True", PATH: "/bin" } });
    const shown = [...parameters].map(([name, { value, from, at }]) => [name, value, from, at.line]);
    expect(shown).toEqual([
      ["a", 1, "global", 1],
      ["b", 2, "bot", 4],
      ["c", 3, "environment", 0],
      ["d", true, "environment", 0],
    ]);
    expect(parameters.get("b")?.canonical).toEqual(new Float(2));
  });

  it("does not take IntelMQ's other variables for parameters", () => {
    const environment = { INTELMQ_ROOT_DIR: "/x", INTELMQ_PATHS_OPT: "1", INTELMQ_TEST_EXOTIC: "1", INTELMQ_: "1" };
    expect(only("b: {module: m}", { environment }).parameters.size).toBe(0);
  });

  it.each<[string, Record<string, readonly string[]>]>([
    ["{_default: [a, b], x: c d}", { _default: ["a", "b"], x: ["c", "d"] }],
    ["[a, b]", { _default: ["a", "b"] }],
    ["a  b", { _default: ["a", "b"] }],
    ["", {}],
    ["false", {}],
    ["[]", {}],
    ["{_default: []}", { _default: [] }],
  ])("takes destination_queues: %s", (form, destinations) => {
    const bot = only(`b:\n  module: m\n  parameters:\n    destination_queues: ${form}\n`);
    expect(Object.fromEntries(bot.destinations)).toEqual(destinations);
  });

  it("reads the settings below weir, in seconds and bytes", () => {
    const bot = only(
      'b:\n  module: m\n  weir: {schedule: "*/15 * * * *", jitter: 30s, instances: 2, queue: {max_bytes: 1GiB, max_messages: 5}, silent_after: 1h 30m, labels: [x]}\n',
    );
    expect(bot.weir).toEqual({
      schedule: { kind: "cron", expression: "*/15 * * * *" },
      jitter: 30,
      instances: 2,
      queue: { durable: true, maxMessages: 5, maxBytes: 2 ** 30 },
      silentAfter: 5400,
      labels: ["x"],
    });
    expect(only("b: {module: m, weir: {schedule: 15m, queue: true}}").weir).toEqual({
      schedule: { kind: "interval", seconds: 900 },
      queue: { durable: true },
      labels: [],
    });
  });

  it("reads what concerns the botnet from global's weir", () => {
    const { settings, findings } = read("global: {weir: {workers: 2}, a: 1}\nb: {module: m}\n");
    expect(findings).toEqual([]);
    expect(settings?.weir).toEqual({ workers: 2 });
    expect([...(settings?.global.keys() ?? [])]).toEqual(["a"]);
  });

  it.each([
    ["b: {module: m, enabled: no}", ["1:25 error invalid-setting"]],
    ["b: {module: m, run_mode: shceduled}", ["1:26 error invalid-setting"]],
    ["b: {module: m, http_url: x}", ["1:16 warning unknown-bot-key"]],
    ["b: {module: m, bot_id: c}", ["1:16 warning ignored-bot-id"]],
    ["b: {module: m, bot_id: b, groupname: x}", []],
    ["b: {enabled: true}", ["1:1 error missing-module"]],
    ["b: {module: 5}", ["1:13 error invalid-setting"]],
    ["b: 5", ["1:1 error invalid-section"]],
    ["b_c: {module: m}", ["1:1 error invalid-id"]],
    ["global: 5\nb: {module: m}", ["1:1 error invalid-section"]],
    ["global: {module: m}", ["1:1 error reserved-id"]],
    ["b: {module: m, parameters: [1]}", ["1:28 error invalid-section"]],
    ["b: {module: m, parameters: {destination_queues: 5}}", ["1:49 error invalid-destinations"]],
    ["b: {module: m, parameters: {destination_queues: {a: [1]}}}", ["1:54 error invalid-destinations"]],
    ["b: {module: m, parameters: {source_queue: 5}}", ["1:43 error invalid-parameter"]],
    ["b: {module: m, weir: {instances: 0, qeue: true}}", ["1:34 error invalid-setting", "1:37 error unknown-setting"]],
    ["b: {module: m, weir: {schedule: 61 * * * *}}", ["1:33 error invalid-setting"]],
    ["b: {module: m, weir: {queue: {max_bytes: much}}}", ["1:42 error invalid-setting"]],
    ["global: {weir: {wrokers: 2}}", ["1:17 error unknown-setting"]],
    ["", ["0:0 error no-botnet"]],
    ["- a", ["1:1 error no-botnet"]],
    ["a: [", ["1:5 error unreadable"]],
  ])("finds what is wrong with %s", (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it("goes on with the other bots when one cannot be understood", () => {
    const { settings, findings } = read("a: 1\nb: {module: m}\nc: {module: m, enabled: maybe}\n");
    expect(settings?.bots.map((bot) => bot.id)).toEqual(["b", "c"]);
    expect(findings).toHaveLength(2);
  });
});

describe("secrets in settings", () => {
  const secrets = {
    environment: { FEED: "s3cret", CREDENTIALS_DIRECTORY: "/run/credentials/weir" },
    readFile(path: string) {
      if (path === "/conf/pw") return "from file\n";
      if (path === "/run/credentials/weir/feed") return "from systemd";
      throw Object.assign(new Error("no"), { code: "ENOENT", syscall: "open" });
    },
  };
  const value = (yaml: string) => {
    const { settings, findings } = readSettings(
      `b:\n  module: m\n  parameters:\n    p: ${yaml}\n`,
      "/conf/runtime.yaml",
      {
        environment: {},
        secrets,
      },
    );
    return { setting: settings?.bots[0]?.parameters.get("p"), findings };
  };

  it.each([
    ["{$env: FEED}", "s3cret"],
    ["{$file: pw}", "from file"],
    ["{$file: /conf/pw}", "from file"],
    ["{$credential: feed}", "from systemd"],
  ])("puts in %s", (reference, secret) => {
    const { setting, findings } = value(reference);
    expect(findings).toEqual([]);
    expect(setting).toMatchObject({ value: secret, secretPaths: [[]] });
  });

  it("puts secrets into the middle of a value", () => {
    const { setting } = value("{X-Key: {$env: FEED}, Accept: text}");
    expect(setting?.value).toEqual({ "X-Key": "s3cret", Accept: "text" });
    expect(setting?.secretPaths).toEqual([["X-Key"]]);
  });

  it("warns of a reference that is misspelt", () => {
    const { setting, findings } = value("{$evn: FEED}");
    expect(setting?.value).toEqual({ $evn: "FEED" });
    expect(findings).toMatchObject([{ level: "warning", code: "unknown-reference", remedy: 'did you mean "$env"?' }]);
  });

  it.each([
    ["{$env: MISSING}", "the environment variable MISSING is not set"],
    ["{$file: missing}", "the secret's file /conf/missing cannot be read (ENOENT)"],
    ["{$credential: ../x}", '"../x" is no name of a credential'],
    ["{$env: 5}", "`$env` needs the name of an environment variable as text"],
  ])("says why %s cannot be had", (reference, message) => {
    const { setting, findings } = value(reference);
    expect(setting?.unresolved).toBe(true);
    expect(findings).toMatchObject([{ code: "secret-unavailable", bot: "b", parameter: "p", line: 4, message }]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultFields } from "../testing/default-fields.ts";
import { type BotnetTestResult, junitXml, readBotnetTests, runBotnetTest } from "./botnet-test.ts";
import { botsOf, smallBotnet } from "./test-botnet.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "weir-botnet-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function read(text: string) {
  const file = join(directory, "small.test.yaml");
  writeFileSync(file, text);
  return readBotnetTests(file);
}

/** Runs the one test of a file over the small botnet. */
async function run(test: string, runtime = smallBotnet): Promise<BotnetTestResult> {
  const { tests } = await read(`tests:\n  - name: it\n${test.replaceAll(/^/gm, "    ")}`);
  const [first] = tests;
  if (first === undefined) throw new Error("there is no test");
  const bots = await botsOf(runtime);
  const own = join(directory, "work");
  return runBotnetTest(first, { bots, fields: defaultFields(), directory: own, samples: directory });
}

describe("readBotnetTests", () => {
  it("reads tests with their defaults; the botnet stands beside the file", async () => {
    const { botnet, tests } = await read("tests: [{name: first, input: {a: {source.ip: 192.0.2.1}}}]");
    expect(botnet).toBe(join(directory, "runtime.yaml"));
    expect(tests).toEqual([{ name: "first", input: { a: { "source.ip": "192.0.2.1" } }, expect: {}, failures: 0 }]);
  });

  it.each([
    ["tests: []", "tests"],
    ["tests: [{input: {}}]", "tests.0.name"],
    ["tests: [{name: x, input: {}, failures: -1}]", "tests.0.failures"],
    ["tests: [{name: x, input: {}, now: yesterday}]", "tests.0.now"],
    ["tests: [{name: x, input: {}, expects: {}}]", "tests.0"],
    ["- name: x", "the file"],
  ])("refuses %s, and says where it is wrong", async (text, at) => {
    const error: unknown = await read(text).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "WEIR_TEST_FILE_INVALID" });
    expect(String(error)).toContain(`small.test.yaml: ${at}: `);
  });
});

describe("runBotnetTest", () => {
  const names = "fakes: {names: {a.example: 192.0.2.1, b.example: 198.51.100.1}}\n";

  it("passes when what arrives has the listed fields; look-ups and the clock are faked", async () => {
    const result = await run(`now: 2026-11-24T12:00:00Z
${names}input: {names: {text: "a.example\\nb.example\\n", fields: {feed.name: Small}}}
expect:
  tests: [{source.ip: 192.0.2.1, feed.name: Small, time.observation: "2026-11-24T12:00:00+00:00"}]
  output: [{source.fqdn: b.example, comment: null}]
`);
    expect(result).toEqual({ name: "it", passed: true, differences: [], milliseconds: expect.any(Number) });
  });

  it("takes samples from files beside the test, events as fields, and several of each", async () => {
    writeFileSync(join(directory, "names.txt"), "a.example\n");
    const result = await run(`${names}input:
  names: [{file: names.txt}, {text: "b.example\\n"}]
  sorter: {source.ip: 203.0.113.1, source.fqdn: c.example}
expect:
  sorter: [{source.fqdn: c.example}, {source.fqdn: a.example}, {source.fqdn: b.example}]
`);
    expect(result.differences).toEqual([]);
  });

  it("tells every difference: what was expected, where, and what came", async () => {
    const { passed, differences } = await run(`${names}input: {names: {text: "a.example\\nb.example\\n"}}
expect:
  tests: [{source.ip: 192.0.2.2, source.port: 80, source.fqdn: null}]
  output: []
failures: 1
`);
    expect(passed).toBe(false);
    expect(differences).toEqual([
      "tests[0].source.ip: expected 192.0.2.2, got 192.0.2.1",
      "tests[0].source.port: expected 80, is missing",
      "tests[0].source.fqdn: must not be there, is a.example",
      "output: 0 events expected, 1 arrived",
      "1 failures expected, 0 happened",
    ]);
  });

  it("tells failures that nobody expected, with their bot and reason", async () => {
    const text = `input: {names: {text: "unknown.example\\n"}}\n`;
    const { differences } = await run(text);
    expect(differences).toEqual([
      "0 failures expected, 1 happened",
      expect.stringMatching(/^ {2}look-up: .*unknown\.example/),
    ]);
    expect((await run(`${text}failures: 1\n`)).passed).toBe(true);
  });

  it("tells names of bots that do not exist, also where nothing is expected", async () => {
    const { differences } = await run("input: {nams: {text: x}}\nexpect: {outptu: []}\n");
    expect(differences).toEqual(['expect: there is no bot "outptu"', 'input: there is no bot "nams"']);
  });

  it("tells samples that are none", async () => {
    const { differences } = await run(`input:
  names: {file: missing.txt}
  sorter: [{source.ip: 192.0.2.1}, {source.ip: nowhere}]
`);
    expect(differences).toEqual([
      expect.stringMatching(/^input: names\[0\]: .*missing\.txt/),
      expect.stringMatching(/^input: sorter\[1\]: .*nowhere.*source\.ip/),
    ]);
  });

  it("tells a bot that could not run", async () => {
    const broken = smallBotnet.replace("test.sorter", "test.unheard-of");
    const { differences } = await run("input: {sorter: {source.ip: 192.0.2.1}}\n", broken);
    expect(differences).toEqual(["sorter could not run: There is no bot module test.unheard-of."]);
  });
});

describe("junitXml", () => {
  it("writes suites and cases, with the differences of those that failed", () => {
    const results: readonly BotnetTestResult[] = [
      { name: "one", passed: true, differences: [], milliseconds: 12.4 },
      { name: 'a "<b>" & \u0001', passed: false, differences: ["x: expected 1, got <2>", "y"], milliseconds: 2000 },
    ];
    expect(junitXml([{ file: "small.test.yaml", results }])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="small.test.yaml" tests="2" failures="1">
    <testcase name="one" time="0.012"></testcase>
    <testcase name="a &quot;&lt;b&gt;&quot; &amp; ?" time="2.000"><failure message="x: expected 1, got &lt;2&gt;">x: expected 1, got &lt;2&gt;
y</failure></testcase>
  </testsuite>
</testsuites>
`);
  });
});

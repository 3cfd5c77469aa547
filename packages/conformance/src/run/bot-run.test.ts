import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtInCatalogue } from "@weir/bots/catalogue";
import { parseJson } from "@weir/format";
import { afterAll, describe, expect, it } from "vitest";
import { object } from "../bot-vector.ts";
import type { Outcome } from "../outcome.ts";
import { runBotVector } from "./bot-run.ts";

const directory = mkdtempSync(join(tmpdir(), "weir-bot-run-"));
afterAll(() => rmSync(directory, { recursive: true }));

const catalogue = builtInCatalogue();

async function run(bot: string, vector: object): Promise<Outcome> {
  const definition = await catalogue.load(`intelmq.bots.${bot}`);
  if (definition === undefined) throw new Error(`no bot ${bot}`);
  const recorded = object(parseJson(JSON.stringify({ id: "x/y/1", parameters: {}, ...vector })));
  return runBotVector(recorded, { definition, work: join(directory, "work"), assets: [] });
}

const expectation = (members: object) => ({ output: { _default: [] }, errors: 0, warnings: 0, ...members });
const spam = { __type: "Event", "classification.type": "spam" };
const abusive = { ...spam, "classification.taxonomy": "abusive-content" };

describe("runBotVector", () => {
  it("passes a vector whose steps all give what was recorded", async () => {
    const steps = [
      { input: [spam, spam], expect: expectation({ output: { _default: [abusive, abusive] } }) },
      { input: [spam], restart: false, expect: expectation({ output: { _default: [abusive] } }) },
    ];
    expect(await run("experts.taxonomy.expert", { steps })).toEqual({ kind: "passed" });
  });

  it("says in which step and where the first difference is", async () => {
    const steps = [
      { input: [], expect: expectation({}) },
      { input: [spam], expect: expectation({ output: { _default: [spam] } }) },
    ];
    expect(await run("experts.taxonomy.expert", { steps })).toMatchObject({
      kind: "failed",
      difference: { at: 'steps[1].output._default[0]["classification.taxonomy"]', expected: "(absent)" },
    });
  });

  it("does not hold a difference against us where the reference is wrong", async () => {
    const steps = [{ input: [spam], expect: expectation({}) }];
    expect((await run("experts.taxonomy.expert", { steps, reference_bug: "it sends nothing" })).kind).toBe("differs");
  });

  it("meets input that is no message as a dead letter, and shows what the bot logged about a difference", async () => {
    const input = [{ $text: "no message" }];
    const dump = [{ message_base64: Buffer.from("no message").toString("base64") }];
    expect(
      await run("experts.taxonomy.expert", { steps: [{ input, expect: expectation({ errors: 1, dump }) }] }),
    ).toEqual({ kind: "passed" });
    expect(await run("experts.taxonomy.expert", { steps: [{ input, expect: expectation({}) }] })).toMatchObject({
      difference: { at: "steps[0].errors", observed: expect.stringContaining("log: ") },
    });
  });

  it("gives the bot its files and compares those that it leaves", async () => {
    const report = {
      __type: "Report",
      "feed.url": "file://localhost{work}/in/a.csv",
      "feed.accuracy": "<any>",
      "extra.file_name": "a.csv",
      "time.observation": "<any>",
      raw: "eA==",
    };
    const vector = {
      parameters: { path: "{work}/in", delete_file: true },
      files: [{ path: "{work}/in/a.csv", text: "x" }],
      collect_files: "{work}/in",
      steps: [{ iterations: 1, expect: expectation({ output: { _default: [report] }, files: [] }) }],
    };
    expect(await run("collectors.file.collector_file", vector)).toEqual({ kind: "passed" });
  });

  it("sees that a bot refuses to start", async () => {
    const steps = [{ iterations: 0, expect: expectation({ output: {}, init_error: {}, errors: 1 }) }];
    expect(await run("experts.filter.expert", { parameters: { filter_action: 5 }, steps })).toEqual({ kind: "passed" });
    expect(await run("experts.taxonomy.expert", { steps })).toMatchObject({
      difference: { at: "steps[0].init_error" },
    });
  });

  it("counts a vector with an unknown fixture as missing", async () => {
    expect(await run("experts.taxonomy.expert", { steps: [], telepathy: true })).toEqual({
      kind: "missing",
      reason: "fixture not available: telepathy",
    });
  });

  it("leaves nothing behind", () => {
    expect(existsSync(join(directory, "work"))).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });
});

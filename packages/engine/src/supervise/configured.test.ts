import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogueOf } from "../definition/catalogue.ts";
import { defineCollector, defineExpert, defineOutput } from "../definition/definition.ts";
import { checkAgain, readConfigured } from "./configured.ts";

const never = (): never => {
  throw new Error("nothing is run here");
};
let databaseMissing = true;
const described = { name: "Example", summary: "For tests.", create: never };
const catalogue = catalogueOf([
  defineCollector({ ...described, module: "example.collector", params: z.object({ url: z.string() }) }),
  defineExpert({
    ...described,
    module: "example.expert",
    params: z.object({}),
    check: () => (databaseMissing ? [{ level: "error", message: "there is no database" }] : []),
  }),
  defineOutput({ ...described, module: "example.output", params: z.object({}) }),
]);

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "weir-configured-")), "runtime.yaml");
});
afterEach(() => rmSync(join(file, ".."), { recursive: true }));

async function refusals(text: string): Promise<Record<string, string | undefined>> {
  writeFileSync(file, text);
  const { bots } = await readConfigured(file, { catalogue, workers: 1 });
  return Object.fromEntries([...bots].map(([id, { refusal }]) => [id, refusal?.reason]));
}

describe("readConfigured", () => {
  it("refuses what has errors, with place and remedy, and lets the others run", async () => {
    const found = await refusals(`text:
  module: example.output
  enabled: no
number:
  module: example.collector
  parameters: {url: 5, destination_queues: {_default: [sink-queue]}}
lost:
  module: example.collector
  parameters: {url: x}
bad_id: {module: example.output}
odd: 5
nothing: {}
other: {module: example.outptu}
sink: {module: example.output}
off: {module: example.output, enabled: false, run_mode: sometimes}
`);
    expect(found).toEqual({
      text: 'runtime.yaml:3:12: enabled has to be true or false; here it is the text "no"; write `enabled: false`.',
      number: expect.stringMatching(/^runtime\.yaml:6:21: url .*text/),
      lost: expect.stringContaining("runtime.yaml:7:1: a collector has to send somewhere"),
      bad_id: 'runtime.yaml:10:1: the id of a bot may hold letters, digits and hyphens only; for example "bad-id".',
      odd: expect.stringContaining("runtime.yaml:11:1: a bot has to be a mapping"),
      nothing: expect.stringContaining("runtime.yaml:12:1: module is missing"),
      other: expect.stringMatching(/there is no bot module "example\.outptu"; did you mean "example\.output"\?$/),
      sink: undefined,
      off: expect.stringContaining("run_mode has to be continuous or scheduled"),
    });
  });

  it("says how much more is wrong", async () => {
    expect(await refusals("a: {module: example.collector, enabled: no, run_mode: x, parameters: {}}\n")).toEqual({
      a: expect.stringMatching(/\(and 3 more: see `weir check`\)\.$/),
    });
  });

  it("throws when the file as a whole is none", async () => {
    await expect(refusals("a: [\n")).rejects.toMatchObject({ code: "WEIR_BOTNET_UNREADABLE" });
    await expect(refusals("")).rejects.toThrow("empty");
  });

  it("knows what may pass by itself: a bot's own check", async () => {
    databaseMissing = true;
    writeFileSync(file, "e: {module: example.expert, parameters: {destination_queues: [q]}}\n");
    const configured = await readConfigured(file, { catalogue, workers: 1 });
    const bot = configured.bots.get("e");
    if (bot === undefined) throw new Error("the bot is missing");
    expect(bot.refusal).toEqual({ reason: "runtime.yaml:1:1: there is no database.", mayPass: true });
    databaseMissing = false;
    expect((await checkAgain(bot, configured, file, catalogue)).refusal).toBeUndefined();
  });
});

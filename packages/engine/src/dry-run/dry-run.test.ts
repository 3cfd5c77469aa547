import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent, createReport, type Message } from "@weir/format";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultFields } from "../testing/default-fields.ts";
import { fakeResolver } from "../testing/fakes.ts";
import { type DryRunOptions, type DryRunStep, dryRun } from "./dry-run.ts";
import { botsOf, smallBotnet } from "./test-botnet.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "weir-dry-run-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const fields = defaultFields();

function report(text: string): Message {
  const message = createReport(fields.report);
  message.set("raw", text);
  return message;
}

async function run(
  runtime: string,
  input: Readonly<Record<string, readonly Message[]>>,
  more: Partial<DryRunOptions> = {},
): Promise<readonly DryRunStep[]> {
  const resolver = fakeResolver({ "a.example": "192.0.2.1", "b.example": "198.51.100.1" });
  return dryRun({
    bots: await botsOf(runtime),
    input: new Map(Object.entries(input)),
    directory,
    resolver,
    fields,
    ...more,
  });
}

/** Names of the events, by path. */
function sentBy(step: DryRunStep | undefined): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    [...(step?.sent ?? [])].map(([path, messages]) => [path, messages.map((message) => message.text("source.fqdn"))]),
  );
}

describe("dryRun", () => {
  it("steps a report through the botnet: every bot gets all of its input before those behind it", async () => {
    const steps = await run(smallBotnet, { names: [report("a.example\nb.example\n")] });
    const visits = steps.map(({ bot, kind, received }) => [bot, kind, received.length]);
    expect(visits.slice(0, 3)).toEqual([
      ["names", "parser", 1],
      ["look-up", "expert", 2],
      ["sorter", "expert", 2],
    ]);
    expect(visits.slice(3).sort()).toEqual([
      ["output", "output", 1],
      ["tests", "output", 1],
    ]);
    expect(sentBy(steps[0])).toEqual({ _default: ["a.example", "b.example"] });
    expect(sentBy(steps[2])).toEqual({ _default: ["b.example"], test: ["a.example"] });
    const tests = steps.find(({ bot }) => bot === "tests");
    expect(tests?.received[0]?.text("source.ip")).toBe("192.0.2.1");
    expect(steps.flatMap(({ failures }) => failures)).toEqual([]);
    expect(steps[1]?.log).toEqual(expect.arrayContaining([{ level: "DEBUG", message: "Looked up a.example." }]));
  });

  it("keeps what a bot made as it was, whatever those behind it do to it", async () => {
    const [parsed] = await run(smallBotnet, { names: [report("a.example\n")] });
    expect(parsed?.sent.get("_default")?.[0]?.has("source.ip")).toBe(false);
  });

  it("leaves out bots that nothing reaches", async () => {
    const steps = await run(smallBotnet, { names: [report("a.example\n")] });
    expect(steps.map(({ bot }) => bot)).toEqual(["names", "look-up", "sorter", "tests"]);
  });

  it("runs one bot alone, and follows nothing", async () => {
    const steps = await run(smallBotnet, { names: [report("a.example\n")] }, { only: "names" });
    expect(steps.map(({ bot }) => bot)).toEqual(["names"]);
    expect(sentBy(steps[0])).toEqual({ _default: ["a.example"] });
  });

  it("shows failures at the bot where they happen, without retries; the other messages go on", async () => {
    const steps = await run(smallBotnet, { names: [report("a.example\nunknown.example\n")] });
    expect(steps[1]?.failures).toMatchObject([{ bot: "look-up", attempts: 1, error: { code: "WEIR_NAME_LOOKUP" } }]);
    expect(steps[1]?.failures[0]?.envelope?.message.text("source.fqdn")).toBe("unknown.example");
    expect(sentBy(steps[1])).toEqual({ _default: ["a.example"] });
  });

  it("says why a bot could not run, and runs those before it", async () => {
    const broken = smallBotnet.replace("test.sorter", "test.unheard-of");
    const steps = await run(broken, { names: [report("a.example\n")] });
    expect(steps.map(({ bot, refused }) => [bot, refused])).toEqual([
      ["names", undefined],
      ["look-up", undefined],
      ["sorter", "There is no bot module test.unheard-of."],
    ]);
  });

  it("ends a loop, and says so", async () => {
    const loop = smallBotnet.replace("_default: [output-queue]", "_default: [look-up-queue]");
    const event = createEvent(fields.event, [["source.fqdn", "b.example"]]);
    const steps = await run(loop, { "look-up": [event] });
    expect(steps.map(({ bot }) => bot)).toEqual([
      ...Array.from({ length: 3 }, () => ["look-up", "sorter"]).flat(),
      "look-up",
    ]);
    expect(steps.at(-1)?.refused).toContain("part of a loop");
  });
});

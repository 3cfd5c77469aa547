import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineExpert, defineParser } from "../definition/definition.ts";
import { goldenFolder } from "./golden-folder.ts";
import { letters } from "./letters.ts";

const described = { module: "weir.bots.parsers.letters.parser", name: "Letters", summary: "A bot for tests." };
const parser = defineParser({
  ...described,
  params: z.object({ refused: z.string().default("") }),
  create: ({ params }) => ({
    records: letters,
    parse(letter, event) {
      if (letter === params.refused) throw new Error(`${letter} is refused`);
      event.set("comment", letter);
      return event;
    },
  }),
});

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "weir-golden-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  delete process.env.UPDATE_GOLDEN;
});

/** Writes a case and gives the address of the test file beside it. */
function caseOf(name: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(join(directory, "cases", name), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, "cases", name, file), text);
  return pathToFileURL(join(directory, "letters.test.ts")).href;
}

const expected = [
  '{"__type": "Event", "comment": "a", "feed.name": "F", "raw": "YQ=="}',
  '{"__error": "Error: x is refused", "raw": "eA=="}',
  "",
].join("\n");
const files = { "input.txt": "ax", "params.yaml": "refused: x\n", "report.json": '{"feed.name": "F"}' };

describe("goldenFolder", () => {
  it("has a case for each folder, by name", () => {
    caseOf("two", files);
    expect(goldenFolder(caseOf("one", files), parser).map(({ name }) => name)).toEqual(["one", "two"]);
  });

  it("passes when the bot gives what is expected, failures too", async () => {
    const [first] = goldenFolder(caseOf("one", { ...files, "expected.jsonl": expected }), parser);
    await first?.check();
  });

  it("shows the first line that differs", async () => {
    const [first] = goldenFolder(caseOf("one", { ...files, "expected.jsonl": expected.replace('"a"', '"b"') }), parser);
    await expect(first?.check()).rejects.toThrow(/expected\.jsonl:1 differs.*\n- .*"b".*\n\+ .*"a"/);
  });

  it("writes what the bot gives on request, and asks for it when there is nothing yet", async () => {
    const [first] = goldenFolder(caseOf("one", files), parser);
    await expect(first?.check()).rejects.toThrow("UPDATE_GOLDEN=1");
    process.env.UPDATE_GOLDEN = "1";
    await first?.check();
    expect(readFileSync(join(directory, "cases/one/expected.jsonl"), "utf8")).toBe(expected);
  });

  it("takes events for an expert", async () => {
    const expert = defineExpert({
      ...described,
      params: z.object({}),
      create: () => ({
        process(event) {
          event.set("comment", "seen");
          return event;
        },
      }),
    });
    const events = {
      "input.jsonl": '{"source.port": 80}\n',
      "expected.jsonl": '{"__type": "Event", "comment": "seen", "source.port": 80}\n',
    };
    const [first] = goldenFolder(caseOf("one", events), expert);
    await first?.check();
  });

  it("refuses a case with two inputs", async () => {
    const [first] = goldenFolder(caseOf("one", { "input.a": "", "input.b": "" }), parser);
    await expect(first?.check()).rejects.toThrow("exactly one file input.*");
  });
});

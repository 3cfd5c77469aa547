import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goldenFolder, tryParser } from "@weir/engine/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { schemaPath } from "./schema-file.ts";
import shadowserver from "./shadowserver.ts";

let botsDir: string;
beforeEach(() => {
  botsDir = mkdtempSync(join(tmpdir(), "shadowserver-"));
});
afterEach(() => rmSync(botsDir, { recursive: true }));

function writeSchema(feedName: string) {
  writeFileSync(schemaPath(botsDir), JSON.stringify({ rep: { feed_name: feedName, file_name: "rep" } }));
}

const report = (name?: string) => ({
  raw: Buffer.from("ip\n192.0.2.3\n"), // as bytes: text would be taken for base64
  ...(name === undefined ? {} : { "extra.file_name": name }),
});

describe("shadowserver", () => {
  it.each(goldenFolder(import.meta.url, shadowserver))("parses $name", ({ check }) => check());

  it.each(["rep.csv", "2031-05-04-rep.csv", "2031-05-04-rep-country-geo.csv", "rep-a_b.csv\n"])(
    "knows the report by its file name %j",
    async (name) => {
      writeSchema("Feed");
      const { events } = await tryParser(shadowserver, {}, { botsDir })(report(name));
      expect(events).toMatchObject([{ "feed.name": "Feed", "extra.ip": "192.0.2.3" }]);
    },
  );

  it.each([
    [undefined, "no 'extra.file_name'"],
    ["rep.csv.gz", "'rep.csv.gz' is not valid"],
    [" rep.csv", "' rep.csv' is not valid"],
    ["dir/rep.csv", "'dir/rep.csv' is not valid"],
    ["2031-5-4-rep.csv", "Could not get a config for '2031'"],
    ["-rep.csv", "'-rep.csv' is not valid"],
    ["rep-a b.csv", "'rep-a b.csv' is not valid"],
    ["other.csv", "Could not get a config for 'other'"],
    ["tést.csv", "Could not get a config for 'tést'"],
  ])("fails the report with the file name %j", async (name, reason) => {
    writeSchema("Feed");
    const { events, failures } = await tryParser(shadowserver, {}, { botsDir })(report(name));
    expect(events).toEqual([]);
    expect(failures).toMatchObject([
      { message: expect.stringContaining(reason), fields: { raw: "aXAKMTkyLjAuMi4zCg==" } },
    ]);
  });

  it("takes every report for the feed that is fixed, and detects it when the schema has no such feed", async () => {
    writeSchema("Feed");
    const fixed = await tryParser(shadowserver, { feedname: "Feed" }, { botsDir })(report());
    expect(fixed.events).toMatchObject([{ "feed.name": "Feed" }]);
    const detected = await tryParser(shadowserver, { feedname: "Other" }, { botsDir })(report("rep.csv"));
    expect(detected.events).toMatchObject([{ "feed.name": "Feed" }]);
  });

  it("takes up a schema that has changed, and keeps the one before when the new one is broken", async () => {
    writeSchema("First");
    const run = tryParser(shadowserver, {}, { botsDir });
    expect((await run(report("rep.csv"))).events).toMatchObject([{ "feed.name": "First" }]);
    writeSchema("The second");
    expect((await run(report("rep.csv"))).events).toMatchObject([{ "feed.name": "The second" }]);
    writeFileSync(schemaPath(botsDir), "{");
    expect((await run(report("rep.csv"))).events).toMatchObject([{ "feed.name": "The second" }]);
  });

  it("does not start without a schema, or with a broken one", async () => {
    await expect(tryParser(shadowserver, {}, { botsDir })(report("rep.csv"))).rejects.toThrow(schemaPath(botsDir));
    writeFileSync(schemaPath(botsDir), "{");
    await expect(tryParser(shadowserver, {}, { botsDir })(report("rep.csv"))).rejects.toThrow(
      "no schema of Shadowserver",
    );
  });
});

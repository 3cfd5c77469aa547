import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HttpResponse } from "@weir/engine";
import { fakeClock } from "@weir/engine/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { schemaPath, schemaUrl, updateSchema } from "./schema-file.ts";

let botsDir: string;
beforeEach(() => {
  botsDir = mkdtempSync(join(tmpdir(), "shadowserver-"));
});
afterEach(() => rmSync(botsDir, { recursive: true }));

const schema = (version: string) => JSON.stringify({ _meta: { date_created: version, change_log: [] } });
const active = () => readFileSync(schemaPath(botsDir), "utf8");

/** Updates from a server that answers like this; gives what came of it. */
async function update(answer: string | Error, { status = 200, now = "2031-05-04T03:00:00Z" } = {}) {
  const requests: string[] = [];
  const errors: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warning: () => undefined,
    error: (text: string) => void errors.push(text),
  };
  const response = { status, statusText: `${status}`, text: async () => answer } as unknown as HttpResponse; // all that is used of it
  const http = {
    async request(url: string) {
      requests.push(url);
      if (answer instanceof Error) throw answer;
      return response;
    },
  };
  const updated = await updateSchema({ botsDir, http, clock: fakeClock(now), log });
  return { updated, requests, errors };
}

describe("updateSchema", () => {
  it("fetches the first schema", async () => {
    expect(await update(schema("1"))).toEqual({ updated: true, requests: [schemaUrl], errors: [] });
    expect(active()).toBe(schema("1"));
    expect(readdirSync(botsDir).sort()).toEqual(["shadowserver-schema.check", "shadowserver-schema.json"]);
  });

  it("keeps the schema before as .bak, even where the new one is older", async () => {
    writeFileSync(schemaPath(botsDir), schema("2"));
    expect((await update(schema("1"))).updated).toBe(true);
    expect([active(), readFileSync(`${schemaPath(botsDir)}.bak`, "utf8")]).toEqual([schema("1"), schema("2")]);
  });

  it("leaves everything as it is for the same version", async () => {
    writeFileSync(schemaPath(botsDir), schema("1"));
    expect((await update(schema("1"))).updated).toBe(false);
    expect(readdirSync(botsDir).sort()).toEqual(["shadowserver-schema.check", "shadowserver-schema.json"]);
  });

  it("asks once an hour at most, failed attempts too", async () => {
    await update(new Error("refused"));
    expect((await update(schema("1"), { now: "2031-05-04T03:59:59Z" })).requests).toEqual([]);
    expect((await update(schema("1"), { now: "2031-05-04T04:00:00Z" })).updated).toBe(true);
  });

  it("notes the time of the attempt in an empty file", async () => {
    const marker = join(botsDir, "shadowserver-schema.check");
    writeFileSync(marker, "");
    utimesSync(marker, 0, 0);
    await update(schema("1"));
    expect(statSync(marker)).toMatchObject({ size: 0, mtimeMs: Date.parse("2031-05-04T03:00:00Z") });
  });

  it.each([
    ["<html>", 200, "Failed to validate"],
    ['{"rep": {"feed_name": "F", "file_name": "f"}}', 200, "Failed to validate"],
    [schema("2"), 404, "Failed to download"],
    [new Error("refused"), 200, "Failed to download"],
  ])("keeps the schema that is there after the answer %s", async (answer, status, message) => {
    writeFileSync(schemaPath(botsDir), schema("1"));
    const { updated, errors } = await update(answer, { status });
    expect([updated, active(), errors]).toEqual([false, schema("1"), [expect.stringContaining(message)]]);
  });

  it("leaves what it could not validate to be looked at", async () => {
    await update("<html>");
    expect(readFileSync(`${schemaPath(botsDir)}.new`, "utf8")).toBe("<html>");
    expect(existsSync(schemaPath(botsDir))).toBe(false);
  });
});

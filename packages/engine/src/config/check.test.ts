import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogueOf } from "../definition/catalogue.ts";
import { exportParameters, httpParameters } from "../definition/common-parameters.ts";
import { defineCollector, defineExpert, defineOutput, defineParser } from "../definition/definition.ts";
import { commaList, filePath, flag, integer, mapping, optional, secret, text } from "../definition/parameters.ts";
import { checkBotnet } from "./check.ts";
import { renderFindings } from "./findings.ts";

const never = (): never => {
  throw new Error("a check runs no bot");
};

const catalogue = catalogueOf([
  defineCollector({
    module: "intelmq.bots.collectors.http.collector_http",
    name: "HTTP",
    summary: "Fetches.",
    params: z.object({
      http_url: text().describe("Address."),
      gpg_passphrase: optional(secret()),
      account: optional(secret()),
      extract_files: optional(flag()),
      ...httpParameters,
    }),
    runtime: { rate_limit: 3600 },
    create: never,
  }),
  defineParser({
    module: "intelmq.bots.parsers.generic.parser_csv",
    name: "CSV",
    summary: "Reads CSV.",
    params: z.object({
      columns: commaList(text()),
      delimiter: z.string().length(1).default(","),
      skip_header: flag().default(false),
      column_regex_search: optional(mapping(z.string())),
      limits: optional(z.object({ rows: integer({ min: 1, max: 1000 }), width: integer() }).partial()),
    }),
    create: never,
  }),
  defineExpert({
    module: "intelmq.bots.experts.deduplicator.expert",
    name: "Deduplicator",
    summary: "Drops what it has seen.",
    params: z.object({
      filter_type: z.enum(["whitelist", "blacklist"]).default("blacklist"),
      filter_keys: commaList(z.string()).default([]),
      redis_cache_ttl: integer({ min: 0 }).default(86400),
    }),
    stateful: true,
    create: never,
  }),
  defineExpert({
    module: "intelmq.bots.experts.url.expert",
    name: "URL",
    summary: "Takes URLs apart.",
    params: z.object({ overwrite: flag().default(true), skip_fields: commaList(z.string()).default([]) }),
    check: ({ skip_fields }) =>
      skip_fields.includes("boom")
        ? never()
        : skip_fields
            .filter((field) => !field.includes("."))
            .map((field) => ({
              level: "error" as const,
              message: `there is no field ${field}`,
              parameter: "skip_fields",
            })),
    create: never,
  }),
  defineOutput({
    module: "intelmq.bots.outputs.file.output",
    name: "File",
    summary: "Writes a file.",
    params: z.object({
      file: filePath().describe("Where to."),
      format_filename: flag().default(false),
      ...exportParameters,
    }),
    create: never,
  }),
]);

const cases = fileURLToPath(new URL("cases", import.meta.url));

describe("checkBotnet", () => {
  it.each(readdirSync(cases))("finds what is wrong in the case %s", async (name) => {
    const directory = join(cases, name);
    const { findings, sources } = await checkBotnet({
      runtimeFile: join(directory, "runtime.yaml"),
      harmonizationFile: join(directory, "harmonization.conf"),
      catalogue,
      environment: environmentOf(directory),
    });
    const rendered = renderFindings(findings, sources).replaceAll(`${directory}/`, "") || "nothing to complain about\n";
    const expected = join(directory, "expected.txt");
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(expected, rendered);
    expect(rendered).toBe(readFileSync(expected, "utf8"));
    expect(rendered).not.toContain("hunter2");
  });

  it("gives what the bots take", async () => {
    const { botnet, findings } = await checkBotnet({
      runtimeFile: join(cases, "valid-everything/runtime.yaml"),
      catalogue,
      environment: {},
    });
    expect(findings.filter(({ level }) => level === "error")).toEqual([]);
    expect(botnet?.parameters.get("feed-collector")).toMatchObject({
      params: { http_url: "https://feed.example/list.csv", http_verify_cert: true },
      runtime: { rate_limit: 3600, error_max_retries: 3 },
      feed: { name: "Example Feed", accuracy: 90 },
    });
    expect(botnet?.graph.edges.map(({ from, to }) => [from, to])).toEqual([
      ["feed-collector", ["feed-parser"]],
      ["feed-parser", ["deduplicator"]],
      ["deduplicator", ["file-output"]],
    ]);
  });

  it("says what is wrong with any bytes, and neither crashes nor hangs", async () => {
    const valid = readFileSync(join(cases, "valid-everything/runtime.yaml"));
    const directory = mkdtempSync(join(tmpdir(), "weir-check-"));
    const runtimeFile = join(directory, "runtime.yaml");
    const mutation = fc.record({
      at: fc.nat(valid.length - 1),
      remove: fc.nat(40),
      insert: fc.uint8Array({ maxLength: 8 }),
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(mutation, { minLength: 1, maxLength: 4 })
        .map((mutations) =>
          mutations.reduce(
            (text, { at, remove, insert }) => Buffer.concat([text.subarray(0, at), insert, text.subarray(at + remove)]),
            valid,
          ),
        ),
    );
    try {
      await fc.assert(
        fc.asyncProperty(bytes, async (content) => {
          writeFileSync(runtimeFile, content);
          const { findings, botnet, sources } = await checkBotnet({ runtimeFile, catalogue, environment: {} });
          expect(botnet !== undefined || findings.some(({ level }) => level === "error")).toBe(true);
          renderFindings(findings, sources);
        }),
        { numRuns: 300 },
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

function environmentOf(directory: string): Record<string, string> {
  const file = join(directory, "environment.json");
  return readdirSync(directory).includes("environment.json") ? JSON.parse(readFileSync(file, "utf8")) : {};
}

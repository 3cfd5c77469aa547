import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogueOf } from "../definition/catalogue.ts";
import { defineCollector, defineOutput } from "../definition/definition.ts";
import { filePath, flag, integer, optional, secret, text } from "../definition/parameters.ts";
import { runtimeSchema } from "./schema.ts";

const never = (): never => {
  throw new Error("a schema runs no bot");
};
const catalogue = catalogueOf([
  defineCollector({
    module: "intelmq.bots.collectors.http.collector_http",
    name: "HTTP",
    summary: "Fetches over HTTP.",
    params: z.object({
      http_url: text().describe("Address."),
      http_password: optional(secret()).describe("Password."),
      limit: integer({ min: 1 }).default(5).describe("How many."),
    }),
    create: never,
  }),
  defineOutput({
    module: "intelmq.bots.outputs.file.output",
    aliases: ["old.file"],
    name: "File",
    summary: "Writes a file.",
    params: z.object({ file: filePath(), append: flag().default(true) }),
    create: never,
  }),
]);

describe("runtimeSchema", () => {
  it("offers the modules with what they do, and each module's parameters", async () => {
    const schema = await runtimeSchema(catalogue);
    expect(schema).toMatchObject({
      definitions: {
        bot: {
          properties: {
            module: {
              anyOf: [
                {
                  oneOf: [
                    {
                      const: "intelmq.bots.collectors.http.collector_http",
                      title: "HTTP",
                      description: "Fetches over HTTP.",
                    },
                    { const: "intelmq.bots.outputs.file.output" },
                    { const: "old.file", description: "Older name of intelmq.bots.outputs.file.output." },
                  ],
                },
                { pattern: "^(?!intelmq\\.|weir\\.)" },
              ],
            },
          },
          allOf: [
            {
              if: { properties: { module: { enum: ["intelmq.bots.collectors.http.collector_http"] } } },
              // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
              then: {
                properties: { parameters: { $ref: "#/definitions/intelmq.bots.collectors.http.collector_http" } },
              },
            },
            { if: { properties: { module: { enum: ["intelmq.bots.outputs.file.output", "old.file"] } } } },
          ],
        },
        "intelmq.bots.collectors.http.collector_http": {
          required: ["http_url"],
          additionalProperties: false,
          properties: {
            http_url: { description: "Address." },
            limit: { description: "How many.", default: 5 },
            accuracy: { default: 100 },
            rate_limit: { description: expect.stringContaining("Pause") },
            destination_queues: { $ref: "#/definitions/destinations" },
          },
        },
      },
    });
  });

  it("allows a reference to a secret and null for every parameter", async () => {
    const { definitions } = await runtimeSchema(catalogue);
    expect(definitions).toMatchObject({
      "intelmq.bots.outputs.file.output": {
        properties: { file: { anyOf: [{ type: "string" }, { $ref: "#/definitions/secret" }, { type: "null" }] } },
      },
    });
  });

  it("keeps the settings of Weir strict", async () => {
    const { definitions, properties } = await runtimeSchema(catalogue);
    expect(definitions).toMatchObject({
      bot: { properties: { weir: { additionalProperties: false, properties: { schedule: {} } } } },
    });
    expect(properties).toMatchObject({ global: { properties: { weir: { properties: { workers: { minimum: 1 } } } } } });
  });

  it("is plain JSON", async () => {
    const schema = await runtimeSchema(catalogue);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it("marks secrets as not to be shown", async () => {
    expect(JSON.stringify(await runtimeSchema(catalogue))).toContain('"writeOnly":true');
  });
});

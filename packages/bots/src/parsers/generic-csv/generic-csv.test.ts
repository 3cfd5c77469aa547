import { goldenFolder, tryParser } from "@weir/engine/testing";
import { describe, expect, it } from "vitest";
import genericCsv from "./generic-csv.ts";

describe("generic-csv", () => {
  it.each(goldenFolder(import.meta.url, genericCsv))("parses $name", ({ check }) => check());

  /** The addresses of the events. */
  async function addresses(parameters: Record<string, unknown>, text: string): Promise<readonly unknown[]> {
    const run = tryParser(genericCsv, { columns: "source.ip", error_dump_message: false, ...parameters });
    return (await run(Buffer.from(text))).events.map((event) => event["source.ip"]);
  }

  it.each([
    [{ filter_text: "keep", filter_type: "whitelist" }, ["192.0.2.3"]],
    [{ filter_text: "keep", filter_type: "blacklist" }, ["192.0.2.4"]],
    [{ filter_text: "3;keep", filter_type: "whitelist" }, ["192.0.2.3"]],
    [{ filter_text: "", filter_type: "whitelist" }, ["192.0.2.3", "192.0.2.4"]],
    [{ filter_text: "keep" }, ["192.0.2.3", "192.0.2.4"]],
    [{ filter_type: "" }, ["192.0.2.3", "192.0.2.4"]],
  ])("takes the rows that %o lets pass", async (filter, expected) => {
    expect(await addresses({ delimiter: ";", ...filter }, "192.0.2.3;keep\n192.0.2.4;other\n")).toEqual(expected);
  });

  it.each([
    [false, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]],
    [true, ["192.0.2.2", "192.0.2.3"]],
    [2, ["192.0.2.3"]],
    ["1", ["192.0.2.2", "192.0.2.3"]],
  ])(
    "skips as many lines as skip_header %j says, not counting comments and blank lines",
    async (skip_header, expected) => {
      expect(await addresses({ skip_header }, "# comment\n192.0.2.1\n\n192.0.2.2\n192.0.2.3\n")).toEqual(expected);
    },
  );

  it.each([
    [{ type: "spam" }, "spam"],
    [{ type: "spam", default_fields: { "classification.type": "scanner" } }, "spam"],
    [{ default_fields: { "classification.type": "scanner" } }, "scanner"],
  ])("gives events without a type the one of %o", async (parameters, type) => {
    const { events } = await tryParser(genericCsv, { columns: "source.ip", ...parameters })(Buffer.from("192.0.2.3\n"));
    expect(events).toMatchObject([{ "classification.type": type }]);
  });

  it("fails the report for a delimiter that is no character", async () => {
    const { failures } = await tryParser(genericCsv, { columns: "source.ip", delimiter: "||" })(
      Buffer.from("192.0.2.3\n"),
    );
    expect(failures).toMatchObject([{ message: expect.stringContaining('"delimiter" is "||"') }]);
  });

  it.each([
    {},
    { columns: "source.ip", columns_required: [true, false] },
    { columns: "source.ip", type: "no-such-type" },
    { columns: "source.ip", filter_type: "greylist" },
    { columns: "source.ip", time_format: "nonsense" },
    { columns: "source.ip", time_format: "from_format" },
    { columns: "source.ip", data_type: "no json" },
    { columns: "source.ip", column_regex_search: { "source.ip": "(" } },
  ])("does not start with %o", async (parameters) => {
    await expect(tryParser(genericCsv, parameters)(Buffer.from("192.0.2.3\n"))).rejects.toThrow();
  });
});

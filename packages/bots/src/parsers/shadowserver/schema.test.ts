import { describe, expect, it } from "vitest";
import { parseSchema } from "./schema.ts";
import { testSchema } from "./test-schema.ts";

const entry = (name: string, more: object = {}) => ({
  feed_name: name,
  file_name: "rep",
  required_fields: [],
  optional_fields: [],
  ...more,
});

describe("parseSchema", () => {
  it("finds reports by the name of the feed and of the file", () => {
    const schema = parseSchema(testSchema);
    expect([...schema.byFeedName.keys()]).toEqual([
      "Test-Accessible-SMB",
      "Test-Accessible-Telnet",
      "Test-Accessible-AFS",
    ]);
    expect(schema.byFileName.get("test_afs")?.feedName).toBe("Test-Accessible-AFS");
    expect(schema.version).toBeUndefined();
  });

  it("reads version and changes", () => {
    const schema = parseSchema(JSON.stringify({ _meta: { date_created: "2031-01-01", change_log: ["a", "b"] } }));
    expect(schema).toMatchObject({ version: "2031-01-01", changes: ["a", "b"] });
  });

  it("lets the later of two reports with one file name count", () => {
    const schema = parseSchema(JSON.stringify({ a: entry("First"), b: entry("Second") }));
    expect(schema.byFileName.get("rep")?.feedName).toBe("Second");
  });

  it("does without lists and constants", () => {
    expect(parseSchema('{"a": {"feed_name": "F", "file_name": "f"}}').byFeedName.get("F")).toEqual({
      feedName: "F",
      fileName: "f",
      constants: [],
      required: [],
      optional: [],
    });
  });

  it.each([
    ["[]", "the schema is no object"],
    ["<html>", "no valid JSON"],
    ['{"a": 1}', 'report "a" is no object'],
    ['{"a": {"file_name": "f"}}', 'report "a" has no text "feed_name"'],
    [JSON.stringify({ a: entry("A", { required_fields: {} }) }), '"required_fields" of report "a" is no list'],
    [JSON.stringify({ a: entry("A", { optional_fields: [["x"]] }) }), 'report "a" has an assignment'],
    [JSON.stringify({ _meta: {} }), '_meta has no text "date_created"'],
  ])("refuses %s", (text, reason) => {
    expect(() => parseSchema(text)).toThrow(reason);
  });
});

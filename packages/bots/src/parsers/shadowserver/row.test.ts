import { plainFields } from "@weir/engine/testing";
import { compileFields, createEvent, defaultHarmonization } from "@weir/format";
import { describe, expect, it } from "vitest";
import { compileRow } from "./row.ts";
import { parseSchema } from "./schema.ts";

const fields = compileFields(defaultHarmonization, "event");

interface Entry {
  readonly constants?: object;
  readonly required?: readonly unknown[];
  readonly optional?: readonly unknown[];
  readonly url?: string;
}

/** Fills an event from a row, by a report type with these assignments. */
function fill(
  { constants = {}, required = [], optional = [], url }: Entry,
  cells: object,
  { before = {}, overwrite = false } = {},
) {
  const entry = {
    feed_name: "Rep",
    file_name: "rep",
    url,
    constant_fields: constants,
    required_fields: required,
    optional_fields: optional,
  };
  const type = parseSchema(JSON.stringify({ rep: entry })).byFeedName.get("Rep");
  if (type === undefined) throw new Error("the schema lost its report");
  const warnings: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warning: (text: string) => void warnings.push(text),
    error: () => undefined,
  };
  const row = compileRow({ type, overwrite, log });
  const event = createEvent(fields, Object.entries(before));
  row(new Map(Object.entries(cells)), event);
  row(new Map(Object.entries(cells)), createEvent(fields, Object.entries(before)));
  return { event: plainFields(event), warnings };
}

describe("compileRow", () => {
  it("sets required fields, optional fields and constants, in this order", () => {
    const type = {
      required: [["source.ip", "ip", "validate_ip"]],
      optional: [["source.asn", "asn", "invalidate_zero"]],
      constants: { "source.asn": 1, "protocol.transport": "tcp" },
    };
    expect(fill(type, { ip: "192.0.2.3", asn: "64500" }).event).toEqual({
      "feed.name": "Rep",
      "source.ip": "192.0.2.3",
      "source.asn": 1,
      "protocol.transport": "tcp",
    });
  });

  it("keeps a feed name that is there, unless it may overwrite it", () => {
    const before = { "feed.name": "Own", "feed.documentation": "http://own.example/" };
    const type = { url: "http://doc.example/" };
    expect(fill(type, {}).event).toEqual({ "feed.name": "Rep", "feed.documentation": "http://doc.example/" });
    expect(fill(type, {}, { before }).event).toEqual(before);
    expect(fill(type, {}, { before, overwrite: true }).event).toMatchObject({ "feed.name": "Rep" });
  });

  it("fails when a required column is not in the header", () => {
    expect(() => fill({ required: [["source.ip", "ip"]] }, { asn: "1" })).toThrow(
      "Required column 'ip' not found in feed 'Rep'",
    );
  });

  it("fails when a required value cannot be converted or is not taken", () => {
    expect(() => fill({ required: [["source.port", "port", "convert_int"]] }, { port: "x" })).toThrow(
      "Could not convert shadowkey: 'port' in feed 'Rep', value: 'x' via conversion function 'convert_int'",
    );
    expect(() => fill({ required: [["source.port", "port", "nonsense"]] }, { port: "1" })).toThrow("'nonsense'");
    expect(() => fill({ required: [["source.ip", "ip"]] }, { ip: "x" })).toThrow("source.ip");
  });

  it("loses a required value whose field is not known, with one warning for all rows", () => {
    const { event, warnings } = fill({ required: [["not_in_idf", "severity"]] }, { severity: "high" });
    expect(event).toEqual({ "feed.name": "Rep" });
    expect(warnings).toEqual(["Key not found in IDF 'not_in_idf'."]);
  });

  it("keeps a required value that its converter refuses in extra", () => {
    expect(fill({ required: [["source.ip", "ip", "validate_ip"]] }, { ip: "0.0.0.0" }).event).toEqual({
      "feed.name": "Rep",
      "extra.ip": "0.0.0.0",
    });
  });

  it("warns of an optional column that is not in the header, once for all rows", () => {
    expect(fill({ optional: [["source.asn", "asn"]] }, {}).warnings).toEqual([
      expect.stringContaining("Optional key 'asn'"),
    ]);
  });

  it.each([
    [["extra.", "v"], { "extra.v": "V" }],
    [["extra.x", "v"], { "extra.x": "V" }],
    [["extra.source.x", "v"], { "extra.source.x": "V" }],
    [[false, "v"], {}],
    [["comment", "v"], { comment: "V" }],
    [["comment", "v", "nonsense"], { comment: "V" }],
    [["source.ip", "v"], { "extra.v": "V" }],
    [["unknown_field", "v"], { "extra.unknown_field": "V" }],
    [["comment", "v", "invalidate_zero"], null],
  ])("does with the optional assignment %j what it says", (tuple, expected) => {
    const run = () => fill({ optional: [tuple] }, { v: "V" }).event;
    if (expected === null) expect(run).toThrow("Could not convert");
    else expect(run()).toEqual({ "feed.name": "Rep", ...expected });
  });

  it("takes a column several times", () => {
    const type = {
      required: [["source.ip", "ip"]],
      optional: [
        ["extra.", "ip"],
        ["extra.again", "ip"],
      ],
    };
    expect(fill(type, { ip: "192.0.2.3" }).event).toMatchObject({
      "extra.ip": "192.0.2.3",
      "extra.again": "192.0.2.3",
    });
  });

  it("puts columns that the schema does not know into extra, unless they are empty", () => {
    expect(fill({}, { a: "x", b: "", c: null }).event).toEqual({ "feed.name": "Rep", "extra.a": "x", "extra.c": null });
  });

  it("keeps an empty text that goes to extra without a converter", () => {
    expect(fill({ optional: [["extra.", "tag"]] }, { tag: "" }).event).toEqual({ "feed.name": "Rep", "extra.tag": "" });
  });

  it("adds to extra fields of the report, with names that fit", () => {
    expect(fill({}, { "A b": "x" }, { before: { "extra.file_name": "f.csv" } }).event).toEqual({
      "extra.file_name": "f.csv",
      "feed.name": "Rep",
      "extra.a_b": "x",
    });
  });

  it("fails when the row itself has set extra fields and there are more", () => {
    expect(() => fill({ constants: { "extra.const": "x" } }, { w: "more" })).toThrow("extra");
  });
});

import { compileFields, createEvent, defaultHarmonization } from "@weir/format";
import { parseTimeFormat } from "@weir/format/time";
import { describe, expect, it } from "vitest";
import { type ColumnParameters, compileColumns } from "./columns.ts";

const fields = compileFields(defaultHarmonization, "event");

/** The fields that a row fills, or the error's message. */
function fill(parameters: Partial<ColumnParameters> & Pick<ColumnParameters, "columns">, ...row: string[]): unknown {
  const params = { default_url_protocol: "http://", time_format: parseTimeFormat(null), ...parameters };
  const columns = compileColumns(params, {
    refuse: (problem, cause) => new Error(problem, { cause }),
    today: () => ({ year: 2031, month: 11, day: 24 }),
  });
  const event = createEvent(fields);
  columns(row, event);
  return Object.fromEntries(event.entries());
}

describe("compileColumns", () => {
  it("gives columns to fields by position", () => {
    expect(fill({ columns: ["source.ip", "comment"] }, "192.0.2.3", "c")).toEqual({
      "source.ip": "192.0.2.3",
      comment: "c",
    });
  });

  it("ignores surplus columns, surplus cells, empty cells and columns to skip", () => {
    const columns = ["source.ip", "", "__IGNORE__", "comment", "status"];
    expect(fill({ columns }, "", "x", "y", "c")).toEqual({ comment: "c" });
    expect(fill({ columns: ["comment"] }, "c", "surplus")).toEqual({ comment: "c" });
  });

  it("takes the first alternative that takes the value", () => {
    const columns = ["source.ip|source.network|__IGNORE__"];
    expect(fill({ columns }, "192.0.2.3")).toEqual({ "source.ip": "192.0.2.3" });
    expect(fill({ columns }, "192.0.2.0/24")).toEqual({ "source.network": "192.0.2.0/24" });
    expect(fill({ columns }, "x")).toEqual({});
  });

  it("takes an empty value of the format for done", () => {
    expect(fill({ columns: ["source.ip|comment"] }, "N/A")).toEqual({});
  });

  it("fails when no alternative takes the value, unless the column is not required", () => {
    expect(() => fill({ columns: ["source.asn|source.ip"] }, "x")).toThrow(
      'invalid value "x" for field "source.ip" (IPAddress): it has to be an IP address such as 192.0.2.1 or 2001:db8::1; no field of the column source.asn|source.ip takes it',
    );
    expect(fill({ columns: ["source.ip"], columns_required: [false] }, "x")).toEqual({});
  });

  it("fails for an unknown field and for a field that is set already", () => {
    expect(() => fill({ columns: ["no.such"] }, "x")).toThrow("no.such");
    expect(() => fill({ columns: ["comment", "comment"] }, "a", "b")).toThrow("comment");
  });

  it("needs as many requirements as columns", () => {
    expect(() => fill({ columns: ["a", "b"], columns_required: [true] })).toThrow(
      '"columns" has 2 and "columns_required" has 1 entries',
    );
  });

  it("searches with the alternative's expression, which later alternatives see", () => {
    const parameters = {
      columns: ["source.asn|source.as_name"],
      column_regex_search: { "source.asn": "AS[0-9]+|n.*" },
    };
    expect(fill(parameters, "is AS64500")).toEqual({ "source.asn": 64500 });
    expect(fill(parameters, "no name")).toEqual({ "source.as_name": "no name" });
    expect(fill(parameters, "x")).toEqual({});
    expect(() => fill({ columns: ["comment"], column_regex_search: { comment: "(" } })).toThrow(
      '"comment" is no regular expression',
    );
  });

  it("decodes JSON where the field's type says so", () => {
    const parameters = { columns: ["extra.tags"], data_type: { "extra.tags": "json" } };
    expect(fill(parameters, '["a", 2]')).toEqual({ "extra.tags": ["a", 2] });
    expect(fill(parameters, "null")).toEqual({});
    expect(() => fill(parameters, "x")).toThrow("no valid JSON");
    expect(() => fill({ ...parameters, data_type: { "extra.tags": "yaml" } }, "x")).toThrow('the only one is "json"');
  });

  it.each([
    ["bad.example/p", "http://", { "source.url": "http://bad.example/p" }],
    ["ftp://bad.example/p", "http://", { "source.url": "ftp://bad.example/p" }],
    ["-", "http://", { "source.url": "http://-" }],
    ["192.0.2.3", "", { "source.ip": "192.0.2.3" }],
  ])("puts the protocol before %s", (cell, default_url_protocol, expected) => {
    expect(fill({ columns: ["source.url|source.ip"], default_url_protocol }, cell)).toEqual(expected);
  });

  it.each([
    [null, "2031", "2031-11-24T00:00:00+00:00"],
    ["", "01/Aug/2031:09:49:41 +0200", "2031-08-01T07:49:41+00:00"],
    ["timestamp", "1936321321.5", "2031-05-12T03:02:01.500000+00:00"],
    ["epoch_millis", "1936321321123", "2031-05-12T03:02:01+00:00"],
    ["epoch_millis", "123", undefined],
    ["windows_nt", "135801037210000000", "2031-05-04T03:02:01+00:00"],
    ["from_format|%d-%m-%Y %H", "04-05-2031 03", "2031-05-04T03:00:00+00:00"],
    ["from_format_midnight|%d-%m-%Y", "04-05-2031", "2031-05-04T00:00:00+00:00"],
  ])("reads times by the format %j: %s", (format, cell, expected) => {
    const parameters = { columns: ["time.source"], time_format: parseTimeFormat(format) };
    expect(fill(parameters, cell)).toEqual(expected === undefined ? {} : { "time.source": expected });
  });

  it("fails for a time that cannot be read, whatever alternatives there are", () => {
    expect(() => fill({ columns: ["time.source|__IGNORE__"] }, "never")).toThrow("cannot be read as a time");
  });

  const translation = {
    columns: ["classification.type|__IGNORE__"],
    type_translation: { mal: "malware-distribution" },
  };

  it("translates types; unknown ones go to the next alternative", () => {
    expect(fill(translation, "mal")).toEqual({ "classification.type": "malware-distribution" });
    expect(fill(translation, "scanner")).toEqual({});
  });

  it("takes unknown types as they are when there is a parameter type", () => {
    expect(fill({ ...translation, type: "spam" }, "scanner")).toEqual({ "classification.type": "scanner" });
  });

  it("takes types as they are without a translation, and knows none with a list", () => {
    expect(fill({ ...translation, type_translation: {} }, "scanner")).toEqual({ "classification.type": "scanner" });
    expect(fill({ ...translation, type_translation: [{ scanner: "spam" }] }, "scanner")).toEqual({});
  });
});

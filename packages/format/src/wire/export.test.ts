import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultHarmonization } from "../fields/default-harmonization.ts";
import { compileFields } from "../fields/field-table.ts";
import { createEvent, createReport } from "../message/create.ts";
import { ByteWriter } from "./byte-writer.ts";
import { compileExport, type ExportOptions, exportJson, exportMap } from "./export.ts";
import { parseMessage } from "./message-json.ts";
import { writeJson } from "./write-json.ts";

const tables = {
  event: compileFields(defaultHarmonization, "event"),
  report: compileFields(defaultHarmonization, "report"),
};

const event = parseMessage(
  '{"source.ip": "192.0.2.1", "extra.c": "ö", "comment": "ö", "extra.a.b": 2, "raw": "YQ==", "__type": "Event"}',
  tables,
);

const map = (options?: ExportOptions) => writeJson(exportMap(event, options), { ascii: false });

describe("exportMap", () => {
  it("gives the fields in their order", () => {
    expect(map()).toBe('{"source.ip": "192.0.2.1", "extra.c": "ö", "comment": "ö", "extra.a.b": 2, "raw": "YQ=="}');
  });

  it("puts the type first when asked to", () => {
    expect(map({ withType: true })).toMatch(/^{"__type": "Event", "source\.ip"/);
  });

  it("splits names at their dots", () => {
    expect(map({ hierarchical: true })).toBe(
      '{"source": {"ip": "192.0.2.1"}, "extra": {"c": "ö", "a": {"b": 2}}, "comment": "ö", "raw": "YQ=="}',
    );
  });

  it.each([false, true])("gives extra as one text with dotted names (hierarchical: %s)", (hierarchical) => {
    expect(exportMap(event, { hierarchical, jsonDictAsString: true }).get("extra")).toBe('{"c": "ö", "a.b": 2}');
  });

  it("leaves fields out", () => {
    expect(map({ without: new Set(["raw", "extra.c", "source.ip"]) })).toBe('{"comment": "ö", "extra.a.b": 2}');
  });

  it("changes nothing in the message", () => {
    const merged = parseMessage('{"extra.a": {"x": 1}, "extra.a.b": 2, "__type": "Event"}', tables);
    expect(exportJson(merged, { hierarchical: true })).toBe('{"extra": {"a": {"b": 2, "x": 1}}}');
    expect(exportJson(merged)).toBe('{"extra.a": {"x": 1}, "extra.a.b": 2}');
  });
});

describe("exportJson", () => {
  it("sorts names by code point at every depth, and does not escape", () => {
    expect(exportJson(event)).toBe(
      '{"comment": "ö", "extra.a.b": 2, "extra.c": "ö", "raw": "YQ==", "source.ip": "192.0.2.1"}',
    );
    expect(exportJson(event, { hierarchical: true, withType: true })).toBe(
      '{"__type": "Event", "comment": "ö", "extra": {"a": {"b": 2}, "c": "ö"}, "raw": "YQ==", "source": {"ip": "192.0.2.1"}}',
    );
    expect(exportJson(event, { jsonDictAsString: true, without: new Set(["raw"]) })).toBe(
      '{"comment": "ö", "extra": "{\\"c\\": \\"ö\\", \\"a.b\\": 2}", "source.ip": "192.0.2.1"}',
    );
  });

  it("gives an empty object for nothing", () => {
    const empty = parseMessage('{"__type": "Event"}', tables);
    expect(exportJson(empty)).toBe("{}");
    expect(exportJson(empty, { withType: true })).toBe('{"__type": "Event"}');
  });
});

describe("compileExport", () => {
  it("gives each message its own type, also when an event and a report have the same fields", () => {
    const write = compileExport({ withType: true });
    const out = new ByteWriter();
    for (const message of [createEvent(tables.event), createReport(tables.report), createEvent(tables.event)]) {
      message.remove("time.observation");
      message.set("feed.name", "x");
      write(message, out);
    }
    const texts = ["Event", "Report", "Event"].map((type) => `{"__type": "${type}", "feed.name": "x"}`);
    expect(Buffer.from(out.written).toString()).toBe(texts.join(""));
  });

  const anyOptions: fc.Arbitrary<ExportOptions> = fc.record({
    hierarchical: fc.boolean(),
    withType: fc.boolean(),
    jsonDictAsString: fc.boolean(),
    without: fc.constantFrom(new Set<string>(), new Set(["raw"]), new Set(["raw", "comment", "source.port"])),
  });
  const member = fc.tuple(
    fc.constantFrom("comment", "extra.a", "extra.bö", "source.port", "raw"),
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(80, 1.5, true, "YQ==", ["ö", 1], "\ud800", "x".repeat(300)),
    ),
  );

  it("writes the bytes of exportJson", () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), anyOptions, (members, options) => {
        const write = compileExport(options);
        const out = new ByteWriter(1);
        const message = createEvent(tables.event);
        for (const [name, value] of members)
          message.put(name, value, { mode: "keep", skipInvalid: true, fromMessage: true });
        write(message, out);
        write(message, out);
        expect(Buffer.from(out.written).toString()).toBe(exportJson(message, options).toWellFormed().repeat(2));
      }),
    );
  });
});

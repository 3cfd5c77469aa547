import { exportParameters } from "@weir/engine";
import { Base64Value, compileFields, createEvent, defaultHarmonization, float } from "@weir/format";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { compileEventText } from "./event-text.ts";

const fields = compileFields(defaultHarmonization, "event");
const schema = z.object(exportParameters);
const event = createEvent(
  fields,
  Object.entries({
    "source.ip": "192.0.2.1",
    "feed.accuracy": float(80),
    "feed.name": "Füed",
    "extra.nested": { a: 1 },
    "extra.orgc": "x",
    output: '{"a": 1}',
    raw: Base64Value.ofText("foo\nbar"),
    "destination.tor_node": true,
  }),
);

const text = (parameters: object, of = event) => compileEventText(schema.parse(parameters))(of);

describe("compileEventText", () => {
  it("writes JSON with sorted names, characters as they are, and without raw", () => {
    expect(text({})).toBe(
      '{"destination.tor_node": true, "extra.nested": {"a": 1}, "extra.orgc": "x", "feed.accuracy": 80.0, "feed.name": "Füed", ' +
        '"output": "{\\"a\\": 1}", "source.ip": "192.0.2.1"}',
    );
  });

  it("leaves the event as it was", () => {
    text({});
    expect(event.has("raw")).toBe(true);
  });

  it("keeps raw and adds the type on request", () => {
    expect(text({ keep_raw_field: true, message_with_type: true })).toMatch(
      /^\{"__type": "Event", .*"raw": "Zm9vCmJhcg==", "source.ip"/,
    );
  });

  it.each(["hierarchical_output", "message_hierarchical", "message_hierarchical_output"])("nests with %s", (name) => {
    expect(text({ [name]: true })).toContain(
      '"extra": {"nested": {"a": 1}, "orgc": "x"}, "feed": {"accuracy": 80.0, "name": "Füed"}',
    );
  });

  it("lets the first of the names for a switch count", () => {
    expect(text({ hierarchical_output: false, message_hierarchical: true })).toContain('"source.ip"');
    expect(text({ message_with_type: false, with_type: true })).not.toContain("__type");
  });

  it.each([
    ["raw", "foo\nbar"],
    ["output", '{"a": 1}'],
    ["feed.accuracy", "80.0"],
    ["destination.tor_node", "True"],
    ["extra.nested", "{'a': 1}"],
    ["extra", '{"nested": {"a": 1}, "orgc": "x"}'],
    ["source.account", "None"],
  ])("writes only %s", (key, expected) => {
    expect(text({ single_key: key })).toBe(expected);
  });

  it.each([false, null, ""])("writes the whole event for single_key %j", (key) => {
    expect(text({ single_key: key })).toMatch(/^\{/);
  });

  it("takes the text out of an output that is a JSON string", () => {
    expect(text({ single_key: "output" }, createEvent(fields, [["output", '"plain \\u00fc\\n"']]))).toBe("plain ü\n");
  });

  it("gives no text for a raw that is missing, and fails for a missing output", () => {
    const empty = createEvent(fields);
    expect(text({ single_key: "raw" }, empty)).toBe("");
    expect(() => text({ single_key: "output" }, empty)).toThrow('no field "output"');
    expect(text({}, empty)).toBe("{}");
  });
});

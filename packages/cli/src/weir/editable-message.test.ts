import { compileFields, createEvent, defaultHarmonization, parseJson, writeJson, writeMessage } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editable } from "./editable-message.ts";

const fields = compileFields(defaultHarmonization, "event");

describe("editable", () => {
  it("shows a field per line and the data as text", () => {
    const raw = Buffer.from("a,b\n1,2\n").toString("base64");
    const { text, back } = editable(`{"feed.name": "Test", "raw": "${raw}", "__type": "Report"}`);
    expect(text).toBe('{\n  "feed.name": "Test",\n  "raw": "a,b\\n1,2\\n",\n  "__type": "Report"\n}\n');
    expect(back(text.replace("1,2", "3,4"))).toContain(Buffer.from("a,b\n3,4\n").toString("base64"));
  });

  it("leaves data that is no text as it is", () => {
    const wire = `{"raw": "${Buffer.from([0xff, 0xfe]).toString("base64")}", "__type": "Report"}`;
    expect(editable(wire).text).toContain('"//4="');
  });

  it("gives back exactly what is not changed", () => {
    const raw = fc.oneof(fc.string({ unit: "binary" }), fc.base64String());
    fc.assert(
      fc.property(raw, fc.double({ min: 0, max: 100, noNaN: true }), (data, accuracy) => {
        const event = createEvent(fields);
        event.set("feed.accuracy", accuracy);
        event.set("raw", data);
        event.set("extra.note", "😀\u0001");
        const wire = writeMessage(event);
        const { text, back } = editable(wire);
        expect(back(text)).toBe(wire);
      }),
    );
  });

  it("keeps whole floats as floats", () => {
    const wire = '{"feed.accuracy": 100.0, "__type": "Event"}';
    expect(editable(wire).back(editable(wire).text)).toBe(writeJson(parseJson(wire)));
  });

  it("says what is wrong with a text that is no message any more", () => {
    const { back } = editable('{"source.ip": "192.0.2.1", "__type": "Event"}');
    expect(() => back("{")).toThrow(/the edited message is none/);
    expect(() => back("[]")).toThrow(/no JSON object/);
  });
});

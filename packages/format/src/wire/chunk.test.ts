import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultHarmonization } from "../fields/default-harmonization.ts";
import { compileFields } from "../fields/field-table.ts";
import { createEvent, restoreMessage } from "../message/create.ts";
import { Message } from "../message/message.ts";
import { Base64Value } from "../values/base64-value.ts";
import { float } from "../values/json-value.ts";
import { decodeMessages, encodeMessages } from "./chunk.ts";
import { writeMessage } from "./message-json.ts";

const tables = {
  event: compileFields(defaultHarmonization, "event"),
  report: compileFields(defaultHarmonization, "report"),
};

function roundTrip(messages: readonly Message[]): readonly string[] {
  return decodeMessages(encodeMessages(messages), tables).map((read) =>
    read instanceof Message ? writeMessage(read) : `error: ${read.message}`,
  );
}

describe("encodeMessages and decodeMessages", () => {
  it("keep what native JSON would lose", () => {
    const event = createEvent(tables.event, [
      ["feed.accuracy", float(100)],
      ["extra.a", [-0, Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 70n, 0.1, null, [], "f", ["f", "1"]]],
      [
        "extra.b",
        new Map([
          ["10", 1],
          ["2", 2],
          ["__proto__", 3],
        ]),
      ],
      ["extra.c", "\ud800ö"],
      ["source.tor_node", false],
    ]);
    event.set("extra.d", [new Map([["x", new Map()]])]);
    event.set("raw", "line");
    expect(roundTrip([event])).toEqual([writeMessage(event)]);
  });

  it("keep base64 in the form in which it is at hand", () => {
    const forms = [
      Base64Value.ofText("ä"),
      Base64Value.ofBytes(new Uint8Array([0xff, 0])),
      Base64Value.ofBase64("YQ==\n"),
    ];
    const events = forms.map((raw) => createEvent(tables.event, [["raw", raw]]));
    expect(roundTrip(events)).toEqual(events.map(writeMessage));
  });

  it("keep names below extra that are no names of fields", () => {
    const event = createEvent(tables.event);
    event.set("extra", { Foo: 1, "a\nb": "", "": 0 });
    expect(roundTrip([event])).toEqual([writeMessage(event)]);
  });

  it("write the names of equal messages once", () => {
    const events = Array.from({ length: 100 }, () => createEvent(tables.event, [["comment", "x"]]));
    expect(encodeMessages(events).match(/comment/g)).toHaveLength(1);
  });

  it("keep any messages, order included", () => {
    const leaf = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.integer(),
      fc.double().map(float),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: 2n ** 60n }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("value")),
        fc.array(fc.tuple(fc.string(), tie("value"))).map((members) => new Map(members)),
      ),
    }));
    const name = fc.constantFrom("extra.a", "extra.b", "extra.c", "extra.d");
    const fields = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key });
    const message = fc
      .tuple(fc.constantFrom("Event", "Report"), fields)
      .map(([type, entries]) => restoreMessage(type, type === "Event" ? tables.event : tables.report, entries));
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        expect(roundTrip(messages)).toEqual(messages.map(writeMessage));
      }),
    );
  });
});

describe("decodeMessages", () => {
  it("says what is wrong with one message and reads the others", () => {
    const harmonization = {
      ...defaultHarmonization,
      event: new Map([...defaultHarmonization.event, ["own.field", { type: "String", description: "" }]]),
    };
    const own = compileFields(harmonization, "event");
    const events = [
      createEvent(own, [["comment", "a"]]),
      createEvent(own, [["own.field", "b"]]),
      createEvent(own, [["comment", "c"]]),
    ];
    expect(roundTrip(events)).toEqual([
      '{"comment": "a", "__type": "Event"}',
      'error: field "own.field" is not allowed in an event',
      '{"comment": "c", "__type": "Event"}',
    ]);
  });

  it.each(["", "{}", "[]", "[[],{}]", "[1,2]"])("refuses the text %j as a whole", (text) => {
    expect(() => decodeMessages(text, tables)).toThrow("a chunk of the store");
  });

  it.each([
    ["[[],[5]]", "a row of the store has another form"],
    ["[[],[[0]]]", "a row of the store has no shape"],
    ['[[["Event","comment"]],[[0]]]', "a row of the store has no shape"],
    ['[[["Event","comment"]],[[0,{}]]]', "a value of the store has another form"],
    ['[[["Event","comment"]],[[0,["?"]]]]', "a value of the store has an unknown tag"],
  ])("says for the damaged rows of %s: %s", (text, problem) => {
    const [row] = decodeMessages(text, tables);
    expect(row).toBeInstanceOf(Error);
    expect(String(row)).toContain(problem);
  });
});

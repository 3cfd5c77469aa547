import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultHarmonization } from "../fields/default-harmonization.ts";
import { compileFields } from "../fields/field-table.ts";
import { createEvent } from "../message/create.ts";
import type { Message } from "../message/message.ts";
import { messageFromMap, parseMessage, writeMessage } from "./message-json.ts";
import { parseJson } from "./parse-json.ts";

const tables = {
  event: compileFields(defaultHarmonization, "event"),
  report: compileFields(defaultHarmonization, "report"),
};

/** The message, or the code of the error. */
function outcomeOf(read: () => Message): string {
  try {
    return writeMessage(read());
  } catch (error) {
    if (error instanceof Error && "code" in error) return `${String(error.code)}: ${error.message}`;
    throw error;
  }
}

function generally(text: string): Message {
  const value = parseJson(text);
  if (!(value instanceof Map)) throw new Error("no object");
  return messageFromMap(value, tables);
}

describe("writeMessage", () => {
  it("writes ASCII in the order of the fields, the type last", () => {
    const event = createEvent(tables.event, [
      ["extra.a.b", 2],
      ["extra.c", "ö"],
      ["comment", "ö"],
      ["source.ip", "1.2.3.4"],
    ]);
    expect(writeMessage(event)).toBe(
      '{"extra.a.b": 2, "extra.c": "\\u00f6", "comment": "\\u00f6", "source.ip": "1.2.3.4", "__type": "Event"}',
    );
    expect(writeMessage(createEvent(tables.event))).toBe('{"__type": "Event"}');
  });
});

describe("parseMessage", () => {
  it.each([
    ['{"__type": "Event", "comment": "ö"}', '{"comment": "\\u00f6", "__type": "Event"}'],
    [
      ' {"comment":"a" ,\n"__type":"Report"} '.replace("comment", "feed.name"),
      '{"feed.name": "a", "__type": "Report"}',
    ],
    [
      '{"comment": "a", "status": "b", "comment": "c", "__type": "Event"}',
      '{"comment": "c", "status": "b", "__type": "Event"}',
    ],
    ['{"comment": null, "status": "-", "extra.x": "", "__type": "Event"}', '{"__type": "Event"}'],
    [
      '{"source.port": "80", "source.ip": " 192.0.2.1", "__type": "Event"}',
      '{"source.port": 80, "source.ip": "192.0.2.1", "__type": "Event"}',
    ],
    [
      '{"feed.accuracy": 100, "extra.f": 100.0, "__type": "Event"}',
      '{"feed.accuracy": 100, "extra.f": 100.0, "__type": "Event"}',
    ],
    ['{"extra.n": NaN, "extra.i": -Infinity, "extra.b": 9007199254740993, "__type": "Event"}', undefined],
    ['{"extra.z": 0, "extra.m": -5, "extra.s": "\\ud800", "extra.o": {"10": 1, "2": 1}, "__type": "Event"}', undefined],
    ['{"extra": "{\\"b\\": 1, \\"a\\": 2}", "__type": "Event"}', '{"extra.b": 1, "extra.a": 2, "__type": "Event"}'],
    ['{"extra": {"b": 1, "a": 2}, "__type": "Event"}', '{"extra.a": 2, "extra.b": 1, "__type": "Event"}'],
    ['{"comment": " , \\"__type\\": \\"Event\\"}", "__type": "Event"}', undefined],
    ['{"raw": "YQ==", "__type": "Event"}', undefined],
  ])("reads %s", (text, written = text) => {
    expect(writeMessage(parseMessage(text, tables))).toBe(written);
  });

  it.each([
    ["[]", "it is no JSON object"],
    ["null", "it is no JSON object"],
    ["{}", "__type is missing"],
    ['{"__type": "event"}', '__type is "event"; it has to be "Event" or "Report"'],
    ['{"__type": 5}', "__type is 5; it has to be"],
    ['{"comment": "a" "__type": "Event"}', "a comma or } is expected"],
    ['["comment": "a", "__type": "Event"}', "a comma or ] is expected"],
    ['x"comment": "a", "__type": "Event"}', "no value begins like this"],
    ['{"comment": "a\tb", "__type": "Event"}', "a control character in a text"],
    ['{"comment": "a, "__type": "Event"}', "a comma or } is expected"],
    ['{"source.ip": "x", "__type": "Event"}', 'invalid value "x" for field "source.ip"'],
    ['{"source.ip": "192.0.2.1", "__type": "Report"}', 'field "source.ip" is not allowed in a report'],
    ['{"source.ipp": "x", "__type": "Event"}', 'field "source.ipp" is not allowed in an event'],
    ['{"extra.Foo": "x", "__type": "Event"}', "Does not match regular expression"],
    ['{"raw": "YQ", "__type": "Event"}', 'for field "raw" (Base64)'],
  ])("refuses %s", (text, problem) => {
    expect(() => parseMessage(text, tables)).toThrow(problem);
  });

  it("takes a default for the type", () => {
    expect(parseMessage("{}", tables, "Report").type).toBe("Report");
    expect(parseMessage('{"__type": "Event"}', tables, "Report").type).toBe("Event");
  });

  it("reads every text as the general way does, whatever texts came before", () => {
    const name = fc.constantFrom(
      "comment",
      "status",
      "source.port",
      "source.ip",
      "extra.a",
      "extra",
      "raw",
      "nope",
      "__type",
      "a b",
    );
    const value = fc.constantFrom(
      '"x"',
      '"-"',
      '""',
      '"ö"',
      '"a\\u0041\\n"',
      '"YQ=="',
      '"192.0.2.1"',
      '"a\tb"',
      "80",
      "80.0",
      "-1",
      "0",
      "01",
      "1e3",
      "null",
      "true",
      "12345678901234567890",
      "NaN",
      '{"a": 1}',
      "[1, 2]",
      '{"__type": "Event"}',
      "",
      '"',
      '", "__type": "Event"}',
    );
    const member = fc.tuple(name, value).map(([key, text]) => `"${key}": ${text}`);
    const separator = fc.constantFrom(", ", ", ", ", ", ", ", ",", " , ", "");
    const text = fc
      .tuple(
        fc.constantFrom("{", "{", "{", "", "[", " {"),
        fc.array(fc.tuple(member, separator), { maxLength: 5 }),
        fc.constantFrom("Event", "Report"),
      )
      .map(([start, members, type]) => `${start}${members.flat().join("")}"__type": "${type}"}`);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        for (const each of texts) {
          expect(outcomeOf(() => parseMessage(each, tables))).toBe(outcomeOf(() => generally(each)));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

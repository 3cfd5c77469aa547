import { describe, expect, it } from "vitest";
import { Base64Value } from "../values/base64-value.ts";
import { float } from "../values/json-value.ts";
import { defaultHarmonization, laterFields } from "./default-harmonization.ts";
import { compileFields, type Field, isRefusal } from "./field-table.ts";
import type { FieldDefinition } from "./harmonization.ts";

const events = compileFields(defaultHarmonization, "event");
const reports = compileFields(defaultHarmonization, "report");

function own(definition: Omit<FieldDefinition, "description">): Field {
  const harmonization = { event: new Map([["own", { description: "", ...definition }]]), report: new Map() };
  return compileFields(harmonization, "event").field("own");
}

describe("compileFields", () => {
  it("has 82 fields of events and 10 of reports, all of which events have, too", () => {
    expect(events.names).toHaveLength(82);
    expect(reports.names).toHaveLength(10);
    expect(reports.names.filter((name) => !events.names.includes(name))).toEqual([]);
  });

  it("has the fields of later versions only when they are added", () => {
    const added = { ...defaultHarmonization, event: new Map([...defaultHarmonization.event, ...laterFields]) };
    expect(events.lookup("product.vendor")).toBeUndefined();
    expect(compileFields(added, "event").field("product.vendor").clean("OpenBSD", true)).toBe("openbsd");
  });

  it("refuses a type that does not exist", () => {
    expect(() => own({ type: "Colour" })).toThrow("field own has the unknown type Colour");
  });
});

describe("FieldTable", () => {
  it("finds names below extra, and says that they are items", () => {
    expect(events.field("extra.a.1b")).toMatchObject({ name: "extra.a.1b", isItem: true, isDictionary: false });
    expect(events.lookup("extra.a.1b")).toBe(events.lookup("extra.a.1b"));
    expect(events.field("extra")).toMatchObject({ isItem: false, isDictionary: true });
  });

  it.each([
    ["source.ipp", 'field "source.ipp" is not allowed in an event'],
    ["sourceIp", 'did you mean "source.ip"?'],
    ["comment.foo", "is not allowed"],
    ["__type", "is not allowed"],
    ["__proto__", "is not allowed"],
    ["constructor", "is not allowed"],
    ["extra.", "Does not match regular expression"],
    ["extra.Foo", "Does not match regular expression"],
    ["extra.x\n", "Does not match regular expression"],
  ])("refuses %j: %s", (name, message) => {
    expect(() => events.field(name)).toThrow(message);
    expect(events.lookup(name)).toBeUndefined();
  });

  it("refuses in reports what only events have", () => {
    expect(() => reports.field("source.ip")).toThrow('field "source.ip" is not allowed in a report');
  });

  it("tells names that stand below extra whatever their form, as bots may have stored them", () => {
    expect(events.isStorable("extra.Foo Bar")).toBe(true);
    expect(events.storedField("extra.Foo Bar").isItem).toBe(true);
    expect(events.isStorable("comment.Foo")).toBe(false);
    expect(() => events.storedField("comment.Foo")).toThrow("is not allowed");
    expect(events.isStorable("extra")).toBe(true);
  });

  it("forgets names without end rather than memory", () => {
    const table = compileFields(defaultHarmonization, "event");
    for (let number = 0; number < 12_000; number++) table.field(`extra.n${number}`);
    expect(table.field("extra.n11999").isItem).toBe(true);
  });
});

describe("Field.clean", () => {
  const refusal = (result: unknown) =>
    isRefusal(result as never) ? (result as { refused: string }).refused : undefined;

  it("cleans before it checks, or only checks", () => {
    expect(events.field("source.port").clean("80", true)).toBe(80);
    expect(refusal(events.field("source.port").clean("80", false))).toBe("it has to be a whole number");
    expect(refusal(events.field("source.ip").clean("x", true))).toBe(
      "it has to be an IP address such as 192.0.2.1 or 2001:db8::1",
    );
  });

  it("counts characters, not units, of the text form", () => {
    const field = own({ type: "String", length: 2 });
    expect(field.clean("😀😀", true)).toBe("😀😀");
    expect(refusal(field.clean("😀😀😀", true))).toBe("it has 3 characters, more than the 2 that the field takes");
    expect(refusal(events.field("source.port").clean(123456, true))).toBe(
      "it has 6 characters, more than the 5 that the field takes",
    );
    expect(refusal(own({ type: "Float", length: 3 }).clean(float(10), true))).toBe(
      "it has 4 characters, more than the 3 that the field takes",
    );
  });

  it("searches the regular expression anywhere in the text", () => {
    expect(own({ type: "String", regex: "b+" }).clean("abc", true)).toBe("abc");
    expect(refusal(own({ type: "String", regex: "b+$" }).clean("abc", true))).toBe(
      "it does not match the pattern of the field, b+$",
    );
    expect(refusal(own({ type: "String", regex: "B" }).clean("abc", true))).toBe(
      "it does not match the pattern of the field, B",
    );
  });

  it("takes iregex without regard to case", () => {
    expect(own({ type: "String", iregex: "B" }).clean("abc", true)).toBe("abc");
    expect(refusal(own({ type: "String", iregex: "x" }).clean("abc", true))).toBe(
      "it does not match the pattern of the field in any case, x",
    );
    expect(events.field("protocol.transport").clean("TCP", true)).toBe("tcp");
    expect(refusal(events.field("protocol.transport").clean("carrier", true))).toContain("does not match");
  });

  it("refuses a text on which its regular expression takes too long", () => {
    const field = own({ type: "String", regex: "^(a|b|ab)*(?=c)c$" });
    expect(field.clean("abc", true)).toBe("abc");
    expect(refusal(field.clean("ab".repeat(5000), true))).toBeDefined();
  });

  it("judges a text by how it is given, whatever came before", () => {
    const field = events.field("comment");
    for (const sanitize of [false, true, false, true]) {
      expect(field.clean(" x", sanitize)).toBe(sanitize ? "x" : " x");
      expect(field.clean("x", sanitize)).toBe("x");
    }
  });

  it("keeps base64 that it is given to the character, and encodes what it cleans", () => {
    const kept = events.field("raw").clean("YQ==\n", false);
    expect(kept instanceof Base64Value && kept.base64).toBe("YQ==\n");
    const encoded = events.field("raw").clean("a", true);
    expect(encoded instanceof Base64Value && encoded.base64).toBe("YQ==");
    expect(refusal(events.field("raw").clean("YQ", false))).toBe("it has to be text in base64, such as dGVzdA==");
  });

  it("takes any JSON value for items, with the kinds of numbers, and nothing else", () => {
    const item = events.field("extra.a");
    expect(item.clean({ b: [1, float(2), null] }, true)).toEqual(new Map([["b", [1, float(2), null]]]));
    expect(item.clean(false, false)).toBe(false);
    expect(refusal(item.clean(() => 1, true))).toBe("it has no JSON form");
    expect(refusal(item.clean(new Date(), true))).toBe("it has no JSON form");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultHarmonization } from "../fields/default-harmonization.ts";
import { compileFields } from "../fields/field-table.ts";
import { Base64Value } from "../values/base64-value.ts";
import { float } from "../values/json-value.ts";
import { writeMessage } from "../wire/message-json.ts";
import { createEvent } from "./create.ts";
import { Message } from "./message.ts";

const fields = compileFields(defaultHarmonization, "event");

function event(entries: Readonly<Record<string, unknown>> = {}): Message {
  return createEvent(fields, Object.entries(entries));
}

function content(message: Message): string {
  return writeMessage(message).replace(', "__type": "Event"}', "}");
}

const ignored = [undefined, null, "", "-", "N/A"];

describe("Message.set", () => {
  it("cleans, stores, and replaces in the old place", () => {
    const message = event({ comment: "a", status: "online" });
    expect(message.set("comment", " b ")).toBe(true);
    expect(content(message)).toBe('{"comment": "b", "status": "online"}');
  });

  it.each(ignored)("removes the field for %j, which says nothing", (value) => {
    const message = event({ comment: "a" });
    expect(message.set("comment", value)).toBe(false);
    expect(message.has("comment")).toBe(false);
  });

  it.each([0, false, " -", "n/a", "NA"])("takes %j for a value", (value) => {
    const message = event();
    expect(message.set("extra.x", value)).toBe(true);
    expect(message.get("extra.x")).toBe(value);
  });

  it("says what was wrong with a value, and keeps the old one", () => {
    const message = event({ "source.ip": "192.0.2.1" });
    expect(() => message.set("source.ip", "x")).toThrow(
      'invalid value "x" for field "source.ip" (IPAddress): it has to be an IP address such as 192.0.2.1 or 2001:db8::1',
    );
    expect(() => message.set("source.port", 123456)).toThrow(
      "it has 6 characters, more than the 5 that the field takes",
    );
    expect(message.get("source.ip")).toBe("192.0.2.1");
  });

  it("shows no more than the beginning of a long value", () => {
    try {
      event().set("source.ip", "x".repeat(10_000));
    } catch (error) {
      expect(String(error).length).toBeLessThan(300);
    }
    expect.assertions(1);
  });

  it("refuses fields that do not exist, but not values that say nothing", () => {
    expect(() => event().set("source.ipp", "x")).toThrow('field "source.ipp" is not allowed in an event');
    expect(() => event().set("__type", "Event")).toThrow("is not allowed");
    expect(() => event().set("comment.foo", "x")).toThrow("is not allowed");
    expect(event().set("source.ipp", "")).toBe(false);
  });
});

describe("Message.add", () => {
  it("keeps a value that is there", () => {
    const message = event({ comment: "a" });
    expect(message.add("comment", "b")).toBe(false);
    expect(message.add("comment", "")).toBe(false);
    expect(message.add("status", "x")).toBe(true);
    expect(content(message)).toBe('{"comment": "a", "status": "x"}');
  });

  it("does not look at a value that is not needed", () => {
    expect(event({ "source.ip": "192.0.2.1" }).add("source.ip", "no address")).toBe(false);
  });
});

describe("Message.insert", () => {
  it("stores once", () => {
    const message = event();
    expect(message.insert("comment", "a")).toBe(true);
    expect(() => message.insert("comment", "b")).toThrow('field "comment" has a value already');
    expect(() => message.insert("comment", "")).toThrow('field "comment" has a value already');
    expect(message.insert("status", "-")).toBe(false);
  });

  it("takes extra for present as soon as it has an item", () => {
    expect(() => event({ "extra.a": 1 }).insert("extra", { b: 1 })).toThrow('field "extra" has a value already');
  });
});

describe("Message.change", () => {
  it("changes what is there", () => {
    const message = event({ comment: "a" });
    expect(message.change("comment", "b")).toBe(true);
    expect(message.change("comment", "-")).toBe(false);
    expect(() => message.change("comment", "c")).toThrow('field "comment" has no value that could be changed');
  });
});

describe("Message.put", () => {
  it("tells what became of the value", () => {
    const message = event({ comment: "a" });
    const keep = { mode: "keep" } as const;
    expect(message.put("comment", "b", keep)).toBe("exists");
    expect(message.put("status", "-", keep)).toBe("ignored");
    expect(message.put("status", "b", { mode: "keep", ignore: (value) => value === "b" })).toBe("ignored");
    expect(message.put("source.ip", "b", { mode: "keep", skipInvalid: true })).toBe("invalid");
    expect(message.put("source.ip", "2130706433", { mode: "keep", sanitize: false, skipInvalid: true })).toBe(
      "invalid",
    );
    expect(message.put("source.ip", "2130706433", keep)).toBe("stored");
    expect(message.put("comment", null, { mode: "overwrite" })).toBe("removed");
    expect(message.put("comment", null, { mode: "overwrite" })).toBe("ignored");
    expect(content(message)).toBe('{"source.ip": "127.0.0.1"}');
  });

  it("refuses a wrong name even where invalid values are skipped", () => {
    expect(() => event().put("nope", "a", { mode: "keep", skipInvalid: true })).toThrow("is not allowed");
  });
});

describe("extra", () => {
  it("is stored as its members, sorted at every depth when it is given as an object", () => {
    const message = event();
    message.set("extra", { b: "foo", a: { y: 1, x: [{ d: 1, c: 2 }] } });
    expect(content(message)).toBe('{"extra.a": {"x": [{"c": 2, "d": 1}], "y": 1}, "extra.b": "foo"}');
  });

  it("keeps the order of a JSON text, and its kinds of numbers", () => {
    const message = event();
    message.set("extra", ' {"b": 1.0, "a": {"z": 1, "y": 2}, "10": 12345678901234567890} ');
    expect(content(message)).toBe('{"extra.b": 1.0, "extra.a": {"z": 1, "y": 2}, "extra.10": 12345678901234567890}');
  });

  it("keeps what says nothing when it comes inside of a whole", () => {
    const message = event();
    message.set("extra", { a: "", b: null, c: [], d: "-" });
    expect(content(message)).toBe('{"extra.a": "", "extra.b": null, "extra.c": [], "extra.d": "-"}');
    expect(message.set("extra.e", null)).toBe(false);
  });

  it("keeps names of members that are no names of fields", () => {
    const message = event();
    message.set("extra", { Foo: 1, "a b": 2, __proto__x: 3 });
    expect(message.get("extra")).toBe('{"Foo": 1, "__proto__x": 3, "a b": 2}');
    expect(() => message.set("extra.Foo", 2)).toThrow("Does not match regular expression");
  });

  it("is replaced as a whole", () => {
    const message = event({ "extra.old": 1, comment: "c" });
    message.set("extra", { new: 2 });
    expect(content(message)).toBe('{"comment": "c", "extra.new": 2}');
    expect(message.set("extra", "-")).toBe(false);
    expect(content(message)).toBe('{"comment": "c"}');
  });

  it("is read as JSON text of its nested form, escaped", () => {
    const message = event({ "extra.a.b": "ö", "extra.c": 1, comment: "x" });
    expect(message.get("extra")).toBe('{"a": {"b": "\\u00f6"}, "c": 1}');
    expect(message.text("extra")).toBe(message.get("extra"));
    expect(event().get("extra")).toBeUndefined();
  });

  it.each([[[]], ["[]"], ["text"], [{}], ["{}"], [5]])("refuses %j", (value) => {
    expect(() => event().set("extra", value)).toThrow("it is no JSON object with a member");
    expect(event().put("extra", value, { mode: "overwrite", skipInvalid: true })).toBe("invalid");
  });

  it("needs text where values are not cleaned", () => {
    const asItIs = { mode: "overwrite", sanitize: false, skipInvalid: true } as const;
    expect(event().put("extra", { a: 1 }, asItIs)).toBe("invalid");
    expect(event().put("extra", '{"a": 1}', asItIs)).toBe("stored");
  });

  it("is removed with all of its members, whatever stands between", () => {
    const message = event({ "extra.a": 1, comment: "c", "extra.b": 2 });
    expect(message.remove("extra")).toBe(true);
    expect(message.remove("extra")).toBe(false);
    expect(content(message)).toBe('{"comment": "c"}');
  });
});

describe("reading", () => {
  it("gives values by name, base64 as text", () => {
    const message = event({ "source.port": 80, "feed.accuracy": float(100), "source.tor_node": false });
    message.set("raw", "ä");
    expect(message.get("source.port")).toBe(80);
    expect(message.get("raw")).toBe("w6Q=");
    expect(message.getDecoded("raw")).toBe("ä");
    expect(message.getBytes("raw")).toEqual(new Uint8Array([0xc3, 0xa4]));
    expect(message.stored("raw")).toBeInstanceOf(Base64Value);
    expect(message.getBytes("comment")).toBeUndefined();
    expect(message.text("feed.accuracy")).toBe("100.0");
    expect(message.text("source.tor_node")).toBe("False");
    expect(message.text("comment")).toBeUndefined();
    expect(message.get("no.such")).toBeUndefined();
    expect([...message]).toEqual([...message.entries()]);
    expect([...message.keys()]).toEqual(["source.port", "feed.accuracy", "source.tor_node", "raw"]);
    expect(message.size).toBe(4);
  });

  it("finds fields by the beginning of their names", () => {
    const message = event({ "source.ip": "192.0.2.1", comment: "x", "source.port": 1 });
    expect(message.find("source.")).toEqual([
      ["source.ip", "192.0.2.1"],
      ["source.port", 1],
    ]);
  });

  it("gives a default for known fields without value, once it is set", () => {
    const message = event({ comment: "x" });
    message.setDefaultValue("none");
    expect(message.get("status")).toBe("none");
    expect(message.get("extra.a")).toBe("none");
    expect(message.get("comment")).toBe("x");
    expect(message.get("no.such")).toBeUndefined();
    expect(message.get("extra")).toBeUndefined();
    expect(message.has("status")).toBe(false);
  });

  it("judges values without storing them", () => {
    expect(event().isValid("source.port", "80")).toBe(true);
    expect(event().isValid("source.port", "80", false)).toBe(false);
    expect(event().isValid("comment", "-")).toBe(false);
    expect(event().isValid("extra", { a: 1 })).toBe(true);
    expect(event().isValid("extra", {})).toBe(false);
    expect(() => event().isValid("nope", 1)).toThrow("is not allowed");
  });
});

describe("Message.update", () => {
  it("takes what is valid as it is and cleans the rest", () => {
    const message = event({ comment: "a", status: "b" });
    message.update([
      ["comment", " c "],
      ["source.port", "80"],
      ["status", "-"],
    ]);
    expect(content(message)).toBe('{"comment": " c ", "source.port": 80}');
    expect(() => message.update([["source.ip", "x"]])).toThrow("invalid value");
  });
});

describe("Message.clone", () => {
  it("is independent of the original", () => {
    const message = event({ comment: "a" });
    message.origin = "o";
    const copy = message.clone();
    copy.set("comment", "b");
    message.set("status", "x");
    expect([content(message), content(copy), copy.origin]).toEqual([
      '{"comment": "a", "status": "x"}',
      '{"comment": "b"}',
      "o",
    ]);
  });
});

describe("Message.equals", () => {
  it("compares content as Python does, in any order", () => {
    expect(event({ "extra.a": 1, comment: "x" }).equals(event({ comment: "x", "extra.a": float(1) }))).toBe(true);
    expect(event({ "extra.a": 1 }).equals(event({ "extra.a": 2 }))).toBe(false);
    expect(event({ "extra.a": 1 }).equals(event({ "extra.b": 1 }))).toBe(false);
    expect(event({}).equals(event({ "extra.b": 1 }))).toBe(false);
    expect(event().equals(new Message("Report", fields))).toBe(false);
    expect(event().equals(new Message("Event", compileFields(defaultHarmonization, "event")))).toBe(false);
  });

  it("compares base64 as text, however it was given", () => {
    const [one, other] = [event(), event()];
    one.set("raw", "a");
    other.set("raw", new Uint8Array([97]));
    expect(one.equals(other)).toBe(true);
  });
});

describe("a message and a plain map", () => {
  const names = ["comment", "status", "extra.a", "extra.b", "extra.a.b", "feed.name"];
  const anyName = fc.constantFrom(...names);
  const anyChange = fc.oneof(
    fc.record({ do: fc.constant("set" as const), name: anyName, value: fc.constantFrom("x", "y", "-") }),
    fc.record({ do: fc.constant("add" as const), name: anyName, value: fc.constantFrom("x", "y") }),
    fc.record({ do: fc.constant("remove" as const), name: fc.constantFrom(...names, "extra") }),
    fc.record({ do: fc.constant("savepoint" as const) }),
    fc.record({ do: fc.constant("rollback" as const) }),
    fc.record({ do: fc.constant("fork" as const) }),
  );

  it("behave alike, savepoints, rollbacks and copies included", () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 40 }), (changes) => {
        let message = event();
        let model = new Map<string, unknown>();
        let saved: Map<string, unknown> | undefined;
        const forks: { readonly message: Message; readonly model: Map<string, unknown> }[] = [];
        for (const change of changes) {
          switch (change.do) {
            case "set":
              message.set(change.name, change.value);
              if (change.value === "-") model.delete(change.name);
              else model.set(change.name, change.value);
              break;
            case "add":
              expect(message.add(change.name, change.value)).toBe(!model.has(change.name));
              if (!model.has(change.name)) model.set(change.name, change.value);
              break;
            case "remove":
              message.remove(change.name);
              for (const name of model.keys()) {
                if (name === change.name || (change.name === "extra" && name.startsWith("extra."))) model.delete(name);
              }
              break;
            case "savepoint":
              message.savepoint();
              saved = new Map(model);
              break;
            case "rollback":
              message.rollback();
              if (saved !== undefined) model = new Map(saved);
              break;
            case "fork":
              forks.push({ message, model: new Map(model) });
              message = message.clone();
              saved = undefined;
          }
          expect([...message.entries()]).toEqual([...model]);
          expect(message.size).toBe(model.size);
          for (const name of names) expect(message.get(name)).toBe(model.get(name));
        }
        for (const fork of forks) expect([...fork.message.entries()]).toEqual([...fork.model]);
      }),
      { numRuns: 500 },
    );
  });
});

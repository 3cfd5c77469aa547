import { compileFields, createEvent, defaultHarmonization } from "@weir/format";
import { describe, expect, it } from "vitest";
import { compileCompositions } from "./compositions.ts";

const fields = compileFields(defaultHarmonization, "event");

function compose(templates: Record<string, string>, ...row: string[]): unknown {
  const event = createEvent(fields, [["source.fqdn", "a.example"]]);
  compileCompositions(templates)(row, event);
  return Object.fromEntries(event.entries());
}

describe("compileCompositions", () => {
  it("fills templates with the row's values by position", () => {
    const templates = { "source.url": "http://{0}{1}", comment: "{1!r} {{x}} {0:.3} {2:>5}|" };
    expect(compose(templates, "bad.example", "/foo/", "80")).toEqual({
      "source.fqdn": "a.example",
      "source.url": "http://bad.example/foo/",
      comment: "'/foo/' {x} bad    80|",
    });
  });

  it("numbers empty braces", () => {
    expect(compose({ comment: "{}-{}" }, "a", "b")).toMatchObject({ comment: "a-b" });
  });

  it.each([
    [{ comment: "{9}" }, "no column 9"],
    [{ comment: "{a}" }, "no column a"],
    [{ comment: "{0" }, "Format string"],
    [{ "source.fqdn": "{0}" }, "source.fqdn"],
    [{ "source.port": "{0}" }, "source.port"],
  ])("makes the row fail for %o", (templates, reason) => {
    expect(() => compose(templates, "x")).toThrow(reason);
  });
});

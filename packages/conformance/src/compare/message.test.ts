import { parseJson } from "@weir/format";
import { describe, expect, it } from "vitest";
import { compareMessage, compareMessages } from "./message.ts";

const message = (fields: object) => parseJson(JSON.stringify({ __type: "Event", ...fields }));

describe("compareMessage", () => {
  it("compares raw by its bytes", () => {
    expect(compareMessage(message({ raw: "YQ==" }), message({ raw: "YQ" }), "m")).toBeUndefined();
    expect(compareMessage(message({ raw: "YQ==" }), message({ raw: "Yg==" }), "m")?.at).toBe("m.raw");
  });

  it("compares JSON in texts as JSON when both are", () => {
    const expected = message({ output: '{"a": 1, "b": 2}' });
    expect(compareMessage(expected, message({ output: '{"b":2,"a":1}' }), "m")).toBeUndefined();
    expect(compareMessage(expected, message({ output: '{"b":2,"a":1.0}' }), "m")?.at).toBe("m.output.a");
    expect(compareMessage(expected, message({ output: '{"b":2,' }), "m")?.at).toBe("m.output");
  });

  it("compares comma-separated parts of the named fields as sets", () => {
    const rules = { commaSets: new Set(["source.abuse_contact"]) };
    const expected = message({ "source.abuse_contact": "a@b,c@d" });
    const observed = message({ "source.abuse_contact": "c@d,a@b" });
    expect(compareMessage(expected, observed, "m", rules)).toBeUndefined();
    expect(compareMessage(expected, observed, "m")?.at).toBe('m["source.abuse_contact"]');
  });

  it("needs the same type and the same set of fields", () => {
    expect(compareMessage(message({}), message({ __type: "Report" }), "m")?.at).toBe("m.__type");
    expect(compareMessage(message({ comment: "x" }), message({}), "m")?.at).toBe("m.comment");
    expect(compareMessage(message({}), message({ comment: "x" }), "m")?.at).toBe("m.comment");
  });
});

describe("compareMessages", () => {
  const [one, two] = [message({ comment: "1" }), message({ comment: "2" })];

  it("minds the order unless it is told not to", () => {
    expect(compareMessages([one, two], [two, one], "m", {})?.at).toBe("m[0].comment");
    expect(compareMessages([one, two], [two, one], "m", { unordered: true })).toBeUndefined();
  });

  it("finds messages that are missing or too many", () => {
    expect(compareMessages([one, two], [one], "m", {})?.at).toBe("m[1]");
    expect(compareMessages([one], [one, two], "m", {})?.at).toBe("m[1]");
  });
});

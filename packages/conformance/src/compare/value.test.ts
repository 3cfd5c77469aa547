import { type JsonValue, parseJson } from "@weir/format";
import { describe, expect, it } from "vitest";
import { compareValue } from "./value.ts";

const json = (text: string): JsonValue => parseJson(text);

describe("compareValue", () => {
  it("tells numbers of different kinds apart", () => {
    expect(compareValue(json("80"), json("80"), "x")).toBeUndefined();
    expect(compareValue(json("80.0"), json("80.0"), "x")).toBeUndefined();
    expect(compareValue(json("80"), json("80.0"), "x")).toEqual({ at: "x", expected: "80", observed: "80.0" });
    expect(compareValue(json("80"), json('"80"'), "x")).toBeDefined();
    expect(compareValue(json("1"), json("true"), "x")).toBeDefined();
  });

  it("compares integers beyond doubles digit by digit", () => {
    expect(compareValue(json("9007199254740993"), json("9007199254740993"), "x")).toBeUndefined();
    expect(compareValue(json("9007199254740993"), json("9007199254740992"), "x")).toBeDefined();
  });

  it("takes NaN as equal to itself", () => {
    expect(compareValue(Number.NaN, Number.NaN, "x")).toBeUndefined();
  });

  it("does not mind the order of members", () => {
    expect(compareValue(json('{"a": 1, "b": 2}'), json('{"b": 2, "a": 1}'), "x")).toBeUndefined();
  });

  it("says where the first difference is", () => {
    expect(compareValue(json('{"a.b": [1, {"c": 2}]}'), json('{"a.b": [1, {"c": 3}]}'), "x")?.at).toBe('x["a.b"][1].c');
  });

  it("finds absent and unexpected members and items", () => {
    expect(compareValue(json('{"a": 1}'), json("{}"), "x")).toEqual({ at: "x.a", expected: "1", observed: "(absent)" });
    expect(compareValue(json("[]"), json("[1]"), "x")?.at).toBe("x[0]");
  });

  it("takes any present value for a wildcard, and misses an absent one", () => {
    expect(compareValue("<any>", json("[1]"), "x")).toBeUndefined();
    expect(compareValue(json('{"a": "<any>"}'), json("{}"), "x")?.at).toBe("x.a");
  });

  it("allows later times only where the step has a clock", () => {
    expect(compareValue("2031-05-06T07:08:09+00:00", "2031-05-06T07:08:10+00:00", "x")).toBeDefined();
    expect(
      compareValue("2031-05-06T07:08:09+00:00", "2031-05-06T07:08:10+00:00", "x", { laterTimes: true }),
    ).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { jsonText } from "./console.ts";

describe("jsonText", () => {
  it("writes JSON as IntelMQ's tools do", () => {
    expect(jsonText({ a: ["ü", "😀"], b: null })).toBe(
      '{\n    "a": [\n        "\\u00fc",\n        "\\ud83d\\ude00"\n    ],\n    "b": null\n}',
    );
    expect(jsonText("running")).toBe('"running"');
    expect(jsonText(undefined)).toBe("null");
  });
});

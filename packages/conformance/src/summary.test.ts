import { describe, expect, it } from "vitest";
import { type FileOutcome, judge } from "./outcome.ts";
import { failureLines, fileLine, jsonSummary, totalLine } from "./summary.ts";

const difference = { at: "steps[0].errors", expected: "0", observed: "1" };
const file: FileOutcome = {
  name: "parsers/x",
  outcomes: [
    { id: "parsers/x/1", outcome: judge(undefined, false) },
    { id: "parsers/x/2", outcome: judge(difference, false) },
    { id: "parsers/x/3", outcome: judge(difference, true) },
    { id: "parsers/x/4", outcome: { kind: "missing", reason: "fixture not available: smtp" } },
    { id: "parsers/x/5", outcome: judge(undefined, true) },
  ],
};

describe("judge", () => {
  it("passes a vector without difference, also where the reference is wrong", () => {
    expect(judge(undefined, false).kind).toBe("passed");
    expect(judge(undefined, true).kind).toBe("passed");
  });

  it("fails a vector that differs, unless the reference is wrong there", () => {
    expect(judge(difference, false).kind).toBe("failed");
    expect(judge(difference, true).kind).toBe("differs");
  });
});

describe("fileLine", () => {
  it("counts every outcome and says what is missing", () => {
    expect(fileLine(file)).toMatch(
      /^parsers\/x +2 passed, 1 failed, 1 missing, 1 differs \(fixture not available: smtp\)$/,
    );
  });
});

describe("failureLines", () => {
  it("shows each failing vector with its first difference", () => {
    expect(failureLines(file)).toEqual(["  parsers/x/2 at steps[0].errors", "    expected 0", "    observed 1"]);
  });
});

describe("totalLine", () => {
  it("sums up", () => {
    expect(totalLine([file, file])).toBe("2 files: 4 passed, 2 failed, 2 missing, 2 differs");
  });
});

describe("jsonSummary", () => {
  it("has a member per file, whose counts add up to its vectors", () => {
    expect(jsonSummary([file])).toEqual({
      "parsers/x": { passed: 2, failed: 1, missing: 1, differs: 1, failures: [{ id: "parsers/x/2", ...difference }] },
    });
  });
});

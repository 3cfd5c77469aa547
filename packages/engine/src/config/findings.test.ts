import { describe, expect, it } from "vitest";
import { finding, renderFindings, sortFindings } from "./findings.ts";

const at = (line: number, column: number, length = 1) => ({ file: "f", line, column, length });

describe("renderFindings", () => {
  it("shows the line with carets below the place", () => {
    const found = finding("error", "some-rule", at(2, 4, 3), "this is wrong", { bot: "b", remedy: "do that" });
    expect(renderFindings([found], new Map([["f", "one\na: bcd\n"]]))).toBe(
      'f:2:4: error: bot "b": this is wrong [some-rule]\n    2 | a: bcd\n      |    ^^^\n  do that\n',
    );
  });

  it("shows a piece of a long line", () => {
    const [, line, carets] = renderFindings(
      [finding("error", "r", at(1, 5001, 4), "m")],
      new Map([["f", `${"x".repeat(5000)}here${"y".repeat(5000)}`]]),
    ).split("\n");
    expect(line?.length).toBeLessThan(180);
    expect(line?.slice(carets?.indexOf("^"), (carets?.lastIndexOf("^") ?? 0) + 1)).toBe("here");
  });

  it("lets no character through that drives the terminal", () => {
    const text = renderFindings(
      [finding("error", "r", at(1, 1), "bad \u001b[31m", { bot: "x\u202ey" })],
      new Map([["f", "a\u001b]0;\u0007\tb"]]),
    );
    expect(text).toBe('f:1:1: error: bot "x.y": bad .[31m [r]\n    1 | a.]0;. b\n      | ^\n');
  });

  it("names only the file when there is no line", () => {
    expect(renderFindings([finding("info", "r", { file: "f", line: 0, column: 0 }, "m")])).toBe("f: info: m [r]\n");
  });
});

describe("sortFindings", () => {
  it("orders by place, the worst first", () => {
    const list = [
      finding("info", "a", at(2, 1), "m"),
      finding("warning", "b", at(1, 1), "m"),
      finding("error", "c", at(1, 1), "m"),
    ];
    expect(sortFindings(list).map(({ code }) => code)).toEqual(["c", "b", "a"]);
  });
});

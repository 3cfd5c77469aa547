import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCsv, writeCsv } from "./csv-text.ts";

const cellsOf = (text: string, delimiter = ",") => splitCsv(text, delimiter, true).rows.map(({ cells }) => cells);

describe("splitCsv", () => {
  it.each([
    ["a,b\r\nc\rd\n", [["a", "b"], ["c"], ["d"]]],
    ['"a""b","c\nd"\n', [['a"b', "c\nd"]]],
    ['a"b",c', [['a"b"', "c"]]],
    ['"a"b,"c" ,d', [["ab", "c ", "d"]]],
    ['"a"b"c",d', [['ab"c"', "d"]]],
    [' "a",b', [[' "a"', "b"]]],
    ['"a\r\nb"\r\nc', [["a\r\nb"], ["c"]]],
    ['"",a,', [["", "a", ""]]],
    ["\n\na", [[], [], ["a"]]],
    ['a,"b', [["a", "b"]]],
    ['"', [[""]]],
    ["", []],
  ])("reads %j", (text, rows) => {
    expect(cellsOf(text)).toEqual(rows);
  });

  it("takes any character as delimiter, also one of two code units", () => {
    expect(cellsOf('a\t"b\tc"', "\t")).toEqual([["a", "b\tc"]]);
    expect(cellsOf('a\u{1F600}"b"\u{1F600}c', "\u{1F600}")).toEqual([["a", "b", "c"]]);
  });

  it("says where a row begins whose quote is still open", () => {
    expect(splitCsv('a\nb,"c\n', ",", false)).toEqual({ rows: [{ cells: ["a"], source: "a\n" }], rest: 2 });
  });

  it("gives rows whose sources joined are the text", () => {
    const anyText = fc.array(fc.constantFrom("a", ",", '"', "\n", "\r", " ")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(
          splitCsv(text, ",", true)
            .rows.map(({ source }) => source)
            .join(""),
        ).toBe(text);
      }),
    );
  });

  it("reads what writeCsv writes", () => {
    const anyCell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "ü") });
    fc.assert(
      fc.property(fc.array(fc.array(anyCell, { minLength: 1 })), fc.boolean(), (rows, all) => {
        expect(cellsOf(rows.map((row) => `${writeCsv(row, "\r\n", { all })}\r\n`).join(""))).toEqual(rows);
      }),
    );
  });
});

describe("writeCsv", () => {
  it("puts only cells in quotes that need it", () => {
    expect(writeCsv(["a", "b,c", 'd"e', " f", null, "g\nh"], "\n")).toBe('a,"b,c","d""e", f,,"g\nh"');
  });

  it("does not take a carriage return as a reason when the line end has none", () => {
    expect(writeCsv(["a\rb", "c"], "\n")).toBe("a\rb,c");
    expect(writeCsv(["a\rb", "c"], "\r\n")).toBe('"a\rb",c');
  });

  it("writes a row of one empty cell so that it is a row", () => {
    expect([writeCsv([""], "\n"), writeCsv([null], "\n"), writeCsv(["", ""], "\n")]).toEqual(['""', '""', ","]);
  });
});

import { describe, expect, it } from "vitest";
import { Float, type JsonValue } from "../values/json-value.ts";
import { pythonAscii, pythonRepr, pythonStr } from "./repr.ts";

describe("pythonRepr", () => {
  it.each<[JsonValue, string]>([
    ["a", "'a'"],
    ["", "''"],
    ["it's", '"it\'s"'],
    ['say "x"', "'say \"x\"'"],
    [`say "x" it's`, `'say "x" it\\'s'`],
    ["tab\there\nnl\\\r", "'tab\\there\\nnl\\\\\\r'"],
    ["\0\x7f\x80", "'\\x00\\x7f\\x80'"],
    ["ö€😀漢", "'ö€😀漢'"],
    ["\u00a0\u00ad\u200b\u2028\u3000", "'\\xa0\\xad\\u200b\\u2028\\u3000'"],
    ["\ud800\ue000\u{10ffff}", "'\\ud800\\ue000\\U0010ffff'"],
    ["\u{1fae8}", "'\\U0001fae8'"],
    [null, "None"],
    [true, "True"],
    [false, "False"],
    [80, "80"],
    [-1, "-1"],
    [12345678901234567890123n, "12345678901234567890123"],
    [new Float(100), "100.0"],
    [-0, "-0.0"],
    [1.5, "1.5"],
    [Number.NaN, "nan"],
    [[], "[]"],
    [[1, "x", null, true, 1.5], "[1, 'x', None, True, 1.5]"],
    [
      new Map<string, JsonValue>([
        ["10", "v"],
        ["2", []],
      ]),
      "{'10': 'v', '2': []}",
    ],
    [new Map(), "{}"],
  ])("writes %s as %s", (value, text) => {
    expect(pythonRepr(value)).toBe(text);
  });
});

describe("pythonStr", () => {
  it("leaves a text as it is and writes the texts inside lists as repr does", () => {
    expect(pythonStr("it's\n")).toBe("it's\n");
    expect(pythonStr(["it's\n"])).toBe('["it\'s\\n"]');
    expect(pythonStr(true)).toBe("True");
    expect(pythonStr(new Float(100))).toBe("100.0");
  });
});

describe("pythonAscii", () => {
  it("escapes all that is not ASCII", () => {
    expect(pythonAscii(["ö€😀", "'"])).toBe("['\\xf6\\u20ac\\U0001f600', \"'\"]");
  });
});

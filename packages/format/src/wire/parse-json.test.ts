import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Float, float } from "../values/json-value.ts";
import { maxDepth, parseJson } from "./parse-json.ts";
import { writeJson } from "./write-json.ts";

describe("parseJson", () => {
  it.each([
    ["100", 100],
    ["-7", -7],
    ["-0", 0],
    ["100.0", new Float(100)],
    ["1e5", new Float(100_000)],
    ["1E-1", 0.1],
    ["-0.0", -0],
    ["1e400", Number.POSITIVE_INFINITY],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["1180591620717411303424", 2n ** 70n],
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["true", true],
    ["false", false],
    ["null", null],
    ["[]", []],
    [" [ 1 , [ 2 ] ] ", [1, [2]]],
    ['"\\u00f6\\ud83d\\ude00\\n\\/\\""', 'ö😀\n/"'],
    ['"ö😀\u007f"', "ö😀\u007f"],
    ['"\\ud800"', "\ud800"],
  ])("reads %s", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it("keeps the order of members, of names like numbers, too", () => {
    const object = parseJson('{"10": 1, "2": 2, "__proto__": 3, "constructor": 4}');
    expect(object).toEqual(
      new Map([
        ["10", 1],
        ["2", 2],
        ["__proto__", 3],
        ["constructor", 4],
      ]),
    );
    expect([...(object as Map<string, unknown>).keys()]).toEqual(["10", "2", "__proto__", "constructor"]);
  });

  it("gives a name that comes twice its last value in its first place", () => {
    expect(writeJson(parseJson('{"a": 1, "b": 2, "a": 3}'))).toBe('{"a": 3, "b": 2}');
  });

  it.each([
    ["", "at character 1: it ends too early"],
    ["{", "at character 2: a name in double quotes is expected"],
    ['{"a" 1}', 'at character 6: a colon is expected after the name (near "1}")'],
    ['{"a": 1,}', "at character 9: a name in double quotes is expected"],
    ["[1 2]", "at character 4: a comma or ] is expected"],
    ["[1,]", "at character 4: no value begins like this"],
    ['{"a": 1 "b"', "at character 9: a comma or } is expected"],
    ["1 2", "at character 3: something follows the value"],
    ["01", "at character 2: something follows the value"],
    ["+1", "at character 1: no value begins like this"],
    [".5", "at character 1: no value begins like this"],
    ["1.", "at character 2: something follows the value"],
    ["-", "at character 1: it ends too early"],
    ["nul", "at character 1: no value begins like this"],
    ["'a'", "at character 1: no value begins like this"],
    ['"a', "at character 3: a text without end"],
    ['"a\nb"', "at character 3: a control character in a text"],
    ['"\\x"', "at character 2: an unknown escape"],
    ['"\\u12g4"', "at character 2: \\u needs four hexadecimal digits"],
    ["\ufeff{}", "at character 1: no value begins like this"],
  ])("says where %j is wrong", (text, problem) => {
    expect(() => parseJson(text)).toThrow(problem);
  });

  it("stops at a depth that no message has, instead of exhausting the stack", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(parseJson(nested(maxDepth))).toBeInstanceOf(Array);
    expect(() => parseJson(nested(maxDepth + 1))).toThrow(`it is nested more than ${maxDepth} deep`);
    expect(() => parseJson('{"a":'.repeat(1_000_000))).toThrow("nested more than");
  });

  it("refuses integers whose conversion would take long", () => {
    expect(parseJson("9".repeat(4300))).toBe(BigInt("9".repeat(4300)));
    expect(() => parseJson("9".repeat(4301))).toThrow("an integer of too many digits");
  });

  it("reads what JSON.stringify writes as JSON.parse does, apart from kinds", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(writeJson(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("never fails otherwise than with WEIR_INVALID_JSON, and only where JSON.parse fails, too", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      '"a"',
      "1",
      "-",
      ".",
      "e",
      "\\",
      "u00f6",
      " ",
      "true",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        let code: unknown;
        try {
          parseJson(text);
        } catch (error) {
          code = error instanceof Error && "code" in error ? error.code : error;
        }
        expect(code).toBe(isJson ? undefined : "WEIR_INVALID_JSON");
      }),
      { numRuns: 5000 },
    );
  });

  it("gives back what writeJson writes, in every form", () => {
    const leaf = fc.oneof(
      fc.integer(),
      fc.double().map(float),
      fc.bigInt({ min: 2n ** 53n }),
      fc.string({ unit: "binary" }),
      fc.constantFrom(null, true, false, "\ud800"),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value"), { maxLength: 4 }), tie("object")),
      object: fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 }).map((members) => new Map(members)),
    }));
    fc.assert(
      fc.property(value, fc.boolean(), (any, ascii) => {
        const text = writeJson(any as never, { ascii });
        expect(parseJson(text)).toEqual(any);
        expect(writeJson(parseJson(text), { ascii })).toBe(text);
      }),
    );
  });
});

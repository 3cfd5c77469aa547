import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSyntaxError, formatValueError } from "../errors/kinds.ts";
import { Float } from "../values/json-value.ts";
import { compileFormat, type FormatValue } from "./format-string.ts";

const values = new Map<string, FormatValue>([
  ["port", 80],
  ["accuracy", new Float(100)],
  ["comment", "Hello World"],
  ["node", true],
  ["list", ["a", null]],
  ["nothing", null],
  ["big", 12345678901234567890n],
  ["width", 8],
  ["n", -1234.5],
  ["time", { year: 2031, month: 2, day: 3, hour: 4, minute: 5, second: 6, microsecond: 0 }],
]);

function format(template: string): string {
  return compileFormat(template).format((name, path) =>
    name === "m" ? values.get(String(path[0])) : values.get(name),
  );
}

describe("compileFormat", () => {
  // All recorded with Python 3.11.
  it.each([
    ["plain", "plain"],
    ["{m[port]:05d} {{x}}", "00080 {x}"],
    ["{{x}} {{{m[port]}}} }}{{", "{x} {80} }{"],
    [
      "{m[accuracy]} {m[accuracy]:.2f}|{m[accuracy]:g}|{m[accuracy]:08.1f}|{m[accuracy]:.0%}",
      "100.0 100.00|100|000100.0|10000%",
    ],
    ["{m[comment]:.5}|{m[comment]:>15}|{m[comment]:_<15.3}", "Hello|    Hello World|Hel____________"],
    ["{m[comment]!r} {m[comment]!s:.1} {m[comment]!a}", "'Hello World' H 'Hello World'"],
    ["{m[node]} {m[node]:d} {m[node]:>5}", "True 1     1"],
    ["{m[list]} {m[list]!r:>12} {m[nothing]}", "['a', None]  ['a', None] None"],
    ["{m[port]:x} {m[port]:#X} {m[port]:b} {m[port]:o} {m[port]:c}", "50 0X50 1010000 120 P"],
    [
      "{m[big]:,} {m[n]:,.2f} {m[n]:+.1e} {m[n]:*^12} {m[n]:010}",
      "12,345,678,901,234,567,890 -1,234.50 -1.2e+03 **-1234.5*** -0001234.5",
    ],
    ["{m[port]:{width}}|{m[port]:<{m[width]}}|", "      80|80      |"],
    ["{m[time]:%Y-%m-%d}/{m[time]:%H.%M} {m[time]} {m[time]!s:.4}", "2031-02-03/04.05 2031-02-03 04:05:06 2031"],
  ])("formats %s as Python does", (template, text) => {
    expect(format(template)).toBe(text);
  });

  it("hands names and keys to the lookup: digits are an index, everything else a text", () => {
    const { fields } = compileFormat("{ev[extra.d][k k][0][-1]:>{w}}{time[%Y:%m!d/{}]}");
    expect(fields).toEqual([
      { name: "ev", path: ["extra.d", "k k", 0, "-1"] },
      { name: "w", path: [] },
      { name: "time", path: ["%Y:%m!d/{}"] },
    ]);
  });

  it("numbers fields without name, or takes their numbers", () => {
    const names = (template: string) => compileFormat(template).fields.map(({ name }) => name);
    expect(names("{}{}{!r}")).toEqual(["0", "1", "2"]);
    expect(names("{1}{00}")).toEqual(["1", "0"]);
    expect(() => compileFormat("{}{0}")).toThrow("cannot be mixed");
  });

  it.each([
    ["a{", "at position 1"],
    ["a}", "single '}'"],
    ["{a", "not closed"],
    ["{a[b}", "not closed"],
    ["{a[]}", "empty key"],
    ["{a[b]c}", "only '['"],
    ["{a!x}", "!r, !s, !a"],
    ["{a!}", "!r, !s, !a"],
    ["{a!rr}", "expected ':'"],
    ["{a.}", "empty attribute"],
    ["{a:{b:{c}}}", "nested too deep"],
    ["{99999999999999999999}", "too many decimal digits"],
  ])("refuses %s", (template, problem) => {
    expect(() => compileFormat(template)).toThrow(problem);
  });

  it.each([
    ["{m[x]}", "no such value"],
    ["{m[comment]:d}", "format type 'd' does not suit a text"],
    ["{m[port]:.2}", "a precision is not allowed for an integer"],
    ["{m[list]:>5}", "a list takes no format specification"],
    ["{m[nothing]:5}", "None takes no format specification"],
    ["{m[port]:99999}", "width 99999 is more than"],
    ["{m[comment]:%Y}", "invalid format specification"],
  ])("fails for %s when the value shows that it cannot be", (template, problem) => {
    expect(() => format(template)).toThrow(problem);
  });

  it("never gives access to attributes", () => {
    const compiled = compileFormat("{m.constructor}");
    expect(compiled.usesAttributes).toBe(true);
    expect(() => compiled.format(() => "x")).toThrow("attributes (.constructor) are not offered");
  });

  it("lets errors of the lookup through", () => {
    expect(() =>
      compileFormat("{a}").format(() => {
        throw new TypeError("mine");
      }),
    ).toThrow(new TypeError("mine"));
  });

  it("never fails otherwise than with its own errors", () => {
    const piece = fc.constantFrom(
      ..."{ } {{ }} [ ] ! r : . , 0 5 a m[port] m[n] m[comment] m[time] < ^ = + # % f d e g x _ é".split(" "),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        try {
          format(pieces.join(""));
        } catch (error) {
          expect(formatSyntaxError.is(error) || formatValueError.is(error), String(error)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

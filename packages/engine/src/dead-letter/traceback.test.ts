import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorOfTraceback, tracebackOf } from "./traceback.ts";

describe("tracebackOf", () => {
  it("ends with the error, after the places it came from", () => {
    const stack = "TypeError: no\n    at a (x.js:1:2)\n    at b";
    expect(tracebackOf({ name: "TypeError", message: "no", stack })).toEqual([
      "    at a (x.js:1:2)\n",
      "    at b\n",
      "TypeError: no\n",
    ]);
    expect(tracebackOf({ name: "Error", message: "two\nlines" })).toEqual(["Error: two\nlines\n"]);
  });

  it("keeps what a stack says otherwise than the message, such as one without its causes", () => {
    expect(tracebackOf({ name: "Error", message: "no: because", stack: "Error: no\n    at a" })).toEqual([
      "Error: no\n",
      "    at a\n",
      "Error: no: because\n",
    ]);
  });

  it("gives a traceback of Python as it came", () => {
    const pieces = ["Traceback (most recent call last):\n", '  File "x.py", line 1\n', "a.b.InvalidValue: bad: 1\n"];
    const error = errorOfTraceback(pieces);
    expect(error).toEqual({ name: "InvalidValue", message: "bad: 1", stack: pieces.join("").trimEnd() });
    expect(tracebackOf(error)).toEqual(pieces);
  });
});

describe("errorOfTraceback", () => {
  it("is undone by tracebackOf, and undoes it", () => {
    const line = fc.string().filter((text) => !/[\r\n]/.test(text) && text.trim() !== "");
    const message = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join("\n"));
    const frames = fc.array(fc.stringMatching(/^ {4}at [a-z]+ \(\/[a-z]+\.ts:[1-9]:[1-9]\)$/), { minLength: 1 });
    const error = fc
      .record({ name: fc.stringMatching(/^[A-Z][a-zA-Z]{0,9}$/), message, frames, cause: fc.option(line) })
      .map(({ name, message: text, frames: at, cause }) => ({
        name,
        message: cause === null ? text : `${text}: ${cause}`,
        stack: [`${name}: ${text}`, ...at].join("\n"),
      }));
    const withoutStack = fc.record({ name: fc.constant("Error"), message });
    fc.assert(
      fc.property(fc.oneof(error, withoutStack), (given) => {
        expect(errorOfTraceback(tracebackOf(given))).toEqual(given);
      }),
    );
  });

  it("reads texts, and lists with empty pieces", () => {
    expect(errorOfTraceback("Traceback\n  x\nKeyError: 'x'\n")).toEqual({
      name: "KeyError",
      message: "'x'",
      stack: "Traceback\n  x\nKeyError: 'x'",
    });
    expect(errorOfTraceback(["KeyError: 1\n", "\n", ""])).toEqual({ name: "KeyError", message: "1" });
    const none = { name: "Error", message: "imported from a dump file that gives no error" };
    for (const trace of [undefined, null, "", [], ["\n"]]) expect(errorOfTraceback(trace)).toEqual(none);
  });
});

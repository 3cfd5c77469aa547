import { describe, expect, it } from "vitest";
import { jsonLines } from "./json-lines.ts";
import { bodyInParts, readAll, readWithRestarts } from "./test-reading.ts";
import { wholeJson, wholeText } from "./whole.ts";

const body = (text: string) => bodyInParts(Buffer.from(text), 3);

describe("wholeText", () => {
  it("gives the text as one record, once", async () => {
    expect(await readAll(wholeText(), body("a\nü\n"))).toEqual([
      { record: "a\nü\n", raw: "a\nü\n", original: "a\nü\n" },
    ]);
    expect(await readWithRestarts(wholeText, body("a\nü\n"))).toHaveLength(1);
  });

  it("refuses a body that is too large to be held", async () => {
    const large = { size: 129 << 20, stream: () => body("").stream(0) };
    await expect(readAll(wholeText(), large)).rejects.toThrow(
      "the report has 129 MiB; this form is read as a whole, up to 128 MiB",
    );
  });
});

describe("wholeJson", () => {
  it("gives the document, with its text as raw", async () => {
    expect(await readAll(wholeJson(), body(' {"a": 1}'))).toMatchObject([
      { record: new Map([["a", 1]]), raw: ' {"a": 1}' },
    ]);
    await expect(readAll(wholeJson(), body("{"))).rejects.toThrow();
  });
});

describe("jsonLines", () => {
  it("gives a value a line; what is no JSON is unreadable in its place", async () => {
    const read = await readAll(jsonLines(), body('{"a": 1}\n\nbroken\n"x"\n'));
    expect(read.map(({ record }) => record)).toEqual([new Map([["a", 1]]), "unreadable", "x"]);
    expect(read.map(({ raw }) => raw)).toEqual(['{"a": 1}', "broken", '"x"']);
    expect(await readWithRestarts(jsonLines, body('1\nx\n"y"'))).toHaveLength(3);
  });
});

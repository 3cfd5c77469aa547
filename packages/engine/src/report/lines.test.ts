import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lines } from "./lines.ts";
import { bodyInParts, readAll, readWithRestarts } from "./test-reading.ts";

const body = (text: string, size?: number) => bodyInParts(Buffer.from(text), size);
const recordsOf = async (text: string, options?: Parameters<typeof lines>[0]) =>
  (await readAll(lines(options), body(text))).map(({ record }) => record);

/** More lines than one batch takes, made of a few short ones. */
const anyLines = fc
  .tuple(
    fc.array(fc.string({ unit: fc.constantFrom("a", "ü", "€", " ", "\r", "\v", "\u2028", "#", "\t") }), {
      minLength: 1,
    }),
    fc.integer({ min: 1, max: 2500 }),
    fc.constantFrom("\n", "\r\n"),
  )
  .map(([some, count, end]) => Array.from({ length: count }, (_, index) => some[index % some.length]).join(end));

describe("lines", () => {
  it("strips lines and leaves out blank ones and those with an ignored beginning", async () => {
    expect(await recordsOf(" a \n\n\t\n# x\nb#\n  # y", { ignore: ["#"] })).toEqual(["a", "b#"]);
  });

  it("ends lines where Python does", async () => {
    expect(await recordsOf("a\r\nb\rc\vd\fe\x1cf\x85g\u2028h\u2029i")).toEqual([..."abcdefghi"]);
  });

  it("keeps lines as they are when they are not stripped", async () => {
    expect(await recordsOf(" a \n\nb", { strip: false })).toEqual([" a ", "", "b"]);
    expect(await recordsOf("#a\n #b\n", { strip: false, ignore: ["#"] })).toEqual([" #b"]);
  });

  it("drops bytes that are no UTF-8", async () => {
    const bytes = Buffer.from([0x61, 0xff, 0x62, 10]);
    expect((await readAll(lines(), bodyInParts(bytes))).map(({ record }) => record)).toEqual(["ab"]);
  });

  it("keeps a failing line behind the comments of the report", async () => {
    const read = await readAll(lines({ comments: (line) => line.startsWith(";") }), body(";1\na\n;2\nb\n"));
    expect(read.map(({ original }) => original)).toEqual([";1", "a", ";2", "b"].map((line) => `;1\n;2\n${line}`));
    expect(read.map(({ raw }) => raw)).toEqual([";1", "a", ";2", "b"]);
  });

  it("gives nothing for an empty body", async () => {
    expect(await recordsOf("")).toEqual([]);
  });

  it("gives at most 1,000 lines in a batch", async () => {
    for (const text of ["a\n", "a\r\n", "a\r", "abc\r", "a\v", "ü\x85", "\u2028a"]) {
      let count = 0;
      for await (const { records } of lines().read(body(text.repeat(300_000)), undefined)) {
        expect(records.length).toBeLessThanOrEqual(1000);
        count += records.length;
      }
      expect(count).toBe(300_000);
    }
  });

  it("reads a line of many blocks, and refuses one without end", async () => {
    const long = "x".repeat(1 << 21);
    expect(await recordsOf(`${long}\ny\n`)).toEqual([long, "y"]);
    const endless = bodyInParts(Buffer.alloc(65 << 20, "x"), 4 << 20);
    const failure = await readAll(lines(), endless).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "WEIR_REPORT_LINE_TOO_LONG" });
  });

  it("gives the same records whatever the parts of the body, and after a restart behind any batch", async () => {
    await fc.assert(
      fc.asyncProperty(anyLines, fc.integer({ min: 1, max: 5000 }), fc.boolean(), async (text, size, strip) => {
        const make = () => lines({ strip, comments: (line) => line.startsWith("#") && line.length < 4 });
        const expected = await readAll(make(), body(text));
        expect(await readAll(make(), body(text, size))).toEqual(expected);
        expect(await readWithRestarts(make, body(text, size))).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});

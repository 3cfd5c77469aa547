import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvDictOptions, type CsvRowOptions, csvDicts, csvRows } from "./csv-rows.ts";
import { bodyInParts, readAll, readWithRestarts } from "./test-reading.ts";

const body = (text: string, size?: number) => bodyInParts(Buffer.from(text), size);
const rowsOf = (text: string, options?: CsvRowOptions) => readAll(csvRows(options), body(text));
const dictsOf = async (text: string, options?: CsvDictOptions) =>
  (await readAll(csvDicts(options), body(text))).map(({ record, raw }) => ({
    record: typeof record === "string" ? record : Object.fromEntries(record),
    raw,
  }));

const anyTable = fc
  .tuple(
    fc.array(
      fc.array(fc.constantFrom("a", "", "ü1", '"q"', '"a,b"', '"x\ny"', '"d""q"', "s p", '"', "#c"), { minLength: 1 }),
      {
        minLength: 1,
      },
    ),
    fc.integer({ min: 1, max: 2500 }),
    fc.constantFrom("\n", "\r\n", "\r"),
  )
  .map(([rows, count, end]) =>
    Array.from({ length: count }, (_, index) => (rows[index % rows.length] ?? []).join(",")).join(end),
  );

describe("csvRows", () => {
  it("gives rows as lists of cells, with the row as raw", async () => {
    expect(await rowsOf('a,b\n"c,d",""\n')).toEqual([
      { record: ["a", "b"], raw: "a,b\n", original: "a,b\n" },
      { record: ["c,d", ""], raw: '"c,d",\n', original: '"c,d",""\n' },
    ]);
  });

  it("writes raw with commas and the report's line end, whatever the delimiter", async () => {
    expect(await rowsOf("a;b,c\r\nd;e\r\n", { delimiter: ";" })).toEqual([
      { record: ["a", "b,c"], raw: 'a,"b,c"\r\n', original: "a;b,c\r\n" },
      { record: ["d", "e"], raw: "d,e\r\n", original: "d;e\r\n" },
    ]);
    expect((await rowsOf("a,b")).map(({ raw }) => raw)).toEqual(["a,b\r\n"]);
    expect((await rowsOf("a\rb\r")).map(({ raw }) => raw)).toEqual(["a\r", "b\r"]);
    expect((await rowsOf("a\nb\r\n")).map(({ raw }) => raw)).toEqual(["a\r\n", "b\r\n"]);
  });

  it("remembers skipped header lines before every row", async () => {
    const read = await rowsOf("h1\nh2\na,b\nc,d\n", { skipHeader: 2 });
    expect(read.map(({ raw }) => raw)).toEqual(["h1\nh2\na,b\n", "h1\nh2\nc,d\n"]);
    const long = `${"h\n".repeat(3000)}a\n`;
    expect((await rowsOf(long, { skipHeader: 3000 })).map(({ record }) => record)).toEqual([["a"]]);
  });

  it.each([
    ["", 1],
    ["only", 1],
    ["a\nb\n", 3],
  ])("refuses %j with skip_header %s", async (text, skipHeader) => {
    await expect(rowsOf(text, { skipHeader })).rejects.toMatchObject({ code: "WEIR_CSV_HEADER_MISSING" });
  });

  it("leaves out comments, blank lines and blanks at the beginning of lines when told to", async () => {
    const text = "# c\n  #c\n\n  a, b\n \t\n\r\n#\nc,#d\n";
    expect((await rowsOf(text, { skipComments: true })).map(({ record }) => record)).toEqual([
      ["a", " b"],
      ["c", "#d"],
    ]);
  });

  it("keeps an empty first cell where a blank is the delimiter", async () => {
    const read = await rowsOf("#c\n\tb\n \t \na\tb\n", { skipComments: true, delimiter: "\t" });
    expect(read.map(({ record }) => record)).toEqual([
      ["", "b"],
      ["a", "b"],
    ]);
  });

  it("leaves out NUL characters and lines with an ignored beginning", async () => {
    expect((await rowsOf("a\0b\n;x\n ;y\n", { ignore: [";"] })).map(({ record }) => record)).toEqual([["ab"], [" ;y"]]);
  });

  it("takes an unclosed quote up to the end, and refuses endless cells", async () => {
    expect((await rowsOf('a,"b\nc')).map(({ record }) => record)).toEqual([["a", "b\nc"]]);
    await expect(rowsOf(`a,"${"b\n".repeat(70_000)}`)).rejects.toMatchObject({ code: "WEIR_CSV_CELL_TOO_LONG" });
  });

  it("reads cells of many lines, whatever is left out around the ends of blocks", async () => {
    const cell = `"${"x\n".repeat(1500)}"`;
    const rows = ["#c\n", "  ", "a\0", "é", "", "a", "#"].flatMap((start) => [`${start}1,${cell}\n`, `${start}2\r`]);
    const bytes = Buffer.from(rows.join("").repeat(3)).map((byte) => (byte === 0xc3 ? 0xff : byte));
    for (const options of [{ skipComments: true }, { strip: true }, {}]) {
      const make = () => csvRows(options);
      const expected = await readAll(make(), bodyInParts(bytes));
      expect(expected.filter(({ record }) => record.length === 2).length).toBeGreaterThan(12);
      expect(await readAll(make(), bodyInParts(bytes, 777))).toEqual(expected);
      expect(await readWithRestarts(make, bodyInParts(bytes))).toEqual(expected);
    }
  });

  it("marks the end of every row, though a quoted cell goes on", async () => {
    const row = `a,"${"x\n".repeat(700)}"\n`;
    const ends: number[] = [];
    for await (const { mark } of csvRows().read(body(row.repeat(20)), undefined)) ends.push(mark.offset);
    expect(ends.length).toBeGreaterThan(10);
    expect(ends.every((end) => end % row.length === 0)).toBe(true);
  });

  it.each([
    ["rows that end with carriage returns", "a,b\r", 1 << 20],
    ["a row of many cells of many lines", '"a\n",', 1],
    ["rows of long cells", `a,"${"x\n".repeat(1000)}"\n`, 2090],
  ])(
    "needs linear time for %s",
    async (_, text, count) => {
      const start = performance.now();
      let records = 0;
      for await (const batch of csvRows().read(body(text.repeat((4 << 20) / text.length)), undefined)) {
        records += batch.records.length;
        expect(batch.records.length).toBeLessThanOrEqual(1000);
      }
      expect(records).toBeGreaterThanOrEqual(count);
      expect(performance.now() - start).toBeLessThan(8000); // quadratic work took minutes
    },
    20_000,
  );

  it("gives the same rows whatever the parts of the body, and after a restart behind any batch", async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, fc.integer({ min: 1, max: 5000 }), fc.boolean(), async (text, size, skipComments) => {
        const make = () => csvRows({ skipComments });
        const expected = await readAll(make(), body(text)).catch(String);
        expect(await readAll(make(), body(text, size)).catch(String)).toEqual(expected);
        expect(await readWithRestarts(make, body(text, size)).catch(String)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});

describe("csvDicts", () => {
  it("gives cells by the names of the first row, null for what is missing", async () => {
    expect(await dictsOf("  h1,h2\na,b\n\n \nc\n")).toEqual([
      { record: { h1: "a", h2: "b" }, raw: "h1,h2\na,b" },
      { record: { h1: "c", h2: null }, raw: "h1,h2\nc," },
    ]);
  });

  it("takes the last of columns with one name", async () => {
    expect((await dictsOf("h,h\na,b\n"))[0]?.record).toEqual({ h: "b" });
  });

  it("keeps the row as it stands when raw is current", async () => {
    const [row] = await dictsOf('h1,h2\n"a","b"\n', { raw: "current", quoteHeader: true });
    expect(row?.raw).toBe('"h1","h2"\n"a","b"');
    expect((await dictsOf("h\na,surplus\n", { raw: "current" }))[0]?.record).toEqual({ h: "a" });
  });

  it("has no raw for a row with surplus cells when raw is written anew", async () => {
    for await (const batch of csvDicts().read(body("h\na,surplus\n"), undefined)) {
      expect(() => batch.raw(0)).toThrow("the row has 2 cells, but the header names 1");
      expect(batch.original?.(0).text).toBe("h\na,surplus");
    }
  });

  it("finds the header behind blanks and ignored lines of any length", async () => {
    const text = `${"\n".repeat(3000)}${"#x\n".repeat(3000)}h\na`;
    expect((await dictsOf(text, { ignore: ["#"] })).map(({ record }) => record)).toEqual([{ h: "a" }]);
  });

  it("gives nothing for an empty body, or one with a header only", async () => {
    expect([await dictsOf(""), await dictsOf("h1,h2\n")]).toEqual([[], []]);
  });

  it("gives the same rows whatever the parts of the body, and after a restart behind any batch", async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, fc.integer({ min: 1, max: 5000 }), async (text, size) => {
        const make = () => csvDicts({ raw: "current" });
        const expected = await readAll(make(), body(text)).catch(String);
        expect(await readAll(make(), body(text, size)).catch(String)).toEqual(expected);
        expect(await readWithRestarts(make, body(text, size)).catch(String)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});

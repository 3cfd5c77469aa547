import { parseJson } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonArray } from "./json-array.ts";
import { bodyInParts, readAll, readWithRestarts } from "./test-reading.ts";

const body = (text: string, size?: number) => bodyInParts(Buffer.from(text), size);

describe.each([
  ["parsed as a whole", 4 << 20],
  ["read element by element", 0],
])("jsonArray, %s", (_, wholeBytes) => {
  const reader = () => jsonArray({ wholeBytes });
  const rawsOf = async (text: string) => (await readAll(reader(), body(text))).map(({ raw }) => raw);

  it("gives the elements, each with an array of just it as raw", async () => {
    expect(await rawsOf(' [{"b": 1.0, "a": [1, "x,]"]},\n"\\"]", 12345678901234567890 ] ')).toEqual([
      '[{"b": 1.0, "a": [1, "x,]"]}]',
      '["\\"]"]',
      "[12345678901234567890]",
    ]);
  });

  it("skips elements that say nothing", async () => {
    expect(await rawsOf('[null, false, 0, 0.0, -0.0, "", [], {}, true, "0", [0], {"a": null}]')).toEqual([
      "[true]",
      '["0"]',
      "[[0]]",
      '[{"a": null}]',
    ]);
  });

  it.each(["[]", " [ ] ", "[null]"])("gives nothing for %s", async (text) => {
    expect(await rawsOf(text)).toEqual([]);
  });

  it("gives the names of an object's members", async () => {
    expect((await readAll(reader(), body('{"2": {}, "1": [1]}'))).map(({ record }) => record)).toEqual(["2", "1"]);
  });

  it.each(["null", "12", '"a"'])("refuses %s, which holds no records", async (text) => {
    await expect(rawsOf(text)).rejects.toMatchObject({ code: "WEIR_REPORT_NO_RECORDS" });
  });

  it.each(["", "[", "[1", "[1,]", "[,1]", "[1,,2]", "[1] 2", "[1}", '["a]', "[1 2]", "[x]", "[1]]"])(
    "refuses %j",
    async (text) => {
      await expect(rawsOf(text)).rejects.toThrow();
    },
  );

  it("gives the same records whatever the parts of the body, and after a restart behind any batch", async () => {
    const anyArray = fc
      .tuple(
        fc.array(fc.jsonValue({ depthSize: "small" }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 2500 }),
      )
      .map(([some, count]) => JSON.stringify(Array.from({ length: count }, (_, index) => some[index % some.length])));
    await fc.assert(
      fc.asyncProperty(anyArray, fc.integer({ min: 1, max: 5000 }), async (text, size) => {
        const expected = await readAll(reader(), body(text));
        expect(await readAll(reader(), body(text, size))).toEqual(expected);
        expect(await readWithRestarts(reader, body(text, size))).toEqual(expected);
        expect(expected).toEqual(await readAll(jsonArray(), body(text)));
      }),
      { numRuns: 25 },
    );
  });
});

describe("jsonArray", () => {
  it("gives no record of a small body that is damaged at its end, and those before the damage of a large one", async () => {
    const text = `[${"1,".repeat(2500)}x]`;
    const given = async (wholeBytes: number) => {
      let count = 0;
      try {
        for await (const { records } of jsonArray({ wholeBytes }).read(body(text), undefined)) count += records.length;
      } catch (error) {
        return [count, error instanceof Error && "code" in error ? error.code : error];
      }
      return count;
    };
    expect(await given(1 << 20)).toEqual([0, "WEIR_INVALID_JSON"]);
    expect(await given(0)).toEqual([2000, "WEIR_REPORT_JSON_ARRAY"]);
  });

  it("keeps numbers as they are", async () => {
    for await (const { records } of jsonArray({ wholeBytes: 0 }).read(body("[1.0, 1]"), undefined)) {
      expect(records).toEqual([parseJson("1.0"), 1]);
    }
  });
});

import { readFileSync } from "node:fs";
import { Float, type JsonValue } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadConfiguration, readConfiguration } from "./load-configuration.ts";
import { toPlain } from "./located.ts";

const load = (text: string) => loadConfiguration(text, "runtime.yaml");
const value = (scalar: string) => {
  const loaded = load(`a: ${scalar}\n`);
  return loaded instanceof Map ? loaded.get("a") : undefined;
};

describe("loadConfiguration", () => {
  it.each<[string, JsonValue]>([
    ["010", 10],
    ["0o17", 15],
    ["0b11", 3],
    ["0x1F", 31],
    ["1_000", 1000],
    ["-1_000", -1000],
    ["+5", 5],
    ["089", 89],
    ["1_0.5", 10.5],
    [".5", 0.5],
    ["1.", new Float(1)],
    ["1.0", new Float(1)],
    ["1e3", new Float(1000)],
    ["-0.0", -0],
    ["-0", 0],
    [".inf", Number.POSITIVE_INFINITY],
    ["-.INF", Number.NEGATIVE_INFINITY],
    [".nan", Number.NaN],
    ["123456789012345678901234567890", 123456789012345678901234567890n],
    ["~", null],
    ["", null],
    ["Null", null],
    ["yes", "yes"],
    ["off", "off"],
    ["True", true],
    ["FALSE", false],
    ["tRue", "tRue"],
    ["12:30", "12:30"],
    ["2031-05-06", "2031-05-06"],
    ["2031-05-06T07:08:09Z", "2031-05-06T07:08:09Z"],
    ["1.2.3", "1.2.3"],
    ["0b", "0b"],
    ["0b12", "0b12"],
    ["-", "-"],
    ["=", "="],
    ["'010'", "010"],
    ["!!str 5", "5"],
    ["! 5", "5"],
    ["!!int '5'", 5],
    ["!!float 5", new Float(5)],
    ["!!timestamp 2031-05-06", "2031-05-06"],
  ])("reads %s as YAML 1.2 with IntelMQ's numbers", (text, expected) => {
    if (text === "-") return expect(() => value(text)).toThrow();
    expect(value(text)).toEqual(expected);
  });

  it.each<[string, JsonValue]>([
    ["yes", true],
    ["Off", false],
    ["010", 8],
    ["1:30", 90],
    ["1e3", "1e3"],
    ["0o17", "0o17"],
  ])("reads %s by the rules of YAML 1.1 after its directive", (text, expected) => {
    const loaded = load(`%YAML 1.1\n---\na: ${text}\n`);
    expect(loaded).toEqual(new Map([["a", expected]]));
  });

  it("keeps the order of names, numbers among them", () => {
    const loaded = load("b: 1\n10: 2\n9: 3\n__proto__: 4\n");
    expect(loaded instanceof Map && [...loaded.keys()]).toEqual(["b", "10", "9", "__proto__"]);
    expect(Object.getPrototypeOf(toPlain(loaded))).toBe(null);
  });

  it("merges mappings, the own key winning and the earlier source before the later", () => {
    const loaded = load("a: &a {p: 1, q: 1}\nb: &b {q: 2, r: 2}\nc:\n  <<: [*a, *b]\n  p: 3\n");
    expect(loaded instanceof Map && toPlain(loaded.get("c") ?? null)).toEqual({ p: 3, q: 1, r: 2 });
  });

  it("takes an anchor as it was last set before the alias", () => {
    expect(load("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")).toEqual(
      new Map([
        ["a", 1],
        ["b", 1],
        ["c", 2],
        ["d", 2],
      ]),
    );
  });

  it("is null for an empty text", () => {
    expect(load("")).toBe(null);
    expect(load("# only a comment\n")).toBe(null);
  });

  it("reads JSON that is indented with tabs", () => {
    const loaded = load('{\n\t"a":\t[1, 2.0, {"b": "\\u00fc"}],\n\t"c": -Infinity\n}\n');
    expect(loaded).toEqual(
      new Map<string, JsonValue>([
        ["a", [1, new Float(2), new Map([["b", "ü"]])]],
        ["c", loaded instanceof Map && typeof loaded.get("c") === "number" ? Number.NEGATIVE_INFINITY : "-Infinity"],
      ]),
    );
  });

  it.each([
    ["a: 1\na: 2\n", '2:1: cannot be read: the key "a" is already in line 1'],
    ["a:\n\tb: 1\n", "2:1: cannot be read: the line is indented with a tab"],
    ["a: !!python/object:os.system ls\n", 'the tag "!!python/object:os.system" is not allowed'],
    ["a: !include x\n", 'the tag "!include" is not allowed'],
    ["a: *x\n", "the alias *x has no anchor &x before it"],
    ["a: &a [*a]\n", "the anchor &a contains an alias to itself"],
    ["[a]: 1\n", "a key has to be text"],
    ["a: 1\n---\nb: 1\n", "second document"],
    ["a: !!int x\n", "no value of type !!int"],
    ['{\n\t"a": 1,\n\t"b" 2\n}', "runtime.yaml:3:6: cannot be read: as JSON: `:` is missing"],
    [`a: ${"[".repeat(5000)}`, "nests more than 200 levels"],
    [`${"- ".repeat(5000)}a`, "nests more than 200 levels"],
  ])("refuses a bad text and says where and why (%#)", (text, message) => {
    expect(() => load(text)).toThrow(message);
  });

  it("refuses aliases that multiply", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`);
    expect(() => load(`l0: &l0 [1]\n${levels.join("\n")}\n`)).toThrow("aliases expand to more than");
  });

  it("refuses a file that is too large without parsing it", () => {
    expect(() => load("#".repeat(5_000_000))).toThrow("more than the 4194304 that are read");
  });
});

describe("readConfiguration", () => {
  it("says where every value and key stands", () => {
    const { root } = readConfiguration("a:\n  - b: {c: 12}\n", "f");
    const list = root?.kind === "map" ? root.entries.get("a")?.value : undefined;
    const item = list?.kind === "list" ? list.items[0] : undefined;
    const inner = item?.kind === "map" ? item.entries.get("b") : undefined;
    const entry = inner?.value.kind === "map" ? inner.value.entries.get("c") : undefined;
    expect(entry?.at).toEqual({ file: "f", line: 2, column: 9, length: 1 });
    expect(entry?.value.at).toEqual({ file: "f", line: 2, column: 12, length: 2 });
  });

  it("gives a tree or problems for any text, in time", () => {
    const piece = fc.constantFrom(
      "a",
      ":",
      " ",
      "\n",
      "- ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "&a ",
      "*a",
      "!",
      "'",
      '"',
      "|",
      ">",
      "#",
      "\t",
      "\r",
      "?",
      "%",
      "<<",
      "1",
      "\u0000",
      "\ud800",
      "---\n",
      "...\n",
      "  ",
      "\\",
      "@",
      "`",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { root, problems } = readConfiguration(pieces.join(""), "f");
        expect(root === undefined || problems.length === 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

const vectors = `${process.env.WEIR_VECTORS ?? new URL("../../../../../shared/vectors", import.meta.url).pathname}/lib/utils-load_configuration.json`;

describe("recorded configurations", () => {
  const text = readOptional(vectors);
  if (process.env.CI === "true" && text === undefined) throw new Error(`${vectors} is missing`);
  it.skipIf(text === undefined)("load as recorded", () => {
    const recorded = load(text ?? "");
    const list = recorded instanceof Map ? recorded.get("vectors") : undefined;
    if (!Array.isArray(list)) throw new Error("no vectors");
    for (const vector of list) {
      const [input] = vector.get("args");
      const result = vector.get("expect").get("result");
      if (result instanceof Map && result.has("raises")) expect(() => load(input), vector.get("id")).toThrow();
      else expect(comparable(load(input)), vector.get("id")).toEqual(comparable(result));
    }
  });

  /** Recorded tokens as our values; a date, which we keep as text, as its token. */
  function comparable(value: JsonValue): unknown {
    if (Array.isArray(value)) return value.map(comparable);
    if (typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value)) return "date";
    if (!(value instanceof Map)) return value;
    if (value.has("$other")) return value.get("$other");
    const integer = value.get("$int");
    if (typeof integer === "string") return BigInt(integer);
    return new Map([...value].map(([key, member]) => [key, comparable(member)]));
  }
});

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

import { Float, type JsonValue } from "@weir/format";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import {
  addBot,
  type Edit,
  type EditPath,
  editConfiguration,
  isSame,
  removeValue,
  renameKey,
  setValue,
} from "./edit.ts";
import { applyEdit } from "./edit-value.ts";
import { loadConfiguration } from "./load-configuration.ts";
import { toPlain } from "./located.ts";

const file = `# Our botnet
global:   # for all
  http_proxy: 'http://proxy:3128'   # the old one
  rate_limit: 0o17

feed-collector:
    module: intelmq.bots.collectors.http.collector_http
    parameters:
        # asked for on Monday
        http_url: "https://feed.example/list"
        destination_queues: {_default: [feed-parser-queue], _on_error: []}
        http_header:
            Accept: text/csv
    # end of the collector

feed-parser:
  module: m
  parameters:
    columns:
    - source.ip   # first
    - source.port
    text: |
      one
      two
    empty:
# the end
`;

const map = (entries: Record<string, JsonValue>) => new Map(Object.entries(entries));

/** The lines in which two texts differ, as a diff would show them. */
function changes(before: string, after: string): string[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return [
    ...a.slice(head, a.length - tail).map((line) => `-${line}`),
    ...b.slice(head, b.length - tail).map((line) => `+${line}`),
  ];
}

describe("editConfiguration", () => {
  const parser = ["feed-parser", "parameters"];
  const collector = ["feed-collector", "parameters"];
  it.each<[string, Edit, string[]]>([
    [
      "keeps quotes and comment of a text that it replaces",
      { kind: "set", path: ["global", "http_proxy"], value: "http://new:3128" },
      ["-  http_proxy: 'http://proxy:3128'   # the old one", "+  http_proxy: 'http://new:3128'   # the old one"],
    ],
    [
      "replaces an item of a list",
      { kind: "set", path: [...parser, "columns", 0], value: "source.asn" },
      ["-    - source.ip   # first", "+    - source.asn   # first"],
    ],
    ["appends to a block list", { kind: "set", path: [...parser, "columns", 2], value: "raw" }, ["+    - raw"]],
    [
      "appends to a flow list",
      { kind: "set", path: [...collector, "destination_queues", "_default", 1], value: "second-queue" },
      [
        "-        destination_queues: {_default: [feed-parser-queue], _on_error: []}",
        "+        destination_queues: {_default: [feed-parser-queue, second-queue], _on_error: []}",
      ],
    ],
    [
      "fills an empty flow list",
      { kind: "set", path: [...collector, "destination_queues", "_on_error", 0], value: "q" },
      [
        "-        destination_queues: {_default: [feed-parser-queue], _on_error: []}",
        "+        destination_queues: {_default: [feed-parser-queue], _on_error: [q]}",
      ],
    ],
    [
      "adds a parameter with the indentation of its siblings",
      { kind: "set", path: [...collector, "http_header", "X-Key"], value: map({ $env: "KEY" }) },
      ['+            X-Key: {"$env": KEY}'],
    ],
    [
      "adds a section that is missing on the way",
      { kind: "set", path: ["feed-parser", "weir", "queue"], value: true },
      ["+  weir: {queue: true}"],
    ],
    ["fills an empty value", { kind: "set", path: [...parser, "empty"], value: 5 }, ["-    empty:", "+    empty: 5"]],
    [
      "puts a block into an empty value",
      { kind: "set", path: [...parser, "empty"], value: map({ a: map({ b: map({ c: "x" }) }), d: "y" }) },
      ["+      a:", "+        b: {c: x}", "+      d: y"],
    ],
    [
      "replaces a block by a scalar",
      { kind: "set", path: [...collector, "http_header"], value: null },
      ["-        http_header:", "-            Accept: text/csv", "+        http_header: null"],
    ],
    [
      "replaces a text in block form",
      { kind: "set", path: [...parser, "text"], value: "one\nthree\n" },
      ["-      two", "+      three"],
    ],
    ["removes a parameter", { kind: "remove", path: ["global", "rate_limit"] }, ["-  rate_limit: 0o17"]],
    [
      "removes a block",
      { kind: "remove", path: [...parser, "columns"] },
      ["-    columns:", "-    - source.ip   # first", "-    - source.port"],
    ],
    [
      "removes from a flow mapping",
      { kind: "remove", path: [...collector, "destination_queues", "_default"] },
      [
        "-        destination_queues: {_default: [feed-parser-queue], _on_error: []}",
        "+        destination_queues: {_on_error: []}",
      ],
    ],
    [
      "leaves an empty mapping when the last is removed",
      { kind: "remove", path: [...collector, "http_header", "Accept"] },
      ["-        http_header:", "-            Accept: text/csv", "+        http_header: {}"],
    ],
    ["renames a bot", { kind: "rename", path: ["feed-parser"], name: "csv-parser" }, ["-feed-parser:", "+csv-parser:"]],
  ])("%s", (_, edit, expected) => {
    expect(changes(file, editConfiguration(file, [edit]))).toEqual(expected);
  });

  it("adds a bot at the end", () => {
    const entry = map({
      module: "m",
      enabled: false,
      parameters: map({ a: 1, destination_queues: map({ _default: ["q"] }) }),
    });
    const result = addBot("a:\n  module: m\n", "b", entry);
    expect(result).toBe(
      "a:\n  module: m\nb:\n  module: m\n  enabled: false\n  parameters:\n    a: 1\n    destination_queues: {_default: [q]}\n",
    );
    expect(() => addBot(result, "b", entry)).toThrow("there is a bot of this name");
  });

  it("writes the first bot into an empty file, below its comments", () => {
    expect(addBot("# nothing yet\n", "b", map({ module: "m" }))).toBe("# nothing yet\nb:\n  module: m\n");
    expect(addBot("{}", "b", map({ module: "m" }))).toBe("b:\n  module: m");
  });

  it("keeps the layout of a file that is JSON", () => {
    const json = '{\n    "a": {\n        "module": "m"\n    }\n}\n';
    expect(setValue(json, ["a", "enabled"], false)).toBe(
      '{\n    "a": {\n        "module": "m",\n        "enabled": false\n    }\n}\n',
    );
    expect(setValue(json.replaceAll("    ", "\t"), ["a", "module"], "n")).toBe(
      json.replaceAll("    ", "\t").replace('"m"', '"n"'),
    );
  });

  it("keeps Windows line ends", () => {
    expect(setValue("a:\r\n  b: 1\r\n", ["a", "c"], "x")).toBe("a:\r\n  b: 1\r\n  c: x\r\n");
  });

  it("refuses an edit that would change what an alias stands for", () => {
    const shared = "a: &x {p: 1}\nb: *x\nc:\n  <<: *x\n  q: 2\n";
    expect(() => setValue(shared, ["a", "p"], 2)).toThrow("shared by an anchor");
    expect(() => setValue(shared, ["b", "p"], 2)).toThrow("alias");
    expect(() => removeValue(shared, ["c", "p"])).toThrow("merged from elsewhere");
    expect(setValue(shared, ["c", "p"], 3)).toBe("a: &x {p: 1}\nb: *x\nc:\n  <<: *x\n  q: 2\n  p: 3\n");
  });

  it("refuses what leads nowhere", () => {
    expect(() => removeValue("a: 1\n", ["b"])).toThrow("there is no such value");
    expect(() => setValue("a: 1\n", ["a", "b"], 1)).toThrow("a is a number, not a mapping");
    expect(() => renameKey("a: 1\nb: 2\n", ["a"], "b")).toThrow("taken");
    expect(() => setValue("a: [\n", ["a"], 1)).toThrow("cannot be read");
  });
});

describe("any edit of any configuration", () => {
  const key = fc.oneof(
    fc.stringMatching(/^[a-z_][a-z_.-]{0,6}$/),
    fc.constantFrom("a b", "010", "yes", "on-error", "x: y", "#c", "ü"),
  );
  const word = fc.constantFrom(
    "text",
    "yes",
    "1.0",
    "",
    " x ",
    "a: b",
    "a #b",
    "two\nlines\n",
    "two\n lines",
    "-",
    "ü€",
    "'",
    '"',
    "null",
    "2031-05-06",
    "{x}",
    "[",
    "a,b",
    "\u0007",
    "http://x:80/?a=b&c#d",
    "*x",
    "&x",
    "x:",
    "~",
    "\n",
    "a\n\nb\n",
    "\ttab",
    "%d",
    "@x",
    "|",
    "1_000",
    "12:30",
    "=",
    "<<",
    "---",
    "...",
  );
  const scalar = fc.oneof(
    word,
    fc.string({ maxLength: 12 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(
      new Float(1),
      0.5,
      1e-7,
      new Float(1e21),
      new Float(1e3),
      12345678901234567890n,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      -0,
    ),
  );
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
    ),
  }));
  const root = fc
    .array(fc.tuple(key, value), { minLength: 1, maxLength: 4 })
    .map((entries): JsonValue => new Map(entries));
  const layout = fc.record({
    indent: fc.constantFrom(2, 3, 4),
    indentSeq: fc.boolean(),
    collectionStyle: fc.constantFrom("any" as const, "flow" as const, "block" as const),
    defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_SINGLE" as const, "QUOTE_DOUBLE" as const),
    lineWidth: fc.constantFrom(0, 40),
  });

  it("has the meant value, and keeps all comments", () => {
    let edited = 0;
    fc.assert(
      fc.property(
        root,
        layout,
        fc.array(fc.nat(30), { maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        value,
        key,
        fc.boolean(),
        (start, options, comments, dice, next, name, unix) => {
          let text = stringify(start, (_, inner: unknown) => (inner instanceof Float ? inner.value : inner), {
            ...options,
            schema: "core",
          });
          text = withComments(text, comments);
          if (!unix) text = text.replaceAll("\n", "\r\n");
          const before = tryLoad(text);
          if (before === undefined) return;
          const throwDie = () => Number(dice.next().value);
          const edit = chooseEdit(before, throwDie, next, name);
          if (edit === undefined) return;
          edited++;
          const after = editConfiguration(text, [edit]);
          expect(isSame(loadConfiguration(after, "f"), applyEdit(before, edit))).toBe(true);
          const old = valueAt(before, edit.path);
          const keepsAll =
            edit.kind === "rename" || (edit.kind === "set" && !(old instanceof Map) && !Array.isArray(old));
          if (keepsAll) expect(commentsOf(after)).toEqual(commentsOf(text));
        },
      ),
      { numRuns: 1000 },
    );
    expect(edited).toBeGreaterThan(300);
  });

  /** The generator of texts makes some (of empty collections, and of odd texts) that are no YAML. */
  function tryLoad(text: string): JsonValue | undefined {
    try {
      return loadConfiguration(text, "f");
    } catch (error) {
      if (error instanceof Error) return undefined;
      throw error;
    }
  }

  /** Comment lines where they change nothing. */
  function withComments(text: string, places: readonly number[]): string {
    return places.reduce((current, place, index) => {
      const lines = current.split("\n");
      const at = place % lines.length;
      const indent = /^ */.exec(lines[at] ?? "")?.[0] ?? "";
      const result = [...lines.slice(0, at), `${indent}# comment ${index}`, ...lines.slice(at)].join("\n");
      const loaded = tryLoad(result);
      return loaded !== undefined && isSame(loaded, tryLoad(current) ?? null) ? result : current;
    }, text);
  }

  function commentsOf(text: string): string[] {
    return text.match(/# comment \d/g) ?? [];
  }

  function chooseEdit(start: JsonValue, throwDie: () => number, value: JsonValue, name: string): Edit | undefined {
    const path: (string | number)[] = [];
    let here = start;
    for (let depth = 0; depth < 5; depth++) {
      if (here instanceof Map) {
        const keys = [...here.keys()];
        const chosen = throwDie() % (keys.length + 1);
        const key = keys[chosen];
        if (key === undefined) return here.has(name) ? undefined : { kind: "set", path: [...path, name], value };
        path.push(key);
        here = here.get(key) ?? null;
      } else if (Array.isArray(here)) {
        const chosen = throwDie() % (here.length + 1);
        if (chosen === here.length) return { kind: "set", path: [...path, chosen], value };
        path.push(chosen);
        here = here[chosen] ?? null;
      } else break;
      if (throwDie() % 3 === 0) break;
    }
    return finish(path, throwDie() % 3, start, value, name);
  }

  function valueAt(value: JsonValue, path: EditPath): JsonValue {
    return path.reduce<JsonValue>((here, step) => {
      if (here instanceof Map) return here.get(String(step)) ?? null;
      return Array.isArray(here) ? (here[Number(step)] ?? null) : null;
    }, value);
  }

  function finish(path: EditPath, kind: number, start: JsonValue, value: JsonValue, name: string): Edit | undefined {
    if (kind === 0) return { kind: "set", path, value };
    if (kind === 1) return { kind: "remove", path };
    const parent = valueAt(start, path.slice(0, -1));
    return typeof path.at(-1) === "string" && parent instanceof Map && !parent.has(name)
      ? { kind: "rename", path, name }
      : undefined;
  }
});

it("shows plain values as schemas get them", () => {
  expect(toPlain(loadConfiguration("a: {b: [1.0]}", "f"))).toEqual({ a: { b: [1] } });
});

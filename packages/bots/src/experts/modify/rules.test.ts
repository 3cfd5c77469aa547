import { compileFields, createEvent, defaultHarmonization, type JsonValue, toJsonValue } from "@weir/format";
import { describe, expect, it } from "vitest";
import { compileRules } from "./rules.ts";

const fields = compileFields(defaultHarmonization, "event");
const refuse = (problem: string, cause?: unknown) => new Error(problem, { cause });

function compile(rules: unknown, ignoreCase = false) {
  const file = toJsonValue(rules);
  if (file === undefined) throw new Error("a test gave rules that no file could hold");
  return compileRules(file, { ignoreCase, refuse });
}

/** A rule as a file would hold it. */
function rule(condition: unknown, values: unknown, rulename: unknown = "r") {
  return new Map([
    ["rulename", rulename],
    ["if", condition],
    ["then", values],
  ]);
}

const event = createEvent(
  fields,
  Object.entries({
    comment: "Hello World",
    "source.port": 80,
    "feed.accuracy": toJsonValue(50.5),
    "source.tor_node": true,
    "extra.d": { k: "v" },
    "extra.l": ["a", "b"],
  }),
);

/** The value that the template gives for the event, when the comment matches the expression. */
function filled(template: string, expression = "(?P<w>W(or)ld)(X)?"): JsonValue | undefined {
  const [compiled] = compile([rule({ comment: expression }, { "extra.r": template })]);
  const matches = compiled?.match(event);
  return matches === undefined ? undefined : compiled?.assignments[0]?.value(event, matches);
}

describe("compileRules", () => {
  it.each([
    [{ comment: "World" }],
    [{ comment: "^Hello" }],
    [{ "source.fqdn": "" }],
    [{}],
    [{ "source.port": 80 }],
    [{ "source.port": "^80$" }],
    [{ "feed.accuracy": "^50.5$" }],
    [{ "source.tor_node": true }],
    [{ "source.tor_node": "True" }],
    [{ "source.tor_node": 1 }],
    [{ "extra.l": ["a", "b"] }],
    [{ "extra.d": "'k'" }],
    [{ extra: '"k"' }],
  ])("lets the condition %o hold", (condition) => {
    expect(compile([rule(condition, {})])[0]?.match(event)).toBeDefined();
  });

  it.each([
    [{ comment: "hello" }],
    [{ comment: "" }],
    [{ "source.port": "8080" }],
    [{ "source.fqdn": "x" }],
    [{ "no.such": "x" }],
    [{ "source.tor_node": "true" }],
    [{ "source.tor_node": false }],
    [{ comment: null }],
    [{ comment: "World", "source.port": 81 }],
  ])("does not let the condition %o hold", (condition) => {
    expect(compile([rule(condition, {})])[0]?.match(event)).toBeUndefined();
  });

  it("ignores case when asked to", () => {
    expect(compile([rule({ comment: "hello" }, {})], true)[0]?.match(event)).toBeDefined();
  });

  it.each([
    ["{matches[comment][w]} {msg[source.port]:05d} {{x}}", "World 00080 {x}"],
    ["{matches[comment][0]}|{matches[comment][2]}|{matches[comment][3]}", "World|or|None"],
    ["{msg[extra.d][k]} {msg[extra.l][0]}", "v a"],
    ["{msg[comment]!r:>15}|{msg[comment]:.5}", "  'Hello World'|Hello"],
    ["plain ü text", "plain ü text"],
  ])("fills the template %s", (template, expected) => {
    expect(filled(template)).toBe(expected);
  });

  it.each([
    ["{msg[source.fqdn]}", '"source.fqdn"'],
    ["{msg[extra.l][7]}", "extra.l][7"],
    ["{matches[source.ip][0]}", "matches[source.ip]"],
    ["{matches[comment][nope]}", "nope"],
  ])("fails on the event for the template %s", (template, reason) => {
    expect(() => filled(template)).toThrow(reason);
  });

  it.each([
    [{ rulename: "r" }, "it is no list of rules"],
    [["r"], "rule 1 is no mapping"],
    [[new Map([["if", {}]])], 'rule 1 has no "rulename"'],
    [
      [
        new Map<string, unknown>([
          ["rulename", "r"],
          ["then", {}],
        ]),
      ],
      'rule 1 ("r") has no "if"',
    ],
    [[{ rulename: "r", if: {} }], 'rule 1 ("r") has no "then"'],
    [[rule([], {})], '"if" of rule 1 ("r") is no mapping of fields'],
    [[rule({ comment: "(" }, {})], 'the condition on "comment" of rule 1 ("r") is no regular expression'],
    [[rule({}, { comment: "{foo}" })], 'the value for "comment" of rule 1 ("r") is no template'],
    [[rule({}, { comment: "{0}" })], "is no template"],
    [[rule({}, { comment: "{}" })], "is no template"],
    [[rule({}, { comment: "a } b" })], "is no template"],
    [[rule({}, { comment: "{msg.constructor}" })], "is no template"],
  ])("refuses %o", (rules, reason) => {
    expect(() => compile(rules)).toThrow(reason);
  });

  it("takes any rule name, and no rules at all", () => {
    expect(compile([rule({}, {}, 5)])[0]?.name).toBe("5");
    expect(compile([])).toEqual([]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryExpert } from "@weir/engine/testing";
import { afterAll, describe, expect, it } from "vitest";
import modify from "./modify.ts";

const directory = mkdtempSync(join(tmpdir(), "modify-"));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;

/** Tries the expert with a file of these rules, or with this text as the file. */
function run(rules: string | readonly string[], parameters = {}) {
  const file = join(directory, `${files++}.conf`);
  writeFileSync(file, typeof rules === "string" ? rules : `[${rules.join(",\n")}]`);
  return tryExpert(modify, { configuration_path: file, ...parameters });
}

const event = { comment: "Hello World", "source.port": 80 };
const rule = (condition: object, values: object) =>
  `{"rulename": "r", "if": ${JSON.stringify(condition)}, "then": ${JSON.stringify(values)}}`;

describe("modify", () => {
  it("applies every rule that matches, in order, each seeing what the ones before have changed", async () => {
    const rules = [
      rule({ comment: "World" }, { comment: "B" }),
      rule({ comment: "^B$" }, { "extra.q": "{matches[comment][0]}" }),
    ];
    expect(await run(rules)(event)).toEqual([{ comment: "B", "source.port": 80, "extra.q": "B" }]);
  });

  it.each([
    [1, { "extra.a": 1 }],
    [2, { "extra.a": 1, "extra.b": 1 }],
    [true, { "extra.a": 1 }],
    [0, { "extra.a": 1, "extra.b": 1 }],
    [null, { "extra.a": 1, "extra.b": 1 }],
  ])("stops after maximum_matches %j", async (maximum_matches, expected) => {
    const rules = [rule({ comment: "nothing" }, {}), rule({}, { "extra.a": 1 }), rule({}, { "extra.b": 1 })];
    expect(await run(rules, { maximum_matches })(event)).toEqual([{ ...event, ...expected }]);
  });

  it("passes an event that no rule matches", async () => {
    expect(await run([rule({ comment: "hello" }, { comment: "x" })])(event)).toEqual([event]);
  });

  it("ignores case when asked to", async () => {
    expect(await run([rule({ comment: "hello" }, { "extra.r": 1 })], { case_sensitive: false })(event)).toMatchObject([
      { "extra.r": 1 },
    ]);
  });

  it("replaces a field by default, keeps it with false, and fails with null", async () => {
    const rules = [rule({}, { comment: "B" })];
    expect(await run(rules)(event)).toMatchObject([{ comment: "B" }]);
    expect(await run(rules, { overwrite: false })(event)).toEqual([event]);
    await expect(run(rules, { overwrite: null })(event)).rejects.toThrow("comment");
  });

  it.each(["", "-", "N/A", null])("removes a field that is set to %j", async (value) => {
    expect(await run([rule({}, { comment: value })])(event)).toEqual([{ "source.port": 80 }]);
    expect(await run([rule({}, { comment: value })], { overwrite: false })(event)).toEqual([event]);
  });

  it("cleans what it sets, and keeps the kind of other values", async () => {
    const values = { "source.fqdn": "EX.at", "destination.port": "{msg[source.port]}1", "extra.l": [1.0, { a: null }] };
    expect(await run([rule({}, values)])(event)).toMatchObject([
      { "source.fqdn": "ex.at", "destination.port": 801, "extra.l": [1, { a: null }] },
    ]);
  });

  it.each([{ "source.ip": "x" }, { "no.such": 1 }])("fails where the event does not take %o", async (values) => {
    await expect(run([rule({}, values)])(event)).rejects.toThrow(Object.keys(values)[0]);
  });

  it("reads YAML", async () => {
    expect(await run("- rulename: r\n  if: {comment: World}\n  then: {extra.r: yes}\n")(event)).toMatchObject([
      { "extra.r": "yes" },
    ]);
  });

  it.each([
    ['[{"rulename": ', "0.conf"],
    ["{}", "it is no list of rules"],
    ["", "it is no list of rules"],
  ])("does not start with the file %j", async (text) => {
    await expect(run(text)(event)).rejects.toThrow(".conf");
  });

  it("does not start without the file, and says which it wants", async () => {
    const file = join(directory, "none.conf");
    await expect(tryExpert(modify, { configuration_path: file })(event)).rejects.toThrow(file);
  });
});

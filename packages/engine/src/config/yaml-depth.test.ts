import { describe, expect, it } from "vitest";
import { readYaml } from "./read-yaml.ts";
import { nestsTooDeep } from "./yaml-depth.ts";

const deep = (count: number, piece: string) => piece.repeat(count);
const stairs = (count: number, piece: string) =>
  Array.from({ length: count }, (_, i) => " ".repeat(i) + piece).join("\n");

describe("nestsTooDeep", () => {
  it.each([
    ["brackets", deep(500, "[")],
    ["braces", deep(500, "{a: ")],
    ["dashes", deep(500, "- ")],
    ["question marks", deep(500, "? ")],
    ["colons in brackets", `[${deep(500, "a: ")}`],
    ["indented mappings", stairs(500, "a:")],
    ["indented lists", stairs(500, "-")],
    ["a mix", `${stairs(300, "- a:")} ${deep(200, "[")}`],
  ])("recognises %s", (_, text) => expect(nestsTooDeep(text)).toBe(true));

  it.each([
    ["a long flow list", `[${deep(10_000, "1, ")}]`],
    ["a long flow mapping", `{${Array.from({ length: 5000 }, (_, i) => `k${i}: v`).join(", ")}}`],
    [
      "many bots",
      Array.from({ length: 2000 }, (_, i) => `b${i}:\n  module: m\n  parameters: {a: [1, {b: c}]}\n`).join(""),
    ],
    ["brackets in texts and comments", deep(1000, "# :-[ {\n") + deep(1, "a: '[[[[['\n")],
    ["a list of lists", deep(2000, "- - - a\n")],
  ])("lets %s pass", (_, text) => expect(nestsTooDeep(text)).toBe(false));

  it("stands before the parser, whose stack it protects", () => {
    for (const piece of [
      "[",
      "{",
      "{a: ",
      "- ",
      "? ",
      "[a: ",
      "a: ",
      "!x ",
      "&a ",
      "* ",
      "'",
      '"',
      "|",
      "[,",
      ": ",
      "-\n",
      "\t",
      "%",
      "}",
      "]",
    ]) {
      const { root, problems } = readYaml(deep(20_000, piece), "f");
      expect(root === undefined || problems.length === 0).toBe(true);
    }
  });
});

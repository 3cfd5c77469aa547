import { describe, expect, it } from "vitest";
import { PhysicalLines } from "./physical-lines.ts";

describe("PhysicalLines", () => {
  it("ends lines at line feeds and carriage returns only, and keeps their ends", () => {
    expect([...new PhysicalLines("a\rb\r\nc\v\u2028d\n\ne")]).toEqual(["a\r", "b\r\n", "c\v\u2028d\n", "\n", "e"]);
  });

  it("remembers the first and the current of the lines that it keeps", () => {
    const lines = new PhysicalLines("# comment\na\nb\n", (line) => !line.startsWith("#"));
    expect([lines.first, lines.current]).toEqual([undefined, undefined]);
    expect([...lines]).toEqual(["a\n", "b\n"]);
    expect([lines.first, lines.current]).toEqual(["a\n", "b\n"]);
  });
});

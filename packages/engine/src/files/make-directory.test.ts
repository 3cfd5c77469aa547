import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDirectory } from "./make-directory.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "weir-dir-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("makeDirectory", () => {
  it("makes all that are missing and says which", () => {
    expect(makeDirectory(join(root, "a", "b"))).toEqual([join(root, "a"), join(root, "a", "b")]);
    expect(existsSync(join(root, "a", "b"))).toBe(true);
    expect(makeDirectory(join(root, "a", "b"))).toEqual([]);
  });

  it("throws below a file", () => {
    writeFileSync(join(root, "f"), "");
    expect(() => makeDirectory(join(root, "f", "x"))).toThrow(/ENOTDIR|EEXIST/);
  });

  it("throws below /proc, where Node's own recursive form never returns", () => {
    expect(() => makeDirectory("/proc/no-such-directory/x")).toThrow("ENOENT");
  });
});

import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listVersions, readVersion, revisionOf, rollBack, saveConfiguration } from "./save.ts";

let directory: string;
let file: string;
let historyDir: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "weir-save-"));
  file = join(directory, "runtime.yaml");
  historyDir = join(directory, "state/history");
});
afterEach(() => rmSync(directory, { recursive: true }));

const save = (text: string, more: { basedOn?: string } = {}) =>
  saveConfiguration({ file, text, historyDir, who: "ana", why: "test", time: 1000, ...more });
const history = async () => (await listVersions(historyDir)).map(({ number, who, why }) => `${number} ${who}: ${why}`);

describe("saveConfiguration", () => {
  it("writes the file and a version, and leaves nothing else behind", async () => {
    expect(await save("a: 1\n")).toEqual({
      number: 1,
      time: 1000,
      who: "ana",
      why: "test",
      sha256: revisionOf("a: 1\n"),
    });
    expect(readFileSync(file, "utf8")).toBe("a: 1\n");
    expect(readdirSync(directory)).toEqual(["runtime.yaml", "state"]);
    expect(readdirSync(historyDir)).toEqual(["0001.json", "0001.yaml"]);
  });

  it("keeps what it found, and what somebody wrote past it, as versions", async () => {
    writeFileSync(file, "found: 1\n");
    await save("a: 1\n");
    writeFileSync(file, "by hand: 1\n");
    await save("b: 1\n");
    expect(await history()).toEqual([
      "1 unknown: as found",
      "2 ana: test",
      "3 unknown: changed outside of Weir",
      "4 ana: test",
    ]);
    expect(await readVersion(historyDir, 3)).toBe("by hand: 1\n");
  });

  it("does nothing when nothing changes", async () => {
    await save("a: 1\n");
    expect(await save("a: 1\n")).toBeUndefined();
    expect(await history()).toEqual(["1 ana: test"]);
  });

  it("refuses to overwrite what it was not based on", async () => {
    writeFileSync(file, "a: 2\n");
    await expect(save("a: 3\n", { basedOn: revisionOf("a: 1\n") })).rejects.toThrow("changed by somebody else");
    expect(readFileSync(file, "utf8")).toBe("a: 2\n");
    await save("a: 3\n", { basedOn: revisionOf("a: 2\n") });
    expect(readFileSync(file, "utf8")).toBe("a: 3\n");
  });

  it("keeps the mode and a symbolic link, and hides the history from others", async () => {
    writeFileSync(join(directory, "real.yaml"), "a: 1\n");
    chmodSync(join(directory, "real.yaml"), 0o640);
    symlinkSync("real.yaml", file);
    await save("a: 2\n");
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, "real.yaml"), "utf8")).toBe("a: 2\n");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(statSync(historyDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(historyDir, "0002.yaml")).mode & 0o777).toBe(0o600);
  });

  it("saves one at a time", async () => {
    await Promise.all(Array.from({ length: 8 }, (_, i) => save(`a: ${i}\n`)));
    const versions = await listVersions(historyDir);
    expect(versions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(revisionOf(readFileSync(file, "utf8"))).toBe(versions.at(-1)?.sha256);
  });

  it("takes away the lock of a process that is no more", async () => {
    await save("a: 1\n");
    writeFileSync(join(historyDir, "lock"), "999999999\n");
    await save("a: 2\n");
    expect(readdirSync(historyDir)).not.toContain("lock");
  });
});

describe("rollBack", () => {
  it("makes an earlier text a new version", async () => {
    await save("a: 1\n");
    await save("a: 2\n");
    await rollBack({ file, historyDir, who: "bob" }, 1);
    expect(readFileSync(file, "utf8")).toBe("a: 1\n");
    expect(await history()).toEqual(["1 ana: test", "2 ana: test", "3 bob: back to version 1"]);
    await expect(rollBack({ file, historyDir, who: "bob" }, 9)).rejects.toThrow("there is no version 9");
  });
});

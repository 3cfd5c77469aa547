import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "weir-vectors-"));
afterAll(() => rmSync(directory, { recursive: true }));

function run(args: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, CI: "", ...environment };
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", env });
}

mkdirSync(join(directory, "lib"));
writeFileSync(join(directory, "index.json"), '{"lib": {"small": 3}}');
writeFileSync(
  join(directory, "lib/small.json"),
  JSON.stringify({
    area: "utils",
    vectors: [
      { id: "lib/small/1", function: "lazy_int", args: ["5"], expect: { result: 5 } },
      { id: "lib/small/2", function: "lazy_int", args: ["5"], expect: { result: 6 } },
      { id: "lib/small/3", function: "unheard_of", args: [], expect: { result: 1 } },
    ],
  }),
);

describe("the command line", () => {
  it("says so when there are no vectors, which is an error in CI only", () => {
    const absent = ["--vectors", join(directory, "absent")];
    expect(run(absent)).toMatchObject({ status: 0, stdout: expect.stringContaining("There are no vectors") });
    expect(run(absent, { CI: "true" }).status).toBe(1);
  });

  it("shows a line per file and the differences, and fails when a vector failed", () => {
    const { status, stdout } = run(["--vectors", directory]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/lib\/small +1 passed, 1 failed, 1 missing \(no function unheard_of here\)/);
    expect(stdout).toContain("lib/small/2 at expect.result\n    expected 6\n    observed 5");
  });

  it("writes the counts as JSON", () => {
    const file = join(directory, "result.json");
    run(["--vectors", directory, "--json", file]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      "lib/small": {
        passed: 1,
        failed: 1,
        missing: 1,
        differs: 0,
        failures: [{ id: "lib/small/2", at: "expect.result" }],
      },
    });
  });

  it("takes a part of the vectors, and refuses one that does not exist", () => {
    expect(run(["--vectors", directory, "--only", "lib/small"]).stdout).toContain("1 files");
    expect(run(["--vectors", directory, "--only", "parsers"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("No vectors are called parsers"),
    });
  });
});

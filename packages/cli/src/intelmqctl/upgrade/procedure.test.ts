/** Golden folders: configurations before, and what the upgrade makes of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { steps, stepsToRun, upgrade } from "./procedure.ts";

const cases = fileURLToPath(new URL("./cases/", import.meta.url));

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function upgradeCase(name: string) {
  const read = (path: string) => readIfThere(join(cases, name, path));
  const harmonization = read("harmonization.conf");
  const texts = { runtime: read("runtime.yaml") ?? "", ...(harmonization === undefined ? {} : { harmonization }) };
  return { texts, upgraded: upgrade(texts, steps, true, read) };
}

describe("upgrade", () => {
  it.each(readdirSync(cases))("%s", async (name) => {
    const { upgraded } = upgradeCase(name);
    const { runtime, harmonization, files, results } = upgraded;
    const told = results.flatMap(({ name: step, success, changed, message }) =>
      success && !changed
        ? []
        : [
            `${step}: ${success ? "changed" : `${changed ? "changed, " : ""}failed`}${message === undefined ? "" : `: ${message}`}\n`,
          ],
    );
    const rest = files.map((file) =>
      file.kind === "remove" ? `removes ${file.path}\n` : `writes ${file.path}:\n${file.text}`,
    );
    await expect(runtime).toMatchFileSnapshot(`cases/${name}/expected/runtime.yaml`);
    await expect(`${told.join("")}${rest.join("")}`).toMatchFileSnapshot(`cases/${name}/expected/told.txt`);
    if (harmonization !== undefined)
      await expect(harmonization).toMatchFileSnapshot(`cases/${name}/expected/harmonization.conf`);
  });

  it.each(readdirSync(cases))("has nothing left to do for %s", (name) => {
    const { runtime, harmonization } = upgradeCase(name).upgraded;
    const texts = { runtime, ...(harmonization === undefined ? {} : { harmonization }) };
    const again = upgrade(texts, steps, true, () => undefined);
    expect(again.results.filter(({ changed }) => changed)).toEqual([]);
    expect({ runtime: again.runtime, harmonization: again.harmonization }).toEqual({ runtime, harmonization });
  });

  it("leaves JSON as JSON", () => {
    expect(() => JSON.parse(upgradeCase("old-files").upgraded.runtime)).not.toThrow();
    expect(() => JSON.parse(upgradeCase("harmonization").upgraded.harmonization ?? "")).not.toThrow();
  });

  it("goes on when a step fails, and says why", () => {
    const runtime = "csv: {module: intelmq.bots.parsers.generic.parser_csv, parameters: {delimeter: x}}\n";
    const { results, runtime: after } = upgrade({ runtime }, steps, true, (path) =>
      path === "defaults.conf" ? "[" : undefined,
    );
    expect(results.filter(({ success }) => !success)).toMatchObject([
      { name: "v300_defaults_file_removal", message: expect.stringContaining("defaults.conf") },
    ]);
    expect(after).toContain("delimiter: x");
  });
});

describe("stepsToRun", () => {
  const names = (upgrades: Record<string, boolean>, versions: (string | number)[][], force = false) =>
    stepsToRun({ upgrades, version_history: versions }, { force }).map(({ name }) => name);
  const done = Object.fromEntries(steps.map(({ name }) => [name, true]));

  it("takes all when nothing is known, or by force", () => {
    expect(names({}, [])).toHaveLength(steps.length);
    expect(names(done, [])).toHaveLength(steps.length);
    expect(names(done, [[3, 3, 2]], true)).toHaveLength(steps.length);
  });

  it("takes what is newer than the last version, and what was not done", () => {
    expect(
      names(done, [
        [2, 0, 1],
        [3, 1, 0],
      ]),
    ).toEqual(["v320_update_turris_greylist_url", "v322_url_replacement", "v322_removed_feeds_and_bots"]);
    expect(names({ ...done, v202_fixes: false }, [[3, 3, 2]])).toEqual(["v202_fixes"]);
  });
});

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "append-file-crash-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const module = new URL("../../../dist/outputs/file/append-file.js", import.meta.url).href;

/** A process that appends what is not committed yet of three batches, committing each (to a file of its own) when it is done. */
const program = `
  import { readFileSync, writeFileSync, existsSync } from "node:fs";
  import { AppendFile } from ${JSON.stringify(module)};
  const [directory] = process.argv.slice(1);
  const store = directory + "/store.json";
  const kept = existsSync(store) ? JSON.parse(readFileSync(store, "utf8")) : { done: 0, state: [] };
  const state = new Map(kept.state.map(([key, value]) => [key, new Map(value)]));
  const commit = (done) => writeFileSync(store, JSON.stringify({ done, state: [...state].map(([key, value]) => [key, [...value]]) }));
  const log = { debug() {}, info() {}, warning() {}, error() {} };
  const file = new AppendFile({ path: directory + "/events.txt", journalDirectory: directory + "/journals", owner: "us", state, log });
  await file.open();
  for (let batch = kept.done; batch < 3; batch++) {
    await file.append(Buffer.from(\`batch \${batch}\\nof two lines\\n\`));
    commit(batch + 1);
  }
  await file.close();
`;

function run(killPoint?: string) {
  const environment = killPoint === undefined ? {} : { WEIR_KILL_POINT: killPoint };
  return spawnSync(process.execPath, ["--input-type=module", "-e", program, directory], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
}

describe("AppendFile in a process that is killed", () => {
  const points = ["file-output.after-write", "file-output.after-sync"];

  it.each(points.flatMap((point) => [1, 2, 3].map((time) => `${point}:${time}`)))(
    "holds every batch once after a kill at %s",
    (killPoint) => {
      const path = join(directory, "events.txt");
      expect(existsSync(new URL(module)), "the package is built").toBe(true);
      writeFileSync(path, "was there before\n");
      expect(run(killPoint).signal).toBe("SIGKILL");
      const second = run();
      expect([second.status, second.stderr]).toEqual([0, ""]);
      const batches = [0, 1, 2].map((batch) => `batch ${batch}\nof two lines\n`);
      expect(readFileSync(path, "utf8")).toBe(`was there before\n${batches.join("")}`);
    },
  );
});

/** `npm run demo`: makes everything ready and runs the quickstart botnet on its samples. `-- --once` ends when all is processed. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { prepare } from "./prepare.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quickstart = join(root, "examples", "quickstart");

prepare();
for (const folder of readdirSync(join(quickstart, "samples"))) {
  mkdirSync(join(quickstart, "drop", folder), { recursive: true });
  cpSync(join(quickstart, "samples", folder), join(quickstart, "drop", folder), { recursive: true });
}
const args = [
  join(root, "packages/cli/bin/weir.js"),
  "--root",
  quickstart,
  "up",
  "--progress",
  ...process.argv.slice(2),
];
const child = spawn(process.execPath, args, { stdio: "inherit", cwd: quickstart });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 0);
});

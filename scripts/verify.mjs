/**
 * `npm run verify`: everything that must hold, cheapest first. Each step says how to run it alone.
 * Plain Node: the first step installs what the others need.
 */
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { prepare } from "./prepare.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const steps = [
  ["format and lint", "npm", ["run", "--silent", "lint"]],
  ["build and types", "npm", ["run", "--silent", "build"]],
  ["types of the tests", "npm", ["run", "--silent", "types:tests"]],
  ["dead code", "npm", ["run", "--silent", "deadcode"]],
  ["generated files are current", "npm", ["run", "--silent", "generate", "--", "--check"]],
  ["tests", "npm", ["run", "--silent", "test:run"]],
  ["conformance vectors", "npm", ["run", "--silent", "conformance:run"]],
  ["crash test (short)", "npm", ["run", "--silent", "crashtest", "--", "--kills", "26"]],
  ["demo", "npm", ["run", "--silent", "demo", "--", "--once"]],
  ["manual", "npm", ["run", "--silent", "docs:build"]],
];

prepare();
const started = Date.now();
for (const [name, command, args] of steps) {
  const from = Date.now();
  process.stdout.write(`\n── ${name}: ${command} ${args.filter((arg) => arg !== "--silent").join(" ")}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  if (status !== 0) {
    process.stdout.write(
      `\n✗ ${name} failed after ${seconds} s. Run it alone: ${command} ${args.filter((arg) => arg !== "--silent").join(" ")}\n`,
    );
    process.exit(1);
  }
  process.stdout.write(`✓ ${name} (${seconds} s)\n`);
}
process.stdout.write(`\nAll of it holds (${Math.round((Date.now() - started) / 1000)} s).\n`);

/**
 * Makes the checkout ready: installs from the lock file and builds, each only when something changed since the last time.
 * Plain Node, no dependency: it runs before anything is installed.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs and builds where needed; `say` gets a line before each step that takes time. */
export function prepare(say = (text) => process.stderr.write(`${text}\n`)) {
  checkNode();
  const installed = join(root, "node_modules", ".weir-installed");
  step(
    installed,
    digest(["package-lock.json", "package.json"]),
    "Installing the packages of the lock file …",
    say,
    () => run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]),
  );
  const built = join(root, "node_modules", ".weir-built");
  step(built, sourceState(), "Building …", say, () => run("npm", ["run", "--silent", "build"]));
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Weir needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

function step(mark, state, text, say, action) {
  if (existsSync(mark) && readFileSync(mark, "utf8") === state) return;
  say(text);
  action();
  writeFileSync(mark, state);
}

function digest(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/** Names, sizes and times of all sources: a change of any of them means a build. */
function sourceState() {
  const hash = createHash("sha256");
  for (const packageName of readdirSync(join(root, "packages")).sort()) {
    hash.update(String(existsSync(join(root, "packages", packageName, "dist"))));
    visit(join(root, "packages", packageName, "src"), hash);
  }
  return hash.digest("hex");
}

function visit(directory, hash) {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) visit(path, hash);
    else {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
}

function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare();

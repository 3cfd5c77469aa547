/**
 * The bundle of `weir`: the same program in few files, since loading some hundred modules in each of its threads is most of
 * what a start costs. Made from what `tsc -b` built; `packages/cli/bin/weir.js` runs it unless there is a newer build.
 *
 * LMDB stays outside, it has a binary: so it is a dependency of the command line. So do the commands that run bots from outside in their own process: such a bot
 * imports the installed packages, and objects of two copies of a class do not fit each other (see spawn-worker.ts for `up`).
 */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const packages = join(dirname(dirname(fileURLToPath(import.meta.url))), "packages");
const directory = join(packages, "cli/dist/bundle");

rmSync(directory, { recursive: true, force: true });
await build({
  input: {
    weir: join(packages, "cli/dist/weir/main.js"),
    catalogue: join(packages, "bots/dist/catalogue.js"),
    "store-thread": join(packages, "engine/dist/broker/embedded/store-thread.js"),
    "worker-thread": join(packages, "engine/dist/supervise/worker-thread.js"),
  },
  external: ["lmdb"],
  plugins: [{ name: "commands-that-stay-outside", resolveId: stayOutside }],
  platform: "node",
  treeshake: { moduleSideEffects: false },
  logLevel: "warn",
  output: { dir: directory, format: "esm", chunkFileNames: "[name]-[hash].js" },
});

function stayOutside(source) {
  const command = /^\.\/commands\/(?:try|test)\.js$/.exec(source)?.[0];
  return command === undefined ? undefined : { id: `../weir/${command.slice(2)}`, external: true };
}

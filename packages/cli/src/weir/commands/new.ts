/** `weir new`: the skeleton of a bot, which works, and a test for it, which passes. */
import { existsSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDirectory } from "@weir/engine/supervise";
import { errorKind } from "@weir/format/errors";
import { type BotKind, botSkeleton, skeletonEntry, testSkeleton } from "../bot-skeleton.ts";
import { type GlobalOptions, openSession } from "../session.ts";

const badName = errorKind<{ name: string }>("WEIR_NEW_NAME", {
  message: ({ name }) => `"${name}" is no name for a bot's file`,
  remedy: "Use small letters, digits and single hyphens, and begin with a letter: my-feed.",
  retry: "never",
});

const fileExists = errorKind<{ file: string }>("WEIR_NEW_EXISTS", {
  message: ({ file }) => `${file} is there already and is not overwritten`,
  remedy: "Give the bot another name, or remove the file.",
  retry: "never",
});

export async function run(
  kind: BotKind,
  name: string,
  options: GlobalOptions & { readonly directory: string },
): Promise<void> {
  const { places, output } = openSession(options);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 60) throw badName({ name });
  const base = dirname(places.runtimeFile);
  const directory = resolve(base, options.directory);
  const bot = join(directory, `${name}.mjs`);
  const test = join(directory, `${name}.test.mjs`);
  for (const file of [bot, test]) if (existsSync(file)) throw fileExists({ file });
  makeDirectory(directory);
  const module = `./${relative(base, bot)}`;
  writeFileSync(bot, botSkeleton(kind, name, module), { flag: "wx" });
  writeFileSync(test, testSkeleton(kind, name), { flag: "wx" });
  const linked = linkPackages(base, bot);
  const here = (file: string): string => relative(process.cwd(), file) || file;
  const { colours } = output;
  output.result(
    { files: [bot, test], module, linked },
    `Wrote ${colours.bold(here(bot))} and ${colours.bold(here(test))}.\n` +
      (linked.length === 0
        ? ""
        : `Linked ${linked.join(", ")} in ${here(join(base, "node_modules"))}, so that the bot finds them.\n`) +
      `\nNext:\n  node --test ${here(test)}\n\nIn runtime.yaml:\n\n${skeletonEntry(kind, name, module)}`,
  );
}

/**
 * A bot imports `@weir/engine` and `zod`. Where the installation has no such packages (Weir is installed elsewhere), they
 * are linked, so that bot, test and editor find those of this Weir. Gives what was linked.
 */
function linkPackages(base: string, bot: string): readonly string[] {
  const own = createRequire(import.meta.url);
  const linked: string[] = [];
  for (const name of ["@weir/engine", "@weir/format", "zod"]) {
    if (isFound(name, createRequire(bot))) continue;
    const target = join(base, "node_modules", name);
    makeDirectory(dirname(target));
    symlinkSync(packageDirectory(name, own), target, "dir");
    linked.push(name);
  }
  return linked;
}

function isFound(name: string, from: NodeJS.Require): boolean {
  return (from.resolve.paths(name) ?? []).some((directory) => existsSync(join(directory, name, "package.json")));
}

function packageDirectory(name: string, own: NodeJS.Require): string {
  // zod is a dependency of the engine, which may have it for itself.
  const engine = createRequire(fileURLToPath(import.meta.resolve("@weir/engine")));
  const paths = [...(own.resolve.paths(name) ?? []), ...(engine.resolve.paths(name) ?? [])];
  const found = paths.map((directory) => join(directory, name)).find((path) => existsSync(join(path, "package.json")));
  if (found === undefined) throw new Error(`this installation of Weir has no package ${name}`);
  return realpathSync(found);
}

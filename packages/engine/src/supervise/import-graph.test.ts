/** What threads load when they start: each of them loads it anew, so a careless import costs every start and every worker. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const dist = new URL("../../dist/", import.meta.url);

/** All that a built file imports before it runs: files of Weir, and names of other packages. */
function importsOf(entry: string): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [fileURLToPath(new URL(entry, dist))];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export)\b(?:[^"'()]*?\bfrom)?\s*"([^"]+)"/gm);
    for (const [, name = ""] of statements) {
      if (name.startsWith("node:")) continue;
      if (name.startsWith(".") || name.startsWith("@weir/")) open.push(createRequire(file).resolve(name));
      else packages.add(name);
    }
  }
  return { files: [...files].map((file) => file.replace(/^.*\/packages\//, "")), packages: [...packages].sort() };
}

describe.skipIf(!existsSync(dist))("what a thread imports", () => {
  it("is for a worker what bots need, and nothing that reads configurations or is large", () => {
    const { files, packages } = importsOf("supervise/worker-thread.js");
    expect(packages).toEqual(["croner", "zod"]);
    expect(files).toContain("engine/dist/run/flow.js");
    expect(files.filter((file) => /^cli\/|^bots\/|\/(?:control|dry-run|testing\/open-trial)/.test(file))).toEqual([]);
  });

  it("is for a bot's definition no more than for a worker, apart from archives", () => {
    expect(importsOf("index.js").packages).toEqual(["xz-decompress", "zod"]);
  });

  it("is for the store neither the data format nor a schema", () => {
    const { files, packages } = importsOf("broker/embedded/store-thread.js");
    expect(packages).toEqual(["lmdb"]);
    expect(files.filter((file) => file.startsWith("format/") && !file.startsWith("format/dist/errors/"))).toEqual([]);
  });

  it("is for the supervisor no LMDB", () => {
    expect(importsOf("supervise/index.js").packages).toEqual(["croner", "yaml", "zod"]);
  });
});

/** Bots from outside: a file beside runtime.yaml (`./my-bot.js`) or an npm package (`my-package/bot`) with a definition as default export. */
import { createRequire } from "node:module";
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorKind } from "@weir/format/errors";
import type { Catalogue } from "./catalogue.ts";
import type { AnyDefinition } from "./definition.ts";

const moduleBroken = errorKind<{ module: string; file: string; reason: string }>("WEIR_MODULE_BROKEN", {
  message: ({ module, file, reason }) => `module "${module}" (${file}) ${reason}`,
  remedy: "Let the file have a default export made by defineCollector, defineParser, defineExpert or defineOutput.",
  retry: "never",
});

/** The built-in bots and, behind them, files and packages as seen from `directory`. */
export function catalogueWithOwn(builtIn: Catalogue, directory: string): Catalogue {
  return {
    modules: () => builtIn.modules(),
    async load(module) {
      const known = await builtIn.load(module);
      if (known !== undefined) return known;
      const file = locate(module, directory);
      return file === undefined ? undefined : loadDefinition(module, file);
    },
  };
}

function locate(module: string, directory: string): string | undefined {
  if (module.startsWith("./") || module.startsWith("../") || isAbsolute(module)) return resolve(directory, module);
  if (!/^(@[\w.-]+\/)?[\w.-]+(\/[\w./-]+)?$/.test(module) || module.startsWith("intelmq.")) return undefined;
  try {
    return createRequire(resolve(directory, "runtime.yaml")).resolve(module);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

async function loadDefinition(module: string, file: string): Promise<AnyDefinition> {
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    throw moduleBroken(
      { module, file, reason: `cannot be loaded: ${error instanceof Error ? error.message : String(error)}` },
      { cause: error },
    );
  }
  const definition = loaded.default;
  if (!isDefinition(definition))
    throw moduleBroken({ module, file, reason: "has no bot definition as default export" });
  return definition;
}

const kinds = new Set(["collector", "parser", "expert", "output"]);

function isDefinition(value: unknown): value is AnyDefinition {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    kinds.has(String(value.kind)) &&
    "create" in value &&
    typeof value.create === "function" &&
    "params" in value &&
    "module" in value
  );
}

/** Module name → definition, loaded when it is needed. */
import type { AnyDefinition } from "./definition.ts";

export interface Catalogue {
  /** Every module name, sorted; aliases are not listed. */
  modules(): readonly string[];
  /** The definition of a module or alias; undefined when there is none. */
  load(module: string): Promise<AnyDefinition | undefined>;
}

/** A catalogue of given definitions, for tests and embedding. */
export function catalogueOf(definitions: readonly AnyDefinition[]): Catalogue {
  const byName = new Map<string, AnyDefinition>();
  for (const definition of definitions) {
    for (const name of [definition.module, ...(definition.aliases ?? [])]) {
      if (byName.has(name)) throw new Error(`two bots are called ${name}`);
      byName.set(name, definition);
    }
  }
  return {
    modules: () => definitions.map((definition) => definition.module).sort(),
    load: async (module) => byName.get(module),
  };
}

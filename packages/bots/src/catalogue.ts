import type { Catalogue } from "@weir/engine";
import { aliases, bots } from "./catalogue.gen.ts";

/** All bots that come with Weir; each is loaded when it is asked for. */
export function builtInCatalogue(): Catalogue {
  return {
    modules: () => [...bots.keys()],
    async load(module) {
      const load = bots.get(aliases.get(module) ?? module);
      return load === undefined ? undefined : (await load()).default;
    },
  };
}

/** The same, for threads that load it by its address. */
export const catalogue: Catalogue = builtInCatalogue();

/** The address of this module, also inside of a bundle. */
export const catalogueUrl = new URL("./catalogue.js", import.meta.url).href;

/** Types with a fixed list of values: Registry, TLP, ClassificationTaxonomy, ClassificationType. */
import {
  classificationTaxonomies,
  classificationTypes,
  renamedTaxonomies,
  renamedTypes,
} from "../classification/taxonomy.ts";
import { stripLeft } from "../python/strip.ts";
import { listType } from "./text.ts";

export const registryType = listType("Registry", ["AFRINIC", "APNIC", "ARIN", "LACNIC", "RIPE"], {
  letters: "upper",
  blank: "empty",
  rename: (text) => (text === "RIPENCC" || text === "RIPE-NCC" ? "RIPE" : text),
});

/** Traffic Light Protocol 1.0. */
export const tlpType = listType("TLP", ["WHITE", "GREEN", "AMBER", "RED"], {
  letters: "upper",
  blank: "nothing",
  rename(text) {
    const colour = withoutTlp(text);
    return colour === "YELLOW" ? "AMBER" : colour;
  },
});

/** `TLP:RED`, `TLP RED`, `TLPRED` → `RED`. */
function withoutTlp(text: string): string {
  if (!text.startsWith("TLP")) return text;
  return stripLeft(text.slice(text.charAt(3) === ":" ? 4 : 3));
}

export const classificationTaxonomyType = listType("ClassificationTaxonomy", classificationTaxonomies, {
  letters: "lower",
  blank: "nothing",
  rename: (text) => renamedTaxonomies.get(text) ?? text,
});

export const classificationTypeType = listType("ClassificationType", classificationTypes, {
  letters: "lower",
  blank: "nothing",
  rename: (text) => renamedTypes.get(text) ?? text,
});

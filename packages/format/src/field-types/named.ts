/** Types with a fixed list of values: Registry, TLP, ClassificationTaxonomy, ClassificationType. */
import { classificationTaxonomies, classificationTypes, renamedTaxonomies, renamedTypes } from "../classification/taxonomy.ts";
import { strip } from "../python/strip.ts";
import { listType } from "./text.ts";

const registries = new Map([
  ["RIPENCC", "RIPE"],
  ["RIPE-NCC", "RIPE"],
]);

export const registryType = listType("Registry", ["AFRINIC", "APNIC", "ARIN", "LACNIC", "RIPE"], (text) => {
  const name = strip(text.toUpperCase());
  return registries.get(name) ?? name;
});

export const tlpType = listType("TLP", ["WHITE", "GREEN", "AMBER", "RED"], (text) => {
  const colour = strip(strip(text.toUpperCase()).replace(/^(TLP:?)?\s*/, ""));
  return colour === "YELLOW" ? "AMBER" : colour;
});

export const classificationTaxonomyType = listType("ClassificationTaxonomy", classificationTaxonomies, (text) => {
  const name = strip(text.toLowerCase());
  return renamedTaxonomies.get(name) ?? name;
});

export const classificationTypeType = listType("ClassificationType", classificationTypes, (text) => {
  const name = strip(text.toLowerCase());
  return renamedTypes.get(name) ?? name;
});

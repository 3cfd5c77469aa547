/** Classification of events. */
export {
  classificationTaxonomies,
  classificationTypes,
  renamedTaxonomies,
  renamedTypes,
  taxonomyOf,
} from "./taxonomy.ts";

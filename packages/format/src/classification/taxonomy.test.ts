import { describe, expect, it } from "vitest";
import {
  classificationTaxonomies,
  classificationTypes,
  renamedTaxonomies,
  renamedTypes,
  taxonomyOf,
} from "./taxonomy.ts";

describe("taxonomyOf", () => {
  it("knows 44 types in 11 taxonomies", () => {
    expect(classificationTypes).toHaveLength(44);
    expect(classificationTaxonomies).toHaveLength(11);
    expect(classificationTypes.every((type) => classificationTaxonomies.includes(taxonomyOf(type) ?? ""))).toBe(true);
  });

  it("knows no taxonomy of a type that does not exist", () => {
    expect(taxonomyOf("botnet-drone")).toBeUndefined();
    expect(taxonomyOf("constructor")).toBeUndefined();
  });
});

describe("renamedTypes and renamedTaxonomies", () => {
  it("lead from names that are none to names that are", () => {
    for (const [old, name] of renamedTypes) {
      expect([classificationTypes.includes(old), classificationTypes.includes(name)]).toEqual([false, true]);
    }
    for (const [old, name] of renamedTaxonomies) {
      expect([classificationTaxonomies.includes(old), classificationTaxonomies.includes(name)]).toEqual([false, true]);
    }
  });
});

import { goldenFolder } from "@weir/engine/testing";
import { describe, it } from "vitest";
import genericCsv from "./generic-csv.ts";

describe("generic-csv", () => {
  it.each(goldenFolder(import.meta.url, genericCsv))("parses $name", ({ check }) => check());
});

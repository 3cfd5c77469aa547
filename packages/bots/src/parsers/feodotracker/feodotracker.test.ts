import { goldenFolder } from "@weir/engine/testing";
import { describe, it } from "vitest";
import feodotracker from "./feodotracker.ts";

describe("feodotracker", () => {
  it.each(goldenFolder(import.meta.url, feodotracker))("parses $name", ({ check }) => check());
});

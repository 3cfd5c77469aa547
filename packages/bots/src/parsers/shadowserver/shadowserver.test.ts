import { goldenFolder } from "@weir/engine/testing";
import { describe, it } from "vitest";
import shadowserver from "./shadowserver.ts";

describe("shadowserver", () => {
  it.each(goldenFolder(import.meta.url, shadowserver))("parses $name", ({ check }) => check());
});

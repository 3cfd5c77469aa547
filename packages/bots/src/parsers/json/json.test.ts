import { goldenFolder } from "@weir/engine/testing";
import { describe, it } from "vitest";
import json from "./json.ts";

describe("json", () => {
  it.each(goldenFolder(import.meta.url, json))("parses $name", ({ check }) => check());
});

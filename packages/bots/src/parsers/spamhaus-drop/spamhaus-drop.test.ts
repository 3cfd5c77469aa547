import { goldenFolder } from "@weir/engine/testing";
import { describe, it } from "vitest";
import spamhausDrop from "./spamhaus-drop.ts";

describe("spamhaus-drop", () => {
  it.each(goldenFolder(import.meta.url, spamhausDrop))("parses $name", ({ check }) => check());
});

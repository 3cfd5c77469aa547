import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { aliases, bots } from "./catalogue.gen.ts";
import { builtInCatalogue } from "./catalogue.ts";

describe("builtInCatalogue", () => {
  const catalogue = builtInCatalogue();

  it("is generated from the sources as they are", () => {
    const script = fileURLToPath(new URL("../scripts/generate-catalogue.mjs", import.meta.url));
    expect(execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toBe("");
  });

  it.each([...bots.keys()])("loads %s by its own name", async (module) => {
    const definition = await catalogue.load(module);
    expect(definition?.module).toBe(module);
    expect(definition?.aliases ?? []).toEqual(
      [...aliases].filter(([, name]) => name === module).map(([alias]) => alias),
    );
  });

  it("knows no other module", async () => {
    expect(await catalogue.load("intelmq.bots.experts.nonsense.expert")).toBeUndefined();
    expect(await catalogue.load("constructor")).toBeUndefined();
  });

  it("lists the modules sorted", () => {
    expect(catalogue.modules()).toEqual([...catalogue.modules()].sort());
  });
});

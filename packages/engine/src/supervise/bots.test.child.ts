/** The catalogue of the botnets in `supervisor.test.ts`, loaded by their workers: bots that fail when they are told to. */
import { existsSync, mkdirSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { catalogueOf } from "../definition/catalogue.ts";
import { defineCollector, defineExpert } from "../definition/definition.ts";
import { commaList } from "../definition/parameters.ts";

/** A report per text, once in every run. */
const texts = defineCollector({
  module: "test.texts",
  name: "Texts",
  summary: "Collects the texts that it is given.",
  params: z.object({ texts: commaList(z.string()) }),
  create: ({ params, newReport }) => ({
    async *collect() {
      for (const body of params.texts) yield { report: newReport(), body };
    },
  }),
});

/** Sets `comment` to its label. A comment of `crash` ends its thread the first time, of `refuse` fails, of `burn` takes a second. */
const fragile = defineExpert({
  module: "test.fragile",
  name: "Fragile",
  summary: "Labels events, and breaks down at some.",
  params: z.object({
    label: z.string().default("none"),
    obstacle: z.string().optional(),
    /** A file that the bot has for itself; it takes its time to give it back. */
    holds: z.string().optional(),
    closes: z.enum(["well", "badly"]).default("well"),
  }),
  create: ({ params, dataDir }) => ({
    open() {
      if (params.obstacle !== undefined && existsSync(params.obstacle)) throw new Error(`${params.obstacle} is there`);
      if (params.holds !== undefined) writeFileSync(params.holds, "", { flag: "wx" });
    },
    async close() {
      if (params.closes === "badly") throw new Error("it does not close");
      if (params.holds === undefined) return;
      await setTimeout(20);
      unlinkSync(params.holds);
    },
    process(event) {
      const crashed = `${dataDir}/crashed`;
      if (event.text("comment") === "crash" && !existsSync(crashed)) {
        mkdirSync(dirname(crashed), { recursive: true });
        writeFileSync(crashed, "");
        setImmediate(() => {
          throw new Error("the thread is torn");
        });
        return new Promise(() => undefined);
      }
      if (event.text("comment") === "burn") burn(1100);
      if (event.text("comment") === "refuse") throw new Error("it was told to refuse");
      event.set("comment", params.label);
      return event;
    },
  }),
});

/** Keeps the thread busy for so many milliseconds. */
function burn(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

export const catalogue = catalogueOf([texts, fragile]);

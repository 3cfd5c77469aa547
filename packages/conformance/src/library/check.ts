/** A bot's check of its own parameters: the levels of its findings. */
import { mkdir, rm } from "node:fs/promises";
import type { Catalogue } from "@weir/engine";
import type { JsonObject, JsonValue } from "@weir/format";
import { object, text } from "../bot-vector.ts";
import { writeFiles } from "../fixtures/files.ts";
import { fillTokens, type Surroundings } from "../tokens.ts";
import { type Area, NotAvailable } from "./area.ts";

export function checkArea(catalogue: Catalogue, check: ParameterCheck): Area {
  return {
    information: ["text"],
    async run(recorded, surroundings) {
      const vector = object(fillTokens(recorded, surroundings));
      const module = text(vector.get("bot"));
      const definition = await catalogue.load(module);
      if (definition === undefined) throw new NotAvailable(`bot not available: ${module}`);
      await mkdir(surroundings.work, { recursive: true });
      try {
        await writeFiles(vector, surroundings);
        const levels = await check(definition, object(vector.get("parameters")));
        return new Map<string, JsonValue>([["levels", levels.length === 0 ? null : [...levels]]]);
      } finally {
        await rm(surroundings.work, { recursive: true, force: true });
      }
    },
  };
}

/** Levels of the findings about a bot's parameters. */
export type ParameterCheck = (
  definition: NonNullable<Awaited<ReturnType<Catalogue["load"]>>>,
  parameters: JsonObject,
) => Promise<readonly string[]>;

export type { Surroundings };

/** A bot's check of its own parameters: the levels of its findings. */
import { mkdir, rm } from "node:fs/promises";
import type { Catalogue } from "@weir/engine";
import { tryCheck } from "@weir/engine/testing";
import type { JsonValue } from "@weir/format";
import { object, text } from "../bot-vector.ts";
import { writeFiles } from "../fixtures/files.ts";
import { fillTokens } from "../tokens.ts";
import { type Area, NotAvailable } from "./area.ts";

export function checkArea(catalogue: Catalogue): Area {
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
        const findings = await tryCheck(definition, Object.fromEntries(object(vector.get("parameters"))));
        const levels = findings.length === 0 ? null : findings.map(({ level }) => level);
        return new Map<string, JsonValue>([["levels", levels]]);
      } finally {
        await rm(surroundings.work, { recursive: true, force: true });
      }
    },
  };
}

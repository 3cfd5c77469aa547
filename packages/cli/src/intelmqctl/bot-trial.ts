/** A configured bot in a trial of its own: for single messages and for the console. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { catalogue } from "@weir/bots/catalogue";
import { type AnyDefinition, catalogueWithOwn } from "@weir/engine";
import type { HarmonizationFile } from "@weir/engine/config";
import { openTrial } from "@weir/engine/testing";
import { Abort, type Botnet, bot } from "./botnet.ts";
import type { Level } from "./console.ts";

type Trial = Awaited<ReturnType<typeof openTrial>>;

/** Throws {@link Abort} when the module is unknown. */
export async function definitionOf(botnet: Botnet, id: string): Promise<AnyDefinition> {
  const { module } = bot(botnet, id);
  const definition = await catalogueWithOwn(catalogue, dirname(botnet.session.places.runtimeFile)).load(module);
  if (definition === undefined) throw new Abort(`There is no bot module ${module}.`);
  return definition;
}

/**
 * Does work with the bot, started with its configured parameters; its memory begins empty and is forgotten. Relative paths
 * are those of the configuration, as in the running botnet.
 */
export async function withTrial<Result>(
  botnet: Botnet,
  id: string,
  { fields, level }: { readonly fields: HarmonizationFile["fields"]; readonly level: Level | undefined },
  work: (trial: Trial) => Promise<Result>,
): Promise<Result> {
  const { places } = botnet.session;
  const { name, parameters, destinations } = bot(botnet, id);
  const definition = await definitionOf(botnet, id);
  const values = Object.fromEntries([...parameters].map(([parameter, { canonical }]) => [parameter, canonical]));
  process.chdir(dirname(places.runtimeFile));
  const directory = mkdtempSync(join(tmpdir(), "intelmqctl-run-"));
  try {
    const trial = await openTrial({
      definition,
      botId: id,
      ...(name === undefined ? {} : { botName: name }),
      parameters: { ...values, error_max_retries: 0, ...(level === undefined ? {} : { logging_level: level }) },
      queues: [...destinations.keys()],
      directory,
      botsDir: places.botsDir,
      fields,
    });
    try {
      return await work(trial);
    } finally {
      await trial.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

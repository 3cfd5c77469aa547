/** Names of this installation, for completion. */
import { catalogue } from "@weir/bots/catalogue";
import { type BotnetSettings, findPlaces, listVersions, loadSettings } from "@weir/engine/config";
import { logLevels } from "@weir/engine/observe";
import type { Candidate } from "./complete.ts";
import { ask, isRunning, openSession } from "./session.ts";

/** Names that an argument or option of this name takes; nothing for files and unknown ones. */
export async function namesOf(kind: string, root: string | undefined): Promise<readonly Candidate[]> {
  const places = findPlaces({ root });
  const settings = async (): Promise<BotnetSettings | undefined> => (await loadSettings(places.runtimeFile)).settings;
  switch (kind) {
    case "bot":
    case "bots":
    case "from":
      return bots(await settings());
    case "bot-or-botnet":
      return [{ word: "botnet", meaning: "follow the sample all the way" }, ...bots(await settings())];
    case "bot-or-module":
      return [...bots(await settings()), ...catalogue.modules().map((word) => ({ word, meaning: "" }))];
    case "queue":
      return queues(await settings());
    case "bot-or-queue": {
      const known = await settings();
      return [...bots(known), ...queues(known)];
    }
    case "level":
      return logLevels.map((word) => ({ word, meaning: "" }));
    case "path":
      return paths(await settings());
    case "version": {
      const versions = await listVersions(places.historyDir);
      return versions.map(({ number, who, why }) => ({ word: String(number), meaning: `${why} (${who})` })).reverse();
    }
    case "id":
    case "ids":
      return failures(root);
    default:
      return [];
  }
}

function bots(settings: BotnetSettings | undefined): readonly Candidate[] {
  return (settings?.bots ?? []).map(({ id, description, name }) => ({ word: id, meaning: description ?? name ?? "" }));
}

function queues(settings: BotnetSettings | undefined): readonly Candidate[] {
  const names = new Set((settings?.bots ?? []).flatMap(({ destinations }) => [...destinations.values()].flat()));
  return [...names].sort().map((word) => ({ word, meaning: "" }));
}

function paths(settings: BotnetSettings | undefined): readonly Candidate[] {
  const own = (settings?.bots ?? []).flatMap(({ id, parameters }) => [
    `${id}.enabled`,
    ...[...parameters].filter(([, { from }]) => from === "bot").map(([name]) => `${id}.parameters.${name}`),
  ]);
  const global = [...(settings?.global.keys() ?? [])].map((name) => `global.${name}`);
  return [...global, ...own].map((word) => ({ word, meaning: "" }));
}

/** Ids only from a supervisor that runs: opening the store for a word would take too long. */
async function failures(root: string | undefined): Promise<readonly Candidate[]> {
  const session = openSession({ ...(root === undefined ? {} : { root }), json: true });
  if (!(await isRunning(session))) return [];
  const { failures: list } = (await ask(session, "failures.list", { count: 100 })) as {
    failures: readonly { id: string; bot: string; error: string }[];
  }; // see control/operations.ts
  return list.map(({ id, bot, error }) => ({ word: id, meaning: `${bot}: ${error}`.slice(0, 100) }));
}

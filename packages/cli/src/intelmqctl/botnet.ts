/** The botnet as intelmqctl sees it: bots by id, and a word for how each is. */

import { catalogue } from "@weir/bots/catalogue";
import { type BotnetSettings, type BotSettings, loadSettings, renderFindings } from "@weir/engine/config";
import type { ShownStatus } from "../weir/commands/control.ts";
import { ask, isRunning, openSession, type Session } from "../weir/session.ts";
import type { Console } from "./console.ts";

export type Word = "running" | "stopped" | "disabled" | "unknown";
export type Group = "collectors" | "parsers" | "experts" | "outputs";

export interface Botnet {
  readonly session: Session;
  readonly settings: BotnetSettings;
  readonly console: Console;
  /** Sorted; intelmqctl handles bots in this order. */
  readonly ids: readonly string[];
}

/** Ends the program with a text and exit code 1: a broken configuration, and the like. */
export class Abort extends Error {}

/** Throws {@link Abort} when runtime.yaml cannot be read. */
export async function readSettings(session: Session): Promise<BotnetSettings> {
  const file = session.places.runtimeFile;
  const { settings, findings, source } = await loadSettings(file);
  if (settings === undefined) {
    const errors = findings.filter(({ level }) => level === "error");
    throw new Abort(
      `The runtime configuration cannot be read:\n${renderFindings(errors, new Map([[file, source]])).trimEnd()}`,
    );
  }
  return settings;
}

export function openCtlSession(): Session {
  return openSession({ json: true, quiet: true });
}

export function bot({ settings }: Botnet, id: string): BotSettings {
  const found = settings.bots.find((one) => one.id === id);
  if (found === undefined) throw new Abort(`There is no bot ${JSON.stringify(id)}.`);
  return found;
}

/** Kind of a bot by its module, by its group where the module is unknown: `Collector` … */
export async function groupOf({ module, group }: BotSettings): Promise<string> {
  const definition = await catalogue.load(module);
  const kind = definition?.kind ?? (group ?? "").toLowerCase();
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** Ids of a group, or all. */
export async function idsOf(botnet: Botnet, group: Group | undefined): Promise<readonly string[]> {
  if (group === undefined) return botnet.ids;
  const kinds = await Promise.all(botnet.ids.map(async (id) => `${(await groupOf(bot(botnet, id))).toLowerCase()}s`));
  return botnet.ids.filter((_, index) => kinds[index] === group);
}

export interface Standing {
  readonly word: Word;
  /** A sentence on why, from the supervisor. */
  readonly reason: string;
}

/** How all bots are, by id. Without a supervisor nothing runs. */
export async function standings({ session, settings }: Botnet): Promise<ReadonlyMap<string, Standing>> {
  const idle = settings.bots.map(({ id, enabled }): [string, Standing] => [
    id,
    { word: enabled ? "stopped" : "disabled", reason: "The botnet does not run." },
  ]);
  const all = new Map(idle);
  if (!(await isRunning(session))) return all;
  const { bots } = (await ask(session, "status", {}, { offline: false })) as ShownStatus; // see control/operations.ts
  for (const { id, enabled, status } of bots) {
    all.set(id, { word: wordOf(status.state, enabled), reason: status.reason });
  }
  return all;
}

function wordOf(state: string, enabled: boolean): Word {
  if (state === "stopped" || state === "failed" || state === "disabled") return enabled ? "stopped" : "disabled";
  return "running";
}

/** Lets the supervisor read the configuration anew without touching a bot that runs. */
export async function refresh({ session }: Botnet): Promise<void> {
  if (await isRunning(session)) await ask(session, "reload", { bots: [] }, { offline: false });
}

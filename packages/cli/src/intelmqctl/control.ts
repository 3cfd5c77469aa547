/** `intelmqctl start | stop | restart | reload | status`. */
import { ensureSupervisor, shutDown } from "../weir/background.ts";
import { ask, isRunning } from "../weir/session.ts";
import { type Botnet, bot, type Group, idsOf, refresh, type Standing, standings, type Word } from "./botnet.ts";
import type { Outcome } from "./console.ts";

type Words = Readonly<Record<string, Word>>;

/** Starts one bot, also one that is not enabled. */
export async function startBot(botnet: Botnet, id: string): Promise<Outcome> {
  const { console } = botnet;
  if ((await standing(botnet, id)).word !== "running") {
    console.say("INFO", `Starting ${id}...`);
    await startIds(botnet, [id]);
  }
  const { word, reason } = await standing(botnet, id);
  if (word === "running") {
    console.say("INFO", `Bot ${id} is running.`, "green");
    return { result: word, code: 0 };
  }
  console.say("ERROR", `Bot ${id} failed to START. ${reason}`);
  return { result: "stopped", code: 1 };
}

export async function stopBot(botnet: Botnet, id: string): Promise<Outcome> {
  const { console } = botnet;
  if ((await standing(botnet, id)).word !== "running") {
    console.say("ERROR", `Bot ${id} was NOT RUNNING.`);
    return { result: bot(botnet, id).enabled ? "stopped" : "disabled", code: 0 };
  }
  console.say("INFO", `Stopping bot ${id}...`);
  await ask(botnet.session, "stop", { bots: [id] }, { offline: false });
  if ((await standing(botnet, id)).word === "running") {
    console.say("ERROR", `Bot ${id} is still running.`);
    return { result: "running", code: 1 };
  }
  console.say("INFO", `Bot ${id} is stopped.`);
  return { result: "stopped", code: 0 };
}

export async function restartBot(botnet: Botnet, id: string): Promise<Outcome> {
  botnet.console.say("INFO", `Restarting ${id}...`);
  const stopped = await stopBot(botnet, id);
  if (stopped.code !== 0) return stopped;
  const started = await startBot(botnet, id);
  return { result: [stopped.result, started.result], code: started.code };
}

export async function reloadBot(botnet: Botnet, id: string): Promise<Outcome> {
  const { console } = botnet;
  console.say("INFO", `Reloading bot ${id} ...`);
  if ((await standing(botnet, id)).word !== "running") return notReloaded(botnet, id);
  await ask(botnet.session, "reload", { bots: [id] }, { offline: false });
  const { word, reason } = await standing(botnet, id);
  if (word === "running") console.say("INFO", `Bot ${id} is reloaded.`);
  else console.say("ERROR", `Bot ${id} is stopped. ${reason}`);
  return { result: word, code: word === "running" ? 0 : 1 };
}

function notReloaded(botnet: Botnet, id: string): Outcome {
  if (bot(botnet, id).enabled) {
    botnet.console.say("ERROR", `Bot ${id} was NOT RUNNING.`);
    return { result: "stopped", code: 1 };
  }
  botnet.console.say("INFO", `Bot ${id} is disabled.`);
  return { result: "disabled", code: 0 };
}

export async function statusOfBot(botnet: Botnet, id: string): Promise<Outcome> {
  const { word } = await standing(botnet, id);
  tell(botnet, id, word);
  return { result: word, code: word === "running" || word === "disabled" ? 0 : 1 };
}

/** Starts all enabled bots, or those of a group. */
export async function startBotnet(botnet: Botnet, group: Group | undefined): Promise<Outcome> {
  const { console } = botnet;
  const name = titleOf(group);
  console.say("INFO", `Starting ${name}...`);
  const ids = await idsOf(botnet, group);
  const enabled = ids.filter((id) => bot(botnet, id).enabled);
  for (const id of ids) console.say("INFO", enabled.includes(id) ? `Starting ${id}...` : `Bot ${id} is disabled.`);
  await startIds(botnet, enabled);
  const now = await standings(botnet);
  const idle = enabled.filter((id) => now.get(id)?.word !== "running");
  for (const id of idle) console.say("ERROR", `${id} ${now.get(id)?.word}: ${now.get(id)?.reason}`);
  console.say("INFO", `Bot ${name} is running.`, "green");
  return { result: words(ids, now), code: idle.length === 0 ? 0 : 1 };
}

/** Stops all bots, or those of a group; with all of them the supervisor, too. */
export async function stopBotnet(botnet: Botnet, group: Group | undefined): Promise<Outcome> {
  const { console, session } = botnet;
  const name = titleOf(group);
  console.say("INFO", `Stopping ${name}...`);
  const ids = await idsOf(botnet, group);
  const before = await standings(botnet);
  for (const id of ids) if (before.get(id)?.word === "running") console.say("INFO", `Stopping bot ${id}...`);
  if (await isRunning(session)) {
    if (group === undefined) await shutDown(session);
    else await ask(session, "stop", { bots: ids }, { offline: false });
  }
  const now = await standings(botnet);
  const left = ids.filter((id) => now.get(id)?.word === "running");
  for (const id of left) console.say("ERROR", `Bot ${id} is still running.`);
  if (left.length === 0) console.say("INFO", `Bot ${name} is stopped.`);
  return { result: words(ids, now), code: left.length === 0 ? 0 : 1 };
}

export async function restartBotnet(botnet: Botnet, group: Group | undefined): Promise<Outcome> {
  const stopped = await stopBotnet(botnet, group);
  if (stopped.code !== 0) return stopped;
  return startBotnet(botnet, group);
}

export async function reloadBotnet(botnet: Botnet, group: Group | undefined): Promise<Outcome> {
  const { console, session } = botnet;
  const name = titleOf(group);
  console.say("INFO", `Reloading ${name}...`);
  const ids = await idsOf(botnet, group);
  const before = await standings(botnet);
  const running = ids.filter((id) => before.get(id)?.word === "running");
  for (const id of ids) {
    if (running.includes(id)) console.say("INFO", `Reloading bot ${id} ...`);
    else notReloaded(botnet, id);
  }
  if (running.length > 0)
    await ask(session, "reload", group === undefined ? {} : { bots: running }, { offline: false });
  return allStanding(botnet, ids);
}

export async function statusOfBotnet(botnet: Botnet, group: Group | undefined): Promise<Outcome> {
  const ids = await idsOf(botnet, group);
  const now = await standings(botnet);
  for (const id of ids) tell(botnet, id, now.get(id)?.word ?? "unknown");
  return { result: words(ids, now), code: codeOf(botnet, ids, now) };
}

async function allStanding(botnet: Botnet, ids: readonly string[]): Promise<Outcome> {
  const now = await standings(botnet);
  return { result: words(ids, now), code: codeOf(botnet, ids, now) };
}

/** 1 when a bot that is enabled does not run. */
function codeOf(botnet: Botnet, ids: readonly string[], now: ReadonlyMap<string, Standing>): number {
  return ids.some((id) => bot(botnet, id).enabled && now.get(id)?.word !== "running") ? 1 : 0;
}

async function startIds(botnet: Botnet, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await ensureSupervisor(botnet.session);
  await refresh(botnet);
  await ask(botnet.session, "start", { bots: ids }, { offline: false });
}

async function standing(botnet: Botnet, id: string): Promise<Standing> {
  return (await standings(botnet)).get(id) ?? { word: "unknown", reason: "" };
}

function tell({ console }: Botnet, id: string, word: Word): void {
  if (word === "running") console.say("INFO", `Bot ${id} is running.`, "green");
  else console.say(word === "disabled" ? "INFO" : "ERROR", `Bot ${id} is ${word}.`);
}

function words(ids: readonly string[], now: ReadonlyMap<string, Standing>): Words {
  return Object.fromEntries(ids.map((id) => [id, now.get(id)?.word ?? "unknown"]));
}

function titleOf(group: Group | undefined): string {
  if (group === undefined) return "Botnet";
  return `${group.charAt(0).toUpperCase()}${group.slice(1, -1)} group`;
}

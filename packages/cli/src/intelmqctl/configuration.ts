/** `intelmqctl check | enable | disable | clear | debug`: configuration, queues, surroundings. */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { catalogue } from "@weir/bots/catalogue";
import { catalogueWithOwn } from "@weir/engine";
import { checkBotnet, editConfiguration, type Finding, revisionOf, saveConfiguration } from "@weir/engine/config";
import { ask, type Session } from "../weir/session.ts";
import { type Botnet, bot, refresh } from "./botnet.ts";
import type { Console, Level, Outcome } from "./console.ts";
import { statusOfBot } from "./control.ts";
import { type Depths, queueNames } from "./lists.ts";

export interface CheckOptions {
  readonly quiet: boolean;
  readonly noConnections: boolean;
}

type Line = readonly [Lowercase<Level>, string];

/** Looks for everything that is wrong. The file may be broken: then the queues are not looked at. */
export async function check(
  session: Session,
  botnet: Botnet | undefined,
  console: Console,
  options: CheckOptions,
): Promise<Outcome> {
  const { runtimeFile, harmonizationFile } = session.places;
  const { findings } = await checkBotnet({
    runtimeFile,
    harmonizationFile,
    catalogue: catalogueWithOwn(catalogue, dirname(runtimeFile)),
  });
  const lines: Line[] = findings.map((found) => [found.level, lineOf(found)]);
  if (!options.noConnections && botnet !== undefined) lines.push(...(await checkQueues(botnet)));
  const failed = lines.some(([level]) => level === "error");
  lines.push(
    failed || lines.length > 0
      ? [failed ? "error" : "info", "Some issues have been found, please check the above output."]
      : ["info", "No issues found."],
  );
  const shown = options.quiet ? lines.filter(([level]) => level !== "info") : lines;
  for (const [level, text] of shown) console.say(levelOf(level), text);
  return { result: { status: failed ? "error" : "success", lines: shown }, code: failed ? 1 : 0 };
}

function levelOf(level: Line[0]): Level {
  return level.toUpperCase() as Level; // the types say the same
}

function lineOf({ bot: id, message, remedy, file, line }: Finding): string {
  const who = id === undefined ? "" : `Bot '${id}': `;
  const where = line === 0 ? file : `${file}:${line}`;
  return `${who}${message}${remedy === undefined ? "" : `; ${remedy}`} (${where})`;
}

async function checkQueues(botnet: Botnet): Promise<readonly Line[]> {
  let depths: Depths;
  try {
    depths = (await ask(botnet.session, "queues.list")) as Depths; // see control/operations.ts
  } catch (error) {
    return [["error", `Could not connect to the queues: ${error instanceof Error ? error.message : String(error)}`]];
  }
  const known = await queueNames(botnet);
  const ignored = botnet.settings.global.get("intelmqctl_check_orphaned_queues_ignore")?.value;
  const names = Array.isArray(ignored) ? ignored.map(String) : [];
  const orphaned = Object.entries(depths)
    .filter(([name, { messages, parked }]) => messages + parked > 0 && !known.has(name) && !names.includes(name))
    .map(([name]) => `'${name}'`);
  return orphaned.length === 0 ? [] : [["warning", `Orphaned queues found: ${orphaned.join(", ")}.`]];
}

/** Writes `enabled` into runtime.yaml; comments and order stay. Gives the bot's status. */
export async function setEnabled(botnet: Botnet, id: string, enabled: boolean): Promise<Outcome> {
  const { console, session } = botnet;
  const { runtimeFile, historyDir } = session.places;
  if (bot(botnet, id).enabled === enabled) console.say("INFO", `Bot ${id} is ${enabled ? "enabled" : "disabled"}.`);
  else {
    console.say("INFO", `${enabled ? "Enabling" : "Disabling"} ${id}.`);
    const before = readFileSync(runtimeFile, "utf8");
    const text = editConfiguration(before, [{ kind: "set", path: [id, "enabled"], value: enabled }], runtimeFile);
    const why = `intelmqctl ${enabled ? "enable" : "disable"} ${id}`;
    const basedOn = revisionOf(before);
    await saveConfiguration({ file: runtimeFile, text, historyDir, who: userInfo().username, why, basedOn });
    await refresh(botnet);
  }
  const bots = botnet.settings.bots.map((one) => (one.id === id ? { ...one, enabled } : one));
  return statusOfBot({ ...botnet, settings: { ...botnet.settings, bots } }, id);
}

/** Removes all messages of a queue of this botnet. */
export async function clearQueue(botnet: Botnet, queue: string): Promise<Outcome> {
  const { console, session } = botnet;
  console.say("INFO", `Clearing queue ${queue}.`);
  if (!(await queueNames(botnet)).has(queue)) {
    console.say("ERROR", `Queue ${queue} does not exist!`);
    return { result: "not-found", code: 2 };
  }
  try {
    await ask(session, "queues.purge", { queue });
  } catch (error) {
    console.say(
      "ERROR",
      `Error while clearing queue ${queue}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { result: "error", code: 1 };
  }
  console.say("INFO", `Successfully cleared queue ${queue}.`);
  return { result: "success", code: 0 };
}

export interface DebugOptions {
  readonly paths: boolean;
  readonly environment: boolean;
}

/** Where things are, and what of the environment decides that. */
export function debug(session: Session, console: Console, wanted: DebugOptions): Outcome {
  const { configDir, root, runtimeFile, harmonizationFile, runDir, stateFile, logDir } = session.places;
  const all = !wanted.paths && !wanted.environment;
  const paths = {
    HARMONIZATION_CONF_FILE: harmonizationFile,
    RUNTIME_CONF_FILE: runtimeFile,
    VAR_RUN_PATH: `${runDir}/`,
    STATE_FILE_PATH: stateFile,
    DEFAULT_LOGGING_PATH: `${logDir}/`,
    __file__: process.argv[1] ?? "",
    CONFIG_DIR: `${configDir}/`,
    ROOT_DIR: `${root}/`,
  };
  const names = [
    "INTELMQ_ROOT_DIR",
    "INTELMQ_PATHS_NO_OPT",
    "INTELMQ_PATHS_OPT",
    "INTELMQ_MANAGER_CONTROLLER_CMD",
    "PATH",
  ];
  const environment = Object.fromEntries(names.map((name) => [name, process.env[name] ?? null]));
  const show = (title: string, values: Readonly<Record<string, string | null>>): void => {
    console.print(`${title}:\n`);
    for (const [name, value] of Object.entries(values)) {
      console.print(`${name}: ${value === null ? "None" : `'${value}'`}\n`);
    }
  };
  if (all || wanted.paths) show("Paths", paths);
  if (all || wanted.environment) show("Environment variables", environment);
  return {
    result: {
      ...(all || wanted.paths ? { paths } : {}),
      ...(all || wanted.environment ? { environment_variables: environment } : {}),
    },
    code: 0,
  };
}

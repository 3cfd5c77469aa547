/**
 * `intelmqctl run`: one bot in the foreground; looking at, taking and sending single messages; one call of its `process`; the
 * console.
 *
 * A bot that runs in the background is stopped for it and started again afterwards. Single messages go through the bot in a
 * trial of its own (its memory, such as that of a deduplicator, begins empty), and what it sends is put into the queues.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type HarmonizationFile, readHarmonizationFile } from "@weir/engine/config";
import { type Message, parseMessage, writeMessage } from "@weir/format";
import { ask, isRunning } from "../weir/session.ts";
import { definitionOf, withTrial } from "./bot-trial.ts";
import { type Botnet, bot, standings } from "./botnet.ts";
import { jsonText, type Level, type Outcome } from "./console.ts";

export interface ProcessOptions {
  readonly showSent: boolean;
  readonly dryRun: boolean;
  readonly message: string | undefined;
}

export type Action =
  | { readonly kind: "loop" }
  | { readonly kind: "console" }
  | { readonly kind: "message"; readonly what: "get" | "pop" | "send"; readonly message: string | undefined }
  | ({ readonly kind: "process" } & ProcessOptions);

/** Output stands there as plain text, with JSON too, as IntelMQ's does. */
function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export async function runBot(botnet: Botnet, id: string, action: Action, level: Level | undefined): Promise<Outcome> {
  const { session } = botnet;
  bot(botnet, id);
  const wasRunning = (await standings(botnet)).get(id)?.word === "running";
  if (wasRunning) {
    print(
      `Main instance of the bot is running in the background and will be stopped; when finished, it will be started again.`,
    );
    await ask(session, "stop", { bots: [id] }, { offline: false });
  }
  try {
    if (action.kind === "loop") return { result: null, code: await loop(botnet, id, level) };
    if (action.kind === "console") {
      const { runConsole } = await import("./bot-console.ts");
      await runConsole(botnet, id, level);
      return { result: null, code: 0 };
    }
    const code =
      action.kind === "message" ? await handleMessage(botnet, id, action) : await processOne(botnet, id, action, level);
    return { result: null, code };
  } finally {
    if (wasRunning) await ask(session, "start", { bots: [id] }, { offline: false });
  }
}

/** The main loop: in this process, or in the supervisor's with its log shown here. */
async function loop(botnet: Botnet, id: string, level: Level | undefined): Promise<number> {
  const { session } = botnet;
  if (!(await isRunning(session))) {
    const { run } = await import("../weir/commands/run.ts");
    const known = level === undefined || level === "CRITICAL" ? {} : { logLevel: level };
    await run(id, { ...known, quiet: true });
    return 0;
  }
  const { followFile } = await import("../logs/follow-file.ts");
  const { untilInterrupt } = await import("../weir/until-interrupt.ts");
  await untilInterrupt(async (signal) => {
    const lines = followFile(join(session.places.logDir, `${id}.log`), { signal, interval: 100 });
    await ask(session, "start", { bots: [id] }, { offline: false });
    for await (const line of lines) print(line);
  });
  await ask(session, "stop", { bots: [id] }, { offline: false });
  print("Keyboard interrupt.");
  return 0;
}

interface Waiting {
  readonly message?: string;
  readonly blob?: unknown;
  readonly error?: string;
}

async function handleMessage(
  botnet: Botnet,
  id: string,
  { what, message }: { readonly what: "get" | "pop" | "send"; readonly message: string | undefined },
): Promise<number> {
  const { kind } = await definitionOf(botnet, id);
  const { sourceQueue, destinations } = bot(botnet, id);
  if (what === "send") {
    if (kind === "output") return fail("Output bots can't send message.");
    const queues = destinations.get("_default") ?? [];
    if (queues.length === 0) return fail("Bot has no destination queues.");
    if (message === undefined)
      return fail('Message missing! Give it as JSON: message send \'{"source.ip": "192.0.2.1"}\'');
    const parsed = await readGiven(botnet, message, kind === "collector" ? "Report" : "Event");
    if (parsed === undefined) return 1;
    for (const queue of queues) await put(botnet, queue, [parsed]);
    print("Message sent to output pipelines.");
    return 0;
  }
  if (kind === "collector") return fail("Collector bots have no input queue.");
  print("Waiting for a message to get...");
  const shown = await nextMessage(botnet, sourceQueue);
  print(
    shown.message === undefined ? `The message cannot be read: ${shown.error ?? ""}` : prettyMessage(shown.message),
  );
  if (what === "pop") await ask(botnet.session, "queues.take", { queue: sourceQueue, count: 1 });
  return 0;
}

function fail(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}

/** Waits until there is one. Nothing is removed. */
async function nextMessage({ session }: Botnet, queue: string): Promise<Waiting> {
  for (;;) {
    const [first] = (await ask(session, "queues.peek", { queue, count: 1, offset: 0 })) as readonly Waiting[]; // see control/operations.ts
    if (first !== undefined) return first;
    await sleep(500);
  }
}

async function processOne(
  botnet: Botnet,
  id: string,
  options: ProcessOptions,
  level: Level | undefined,
): Promise<number> {
  const definition = await definitionOf(botnet, id);
  const settings = bot(botnet, id);
  const { places } = botnet.session;
  const { fields } = await readHarmonizationFile(places.harmonizationFile);
  const given =
    options.message === undefined
      ? undefined
      : await readGiven(botnet, options.message, definition.kind === "parser" ? "Report" : "Event", fields);
  if (options.message !== undefined && given === undefined) return 1;
  if (given !== undefined) print(" * Message from cli will be used when processing.");
  if (options.dryRun) print(" * Dryrun only, no message will be really sent through.");
  const takesFromQueue = given === undefined && definition.kind !== "collector";
  let message = given;
  if (takesFromQueue) {
    print("Waiting for a message to get...");
    const waiting = await nextMessage(botnet, settings.sourceQueue);
    if (waiting.message === undefined || waiting.blob !== undefined) {
      return fail("This message can only be processed by the running bot: it is unreadable, or its data is in a file.");
    }
    message = parseMessage(waiting.message, fields, "Event");
  }
  if (definition.kind === "output" && options.dryRun) {
    print("Processing...");
    print("DRYRUN: Message would be acknowledged now!");
    return 0;
  }
  return withTrial(botnet, id, { fields, level }, async (trial) => {
    print("Processing...");
    if (message !== undefined) await trial.send([message]);
    await trial.run();
    await trial.stop();
    for (const line of trial.log()) print(`${line.level}: ${line.message}`);
    const failures = await trial.deadLetters();
    for (const { error } of failures) process.stderr.write(`${error.message}\n`);
    for (const [path, messages] of trial.takeSent()) {
      if (messages.length === 0) continue;
      if (options.showSent) print(jsonText(messages.map((sent) => sorted(writeMessage(sent)))));
      if (options.dryRun) print(`DRYRUN: Message would be sent now to '${path}'!`);
      else for (const queue of settings.destinations.get(path) ?? []) await put(botnet, queue, messages);
    }
    if (options.dryRun && takesFromQueue) print("DRYRUN: Message would be acknowledged now!");
    if (!options.dryRun && takesFromQueue && failures.length === 0) {
      await ask(botnet.session, "queues.take", { queue: settings.sourceQueue, count: 1 });
    }
    return failures.length === 0 ? 0 : 1;
  });
}

async function put({ session }: Botnet, queue: string, messages: readonly Message[]): Promise<void> {
  await ask(session, "queues.put", { queue, type: "Event", messages: messages.map(writeMessage) });
}

/** JSON text, or the name of a file with it; undefined and a word about it when it is none. */
async function readGiven(
  { session }: Botnet,
  given: string,
  type: "Event" | "Report",
  tables?: HarmonizationFile["fields"],
): Promise<Message | undefined> {
  const fields = tables ?? (await readHarmonizationFile(session.places.harmonizationFile)).fields;
  const text = !given.trimStart().startsWith("{") && existsSync(given) ? readFileSync(given, "utf8") : given;
  try {
    return parseMessage(text, fields, type);
  } catch (error) {
    fail(`Message can not be parsed from JSON: ${error instanceof Error ? error.message : String(error)}`);
    if (!given.trimStart().startsWith("{") && text === given) fail(`And there is no file ${given}.`);
    fail(
      'An example: {"source.ip": "192.0.2.1", "feed.accuracy": 100.0}. "weir docs" and harmonization.conf list the fields.',
    );
    return undefined;
  }
}

function prettyMessage(text: string): string {
  return jsonText(sorted(text));
}

/** Without `__type`, names sorted. */
function sorted(text: string): Readonly<Record<string, unknown>> {
  const value = JSON.parse(text) as Record<string, unknown>; // a message on the wire is an object
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "__type")
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

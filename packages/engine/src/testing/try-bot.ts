/**
 * Tries out one bot in a test: plain values in, plain values out, the real engine between.
 *
 * The bot starts at the first call and keeps its state between calls, as it would in a botnet. A bot that refuses its
 * parameters makes the first call fail.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvent, type Message, restoreMessage } from "@weir/format";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type {
  AnyDefinition,
  CollectorDefinition,
  ExpertDefinition,
  OutputDefinition,
  ParserDefinition,
} from "../definition/definition.ts";
import { defaultFields } from "./default-fields.ts";
import { openTrial } from "./open-trial.ts";
import { type PlainFields, plainFields } from "./plain-fields.ts";
import type { Trial, TrialOptions } from "./trial.ts";

/** Surroundings of the bot; everything has a default. The default directory goes when the process ends. */
export type TryOptions = Partial<Omit<TrialOptions, "definition" | "parameters">>;

/** A message that the bot gave up. */
export interface TriedFailure {
  readonly message: string;
  readonly code?: string;
  /** What was kept: fields of the message, for a parser's record those of its report with the record as `raw`. */
  readonly fields: PlainFields;
}

/** Parses a report: its body, or its fields with `raw` as text or bytes. */
export type TriedParser = (report: string | Uint8Array | PlainFields) => Promise<{
  readonly events: readonly PlainFields[];
  readonly failures: readonly TriedFailure[];
}>;

export interface TriedExpert {
  /** Processes events; gives what was sent, all paths together. Rejects with the error of the first that failed. */
  (...events: readonly PlainFields[]): Promise<readonly PlainFields[]>;
  /** The same, by path. */
  byPath(...events: readonly PlainFields[]): Promise<Readonly<Record<string, readonly PlainFields[]>>>;
}

/**
 * @example
 * const run = tryParser(blocklist, { default_fields: { "classification.type": "scanner" } });
 * expect((await run("192.0.2.1\n")).events).toMatchObject([{ "source.ip": "192.0.2.1" }]);
 */
export function tryParser(
  definition: ParserDefinition,
  parameters: PlainFields = {},
  options: TryOptions = {},
): TriedParser {
  const attempt = attemptAt(definition, parameters, options);
  return async (report) => {
    const { raw, ...fields } = typeof report === "string" || report instanceof Uint8Array ? { raw: report } : report;
    const message = restoreMessage("Report", (options.fields ?? defaultFields()).report, Object.entries(fields));
    message.set("raw", raw); // encodes: a body is never base64
    const { sent, dead } = await attempt([message]);
    return { events: [...sent.values()].flat().map(plainFields), failures: dead.map(failureOf) };
  };
}

/**
 * @example
 * const run = tryExpert(taxonomy);
 * expect(await run({ "classification.type": "phishing" })).toMatchObject([{ "classification.taxonomy": "fraud" }]);
 */
export function tryExpert(
  definition: ExpertDefinition,
  parameters: PlainFields = {},
  options: TryOptions = {},
): TriedExpert {
  const attempt = attemptAt(definition, parameters, options);
  const byPath: TriedExpert["byPath"] = async (...events) => {
    const { sent, dead } = await attempt(events.map((fields) => eventOf(fields, options)));
    throwFirst(dead);
    return Object.fromEntries([...sent].map(([path, messages]) => [path, messages.map(plainFields)]));
  };
  const run = async (...events: readonly PlainFields[]) => Object.values(await byPath(...events)).flat();
  return Object.assign(run, { byPath });
}

/** Writes events and closes the output; gives what it could not write. */
export function tryOutput(
  definition: OutputDefinition,
  parameters: PlainFields = {},
  options: TryOptions = {},
): (...events: readonly PlainFields[]) => Promise<{ readonly failures: readonly TriedFailure[] }> {
  const attempt = attemptAt(definition, parameters, options, { stop: true });
  return async (...events) => {
    const { dead } = await attempt(events.map((fields) => eventOf(fields, options)));
    return { failures: dead.map(failureOf) };
  };
}

/** Lets a collector do one run; gives its reports. Rejects when the run fails. */
export function tryCollector(
  definition: CollectorDefinition,
  parameters: PlainFields = {},
  options: TryOptions = {},
): () => Promise<readonly PlainFields[]> {
  const attempt = attemptAt(definition, parameters, options);
  return async () => {
    const { sent, log } = await attempt([]);
    const error = log.find(({ level }) => level === "ERROR" || level === "CRITICAL");
    if (error !== undefined) throw new Error(error.message);
    return [...sent.values()].flat().map(plainFields);
  };
}

interface Attempt {
  readonly sent: ReadonlyMap<string, readonly Message[]>;
  readonly dead: readonly DeadLetter[];
  readonly log: ReturnType<Trial["log"]>;
}

/** One trial for all calls: started at the first, what is new is given back by each. */
function attemptAt(
  definition: AnyDefinition,
  parameters: PlainFields,
  options: TryOptions,
  { stop = false } = {},
): (messages: readonly Message[]) => Promise<Attempt> {
  let opened: Promise<Trial> | undefined;
  let dead = 0;
  let logged = 0;
  return async (messages) => {
    const isNew = opened === undefined;
    opened ??= openTrial({
      definition,
      directory: options.directory ?? temporaryDirectory(),
      ...options,
      parameters: { rate_limit: 0, error_retry_delay: 0, error_max_retries: 0, ...parameters },
    });
    const trial = await opened;
    if (stop && !isNew) await trial.restart();
    await trial.send(messages);
    await trial.run();
    if (stop) await trial.stop();
    const letters = await trial.deadLetters();
    const log = trial.log();
    const attempt = { sent: trial.takeSent(), dead: letters.slice(dead), log: log.slice(logged) };
    dead = letters.length;
    logged = log.length;
    return attempt;
  };
}

function eventOf(fields: PlainFields, options: TryOptions): Message {
  return createEvent((options.fields ?? defaultFields()).event, Object.entries(fields));
}

function failureOf({ error, envelope }: DeadLetter): TriedFailure {
  return {
    message: error.message,
    ...(error.code === undefined ? {} : { code: error.code }),
    fields: envelope === undefined ? {} : plainFields(envelope.message),
  };
}

function throwFirst(dead: readonly DeadLetter[]): void {
  const [first] = dead;
  if (first === undefined) return;
  const { message, code } = failureOf(first);
  throw Object.assign(new Error(message), code === undefined ? {} : { code });
}

const temporaryDirectories = new Set<string>();

/** A directory that need not exist; what a bot put there goes when the process ends. */
function temporaryDirectory(): string {
  if (temporaryDirectories.size === 0) {
    process.once("exit", () => {
      for (const directory of temporaryDirectories) rmSync(directory, { recursive: true, force: true });
    });
  }
  const directory = join(tmpdir(), `weir-try-${randomUUID()}`);
  temporaryDirectories.add(directory);
  return directory;
}

/**
 * Runs a bot vector: sets up its surroundings, feeds its steps through the real engine, and compares what was observed.
 *
 * Invariants
 * - Every vector has its own directory, ports and fixtures; all are gone when the run is over, however it ended.
 * - What goes wrong inside the bot is an observation; only faults of the runner itself are thrown.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AnyDefinition } from "@weir/engine";
import { defaultFields, openTrial, type Trial, type TrialOptions } from "@weir/engine/testing";
import { type JsonObject, type JsonValue, writeJson } from "@weir/format";
import { type BotVector, botVector, object, type Step } from "../bot-vector.ts";
import { type Difference, difference } from "../compare/difference.ts";
import { compareStep } from "../compare/step.ts";
import { isObject } from "../compare/value.ts";
import type { RunningFixture } from "../fixtures/fixture.ts";
import { fixtures, missingFor } from "../fixtures/registry.ts";
import { freePorts } from "../free-ports.ts";
import { judge, type Outcome } from "../outcome.ts";
import { fillTokens, portNames, restoreTokens, type Surroundings } from "../tokens.ts";
import { deadLetterAsJson, messageAsJson } from "./message-json.ts";
import { runtimeParameters } from "./runtime-parameters.ts";

export interface BotRunOptions {
  readonly definition: AnyDefinition;
  /** A new directory for this vector; made, and removed afterwards. */
  readonly work: string;
  readonly assets: readonly string[];
}

export async function runBotVector(recorded: JsonObject, options: BotRunOptions): Promise<Outcome> {
  const missing = missingFor(botVector(recorded));
  if (missing !== undefined) return { kind: "missing", reason: missing };
  const surroundings: Surroundings = {
    work: options.work,
    assets: options.assets,
    ports: await freePorts(portNames(recorded)),
  };
  const vector = botVector(object(fillTokens(recorded, surroundings)), recorded);
  await mkdir(surroundings.work, { recursive: true });
  const running: RunningFixture[] = [];
  const session: Session = { vector, surroundings, running, definition: options.definition };
  try {
    for (const fixture of fixtures) running.push(await fixture.start(vector, surroundings));
    return judge(await runSteps(session), vector.referenceBug !== undefined);
  } finally {
    await session.trial?.stop();
    for (const fixture of running.reverse()) await fixture.stop?.();
    for (const directory of [surroundings.work, engineDirectory(surroundings)]) {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

/** Where the engine keeps long bodies; beside the vector's own directory, since vectors list what is in that. */
function engineDirectory({ work }: Surroundings): string {
  return `${work}.engine`;
}

interface Session {
  readonly vector: BotVector;
  readonly surroundings: Surroundings;
  readonly running: readonly RunningFixture[];
  readonly definition: AnyDefinition;
  trial?: Trial;
}

async function runSteps(session: Session): Promise<Difference | undefined> {
  for (const [index, step] of session.vector.steps.entries()) {
    const at = `steps[${index}]`;
    const observed = await runStep(session, step);
    const found = compareStep(session.vector, step, observed, at);
    if (found !== undefined) return withCause(found, observed);
  }
  return undefined;
}

/** What the bot logged explains most differences. */
function withCause(found: Difference, observed: JsonObject): Difference {
  const log = observed.get("$log");
  return Array.isArray(log) && log.length > 0
    ? { ...found, observed: `${found.observed}; log: ${writeJson(log.slice(0, 3)).slice(0, 600)}` }
    : found;
}

async function runStep(session: Session, step: Step): Promise<JsonObject> {
  for (const fixture of session.running) fixture.beginStep?.(step);
  await delay(step.wait * 1000);
  const logged = session.trial?.log().length ?? 0;
  const dead = (await session.trial?.deadLetters())?.length ?? 0;
  const refused = await startBot(session, step);
  const { trial } = session;
  const observed = new Map<string, JsonValue>();
  if (refused === undefined && trial !== undefined) {
    await trial.send(step.input.map(inputBytes));
    await trial.run(step.iterations === undefined ? {} : { iterations: step.iterations });
    await delay(step.settle * 1000);
    const unprocessed = await trial.unprocessed();
    if (step.stop) await trial.stop();
    observed.set("output", sentMessages(trial, session.surroundings));
    addLog(observed, trial.log().slice(logged));
    const letters = (await trial.deadLetters()).slice(dead).map(deadLetterAsJson);
    observed.set("dump", restoreTokens(letters, session.surroundings));
    observed.set("unprocessed", unprocessed);
    if (trial.exited) observed.set("exit", true);
  } else {
    observed.set("init_error", refused ?? "the bot is not running");
  }
  for (const fixture of session.running) {
    for (const [name, value] of (await fixture.observe?.(step, trial)) ?? []) observed.set(name, value);
  }
  return observed;
}

/** Starts the bot where the step wants that. Returns why it refused. */
async function startBot(session: Session, step: Step): Promise<string | undefined> {
  const { vector, surroundings, definition, trial } = session;
  const parameters = { ...runtimeParameters, ...asRecord(vector.parameters), ...asRecord(step.parameters) };
  try {
    if (trial === undefined) {
      session.trial = await openTrial({
        definition,
        botId: "vector-bot",
        parameters,
        queues: vector.queues,
        directory: engineDirectory(surroundings),
        botsDir: join(surroundings.work, "state"),
        fields: defaultFields(),
        ...givenBy(session.running),
      });
    } else if (step.restart) {
      await trial.restart(parameters);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function givenBy(running: readonly RunningFixture[]): Partial<TrialOptions> {
  return Object.fromEntries(running.flatMap(({ given }) => Object.entries(given ?? {})));
}

/** Canonical values, as a configuration gives them. */
function asRecord(parameters: JsonObject): Record<string, JsonValue> {
  return Object.fromEntries(parameters);
}

/** What stands in the source queue: the bytes, be they a message or not. */
function inputBytes(value: JsonValue): Uint8Array {
  const text = isObject(value) ? value.get("$text") : undefined;
  if (typeof text === "string") return Buffer.from(text);
  const base64 = isObject(value) ? value.get("$base64") : undefined;
  return typeof base64 === "string" ? Buffer.from(base64, "base64") : Buffer.from(writeJson(value));
}

function sentMessages(trial: Trial, surroundings: Surroundings): JsonValue {
  return new Map(
    [...trial.takeSent()].map(([path, messages]) => [
      path,
      messages.map((message) => restoreTokens(messageAsJson(message), surroundings)),
    ]),
  );
}

function addLog(observed: Map<string, JsonValue>, lines: ReturnType<Trial["log"]>): void {
  const errors = lines.filter(({ level }) => level === "ERROR" || level === "CRITICAL");
  const warnings = lines.filter(({ level }) => level === "WARNING");
  observed.set("errors", errors.length);
  observed.set("warnings", warnings.length);
  observed.set(
    "$log",
    [...errors, ...warnings].map(({ level, message }) => `${level} ${message}`),
  );
}

/** A difference that says that the runner gave up. */
export function gaveUp(reason: string): Difference {
  return { ...difference("(run)", "an end within the time limit", undefined), observed: reason };
}

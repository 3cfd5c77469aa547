/** A bot vector, read from its JSON object. */
import { Float, isList, type JsonObject, type JsonValue, toNumber } from "@weir/format";
import { isObject } from "./compare/value.ts";

export interface BotVector {
  readonly id: string;
  readonly about: string;
  /** What the reference does wrong here: differing is no failure. */
  readonly referenceBug?: string;
  /** The recorded peer is not described on the wire: what concerns it is information. */
  readonly libraryPeer: boolean;
  readonly parameters: JsonObject;
  readonly queues: readonly string[];
  readonly steps: readonly Step[];
  /** Everything, with fixtures and switches. */
  readonly source: JsonObject;
}

export interface Step {
  readonly input: readonly JsonValue[];
  readonly iterations?: number;
  /** ISO time at which the bot's clock starts. */
  readonly clock?: string;
  /** Seconds. */
  readonly wait: number;
  /** Seconds. */
  readonly settle: number;
  readonly parameters: JsonObject;
  readonly restart: boolean;
  /** Whether the bot is stopped before outputs are read. */
  readonly stop: boolean;
  /** The step has a clock, or goes on on that of an earlier step. */
  readonly hasClock: boolean;
  readonly expect: JsonObject;
  readonly source: JsonObject;
}

/** Reads a vector whose tokens are filled in; `expect` is taken from `recorded`, where they are not. */
export function botVector(source: JsonObject, recorded: JsonObject = source): BotVector {
  const steps = objects(source.get("steps"));
  const recordedSteps = objects(recorded.get("steps"));
  const referenceBug = source.get("reference_bug");
  const queues = source.get("queues");
  let hasClock = false;
  return {
    id: text(source.get("id")),
    about: text(source.get("about")),
    ...(referenceBug === undefined ? {} : { referenceBug: text(referenceBug) }),
    libraryPeer: source.get("peer_level") === "library",
    parameters: object(source.get("parameters")),
    queues: isList(queues) ? queues.map(text) : ["_default"],
    steps: steps.map((step, index) => {
      const next = steps[index + 1];
      const clock = step.get("clock");
      const iterations = step.get("iterations");
      const stop = step.get("stop");
      hasClock ||= typeof clock === "string";
      return {
        input: list(step.get("input")),
        ...(typeof iterations === "number" ? { iterations } : {}),
        ...(typeof clock === "string" ? { clock } : {}),
        wait: seconds(step.get("wait")),
        settle: seconds(step.get("settle")),
        parameters: object(step.get("parameters")),
        restart: step.get("restart") !== false,
        stop: typeof stop === "boolean" ? stop : next === undefined || next.get("restart") !== false,
        hasClock,
        expect: object(recordedSteps[index]?.get("expect")),
        source: step,
      };
    }),
    source,
  };
}

/** The objects of a list; an empty list for everything else. */
export function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return list(value).filter((item) => isObject(item));
}

export function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

export function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : new Map();
}

export function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function seconds(value: JsonValue | undefined): number {
  return typeof value === "number" || value instanceof Float ? toNumber(value) : 0;
}

/**
 * The definition API: one definition per bot. Validation, defaults, redaction, manual, completion and forms derive from it.
 *
 * Duties of a bot
 * - `create` checks and compiles, opens nothing and keeps nothing outside the returned object;
 * - `open` opens (files, connections), `close` closes and may be called twice; state that `open` sets is kept before the
 *   first message comes;
 * - a bot throws when it fails; the engine retries, isolates and keeps what failed.
 */
import type { Message } from "@weir/format";
import type { z } from "zod";
import type { RecordReader } from "../report/record-reader.ts";
import type { BotContext } from "./context.ts";

export type BotKind = "collector" | "parser" | "expert" | "output";

/** A complaint or note of a bot about its own parameters, for `check`. */
export interface ParameterFinding {
  readonly level: "error" | "warning" | "info";
  readonly message: string;
  readonly parameter?: string;
}

interface DefinitionBase<Schema extends z.ZodObject> {
  /** Name in runtime.yaml, as in IntelMQ: `intelmq.bots.experts.url.expert`. */
  readonly module: string;
  /** Older names that runtime.yaml may use. */
  readonly aliases?: readonly string[];
  readonly name: string;
  /** Name in `intelmqctl list bots` (IntelMQ's class name without its ending), if other than `name` without blanks. */
  readonly listName?: string;
  /** One sentence: what the bot does. */
  readonly summary: string;
  /** What a user should know beyond the parameters; Markdown. */
  readonly notes?: string;
  readonly params: Schema;
  /** Defaults of runtime parameters that differ for this bot, such as a collector's `rate_limit` (seconds). */
  readonly runtime?: { readonly rate_limit?: number };
  /** Looks at files and values that the schema cannot judge. Opens no connection. */
  check?(params: z.output<Schema>): readonly ParameterFinding[] | Promise<readonly ParameterFinding[]>;
}

interface Opened {
  open?(): void | Promise<void>;
  close?(): void | Promise<void>;
}

// --- collectors ---------------------------------------------------------------------------------------------------

export interface CollectedReport {
  /** Made by `ctx.newReport()`; without `raw` when `body` is given. */
  readonly report: Message;
  /** The collected data; a stream may be of any size. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Default `_default`. */
  readonly path?: string;
  /** False for foreign messages, which keep their own `feed.*`. Default true. */
  readonly addFeedFields?: boolean;
  /** Called once the report is on disk: mark the mail as read, delete the file, acknowledge to the peer. */
  onCommitted?(): void | Promise<void>;
}

export interface Collector extends Opened {
  /** One run. A source that pushes yields until `ctx.signal` aborts. */
  collect(): AsyncIterable<CollectedReport>;
}

export interface CollectorDefinition<Schema extends z.ZodObject = z.ZodObject> extends DefinitionBase<Schema> {
  readonly kind: "collector";
  create(context: BotContext<z.output<Schema>>): Collector;
}

// --- parsers ------------------------------------------------------------------------------------------------------

export type ParserResult = Message | readonly Message[] | undefined;

export interface Parser<Item> extends Opened {
  /** Splits the body; keeps each record's `raw`. */
  readonly records: RecordReader<Item>;
  /** Called before the first record of a report; what it throws concerns the whole report. */
  startReport?(report: Message): void;
  /**
   * Turns a record into events. `event` has the report's feed fields; the engine adds the record's `raw` and the
   * configured `default_fields` where they are missing. A throw makes the record a dead letter, the rest goes on.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a parser that returns nothing skips the record
  parse(record: Item, event: Message, report: Message): ParserResult | void;
  /** What the parser remembers between the records of a report (plain JSON), for a restart in the middle of one. */
  save?(): unknown;
  restore?(saved: unknown): void;
}

export interface ParserDefinition<Schema extends z.ZodObject = z.ZodObject, Item = unknown>
  extends DefinitionBase<Schema> {
  readonly kind: "parser";
  /**
   * `record` (default): a failing record becomes a dead letter of its own.
   * `report`: a failing record fails the report; events before it stay sent.
   */
  readonly failure?: "record" | "report";
  create(context: BotContext<z.output<Schema>>): Parser<Item>;
}

// --- experts ------------------------------------------------------------------------------------------------------

/** A message on its way to a named path. */
export interface Routed {
  readonly path: string;
  readonly message: Message;
  /** True: dropped silently when the path is not configured. */
  readonly optional: boolean;
}

/** Sends a message to a named path instead of `_default`. */
export function to(path: string, message: Message, options?: { readonly optional?: boolean }): Routed {
  return { path, message, optional: options?.optional ?? false };
}

// biome-ignore lint/suspicious/noConfusingVoidType: a bot that returns nothing drops the event
export type ExpertResult = Message | Routed | readonly (Message | Routed)[] | undefined | void;

export interface Expert extends Opened {
  process(event: Message): ExpertResult | Promise<ExpertResult>;
}

export interface ExpertDefinition<Schema extends z.ZodObject = z.ZodObject> extends DefinitionBase<Schema> {
  readonly kind: "expert";
  /** Fields it looks at and sets, where that is fixed. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /** How many events may be in work at once (look-ups). Default 1. Above 1 the bot gets a queue of its own; order is kept. */
  readonly concurrency?: number;
  /** Order or state matters: never more than one event at a time, one instance. */
  readonly stateful?: boolean;
  create(context: BotContext<z.output<Schema>>): Expert;
}

// --- outputs ------------------------------------------------------------------------------------------------------

/** An event with the id that is the same again when the event is delivered again after a crash. */
export interface Delivery {
  readonly event: Message;
  readonly id: string;
}

export interface Output extends Opened {
  /**
   * Delivers the batch; resolves when the receiver has it (a file: when it is on disk). State set meanwhile is committed
   * together with the batch. A throw makes the engine split the batch until the culprit is alone.
   */
  write(batch: readonly Delivery[]): void | Promise<void>;
}

export interface OutputDefinition<Schema extends z.ZodObject = z.ZodObject> extends DefinitionBase<Schema> {
  readonly kind: "output";
  /** `network`: slow or remote, gets a queue of its own before it. Default `network`. */
  readonly pace?: "local" | "network";
  create(context: BotContext<z.output<Schema>>): Output;
}

// --- all ----------------------------------------------------------------------------------------------------------

/** Any bot, when its parameters are not of interest. */
export type AnyDefinition = CollectorDefinition | ParserDefinition | ExpertDefinition | OutputDefinition;

type Without<Definition> = Omit<Definition, "kind">;

/** Defines a collector. */
export function defineCollector<Schema extends z.ZodObject>(
  definition: Without<CollectorDefinition<Schema>>,
): CollectorDefinition<Schema> {
  return { ...definition, kind: "collector" };
}

/** Defines a parser. */
export function defineParser<Schema extends z.ZodObject, Item>(
  definition: Without<ParserDefinition<Schema, Item>>,
): ParserDefinition<Schema, Item> {
  return { ...definition, kind: "parser" };
}

/** Defines an expert. */
export function defineExpert<Schema extends z.ZodObject>(
  definition: Without<ExpertDefinition<Schema>>,
): ExpertDefinition<Schema> {
  return { ...definition, kind: "expert" };
}

/** Defines an output. */
export function defineOutput<Schema extends z.ZodObject>(
  definition: Without<OutputDefinition<Schema>>,
): OutputDefinition<Schema> {
  return { ...definition, kind: "output" };
}

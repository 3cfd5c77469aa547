/**
 * Runs a parser over reports: reads the body in batches of records and sends their events through the worker's bots.
 *
 * Invariants
 * - A report is acknowledged in the unit that holds its last events; every unit before that notes how far it got, so that
 *   a restart goes on there and no event is lost or doubled.
 * - A record that fails becomes a dead letter of its own: a report with just that record. The others go on.
 * - A report that cannot be read on is tried again only when nothing of it was sent yet.
 */
import { Base64Value, eventTemplate, keyExists, type Message } from "@weir/format";
import type { Envelope, ProgressMark, ReceivedMessage } from "../broker/broker.ts";
import type { ParserParameters } from "../definition/common-parameters.ts";
import type { ParserResult } from "../definition/definition.ts";
import { type RecordBatch, type ReportBody, UnreadableRecord } from "../report/record-reader.ts";
import type { BotNode } from "./bot-node.ts";
import { type Cascade, logFailure } from "./cascade.ts";
import { defaultFieldInvalid, reportUnreadable } from "./errors.ts";
import { deadLetterOf, judge } from "./failure.ts";
import { setOrigin } from "./unit.ts";

/** What every event of a parser gets when it lacks it; checked once at start. Throws WEIR_RUN_DEFAULT_FIELD_INVALID. */
export function defaultFieldsOf(node: BotNode, parameters: ParserParameters): readonly (readonly [string, unknown])[] {
  return Object.entries(parameters.default_fields ?? {}).map(([field, value]) => {
    try {
      node.context.newEvent().insert(field, value);
    } catch (error) {
      throw defaultFieldInvalid({ bot: node.id, field }, { cause: error });
    }
    return [field, value] as const;
  });
}

export interface ReportRunOptions {
  readonly node: BotNode;
  readonly received: ReceivedMessage;
  readonly envelope: Envelope;
  readonly body: ReportBody;
  readonly parameters: ParserParameters;
  readonly defaults: readonly (readonly [string, unknown])[];
  /** True when the bot has to stop: the report is left at the last mark. */
  isStopping(): boolean;
  /**
   * Runs one step of the report in a unit. `final` steps acknowledge the message. Resolves when the step's cascade is
   * through (not: committed).
   */
  step(run: (cascade: Cascade) => void | Promise<void>, end: StepEnd): Promise<void>;
}

/** How a step of a report ends: the report is done, or read up to a mark, asked for after the step. */
export type StepEnd = { readonly kind: "done" } | { readonly kind: "mark"; mark(): ProgressMark };

/** Reads one report to its end, or to where the bot is stopped. */
export async function runReport(options: ReportRunOptions): Promise<void> {
  const { node, received, envelope, body, step } = options;
  if (node.built.kind !== "parser") return;
  const parser = node.built.bot;
  const report = envelope.message;
  const counts = { sent: 0, failed: 0 };
  let record = received.progress?.record ?? 0;

  try {
    if (received.progress?.parser !== undefined) parser.restore?.(received.progress.parser);
    parser.startReport?.(report);
    const template = eventTemplate(report, node.context.eventFields, options.parameters.copy_collector_provided_fields);
    const batches = parser.records.read(body, received.progress)[Symbol.asyncIterator]();
    let current = await batches.next();
    if (current.done === true) {
      await step(() => undefined, done);
      return;
    }
    while (current.done !== true) {
      const batch: RecordBatch<unknown> = current.value;
      const following = await batches.next().then(
        (next) => ({ next }),
        (error: unknown) => ({ error }),
      );
      const first = record;
      record += batch.records.length;
      const parse = (cascade: Cascade) => {
        const failure = parseBatch({ ...options, cascade, batch, template, first, counts });
        return then(cascade.flow(), () => {
          if (failure !== undefined) throw failure.error;
        });
      };
      const last = "next" in following && following.next.done === true;
      const reached = record;
      await step(parse, last ? done : { kind: "mark", mark: () => markOf(batch, reached, parser.save?.()) });
      if ("error" in following) throw following.error;
      current = following.next;
      if (!last && options.isStopping()) {
        await batches.return?.();
        return;
      }
    }
    node.context.log.info(`Sent ${counts.sent} events and found ${counts.failed} problem(s).`);
  } catch (error) {
    await giveUpReport(options, error, counts.sent + (received.progress?.record ?? 0));
  }
}

const done: StepEnd = { kind: "done" };

function markOf(batch: RecordBatch<unknown>, record: number, saved: unknown): ProgressMark {
  return { ...batch.mark, record, ...(saved === undefined ? {} : { parser: saved }) };
}

function then(pending: void | Promise<void>, next: () => void): void | Promise<void> {
  if (pending === undefined) return next();
  return pending.then(next);
}

interface BatchOptions extends ReportRunOptions {
  readonly cascade: Cascade;
  readonly batch: RecordBatch<unknown>;
  readonly template: () => Message;
  readonly first: number;
  readonly counts: { sent: number; failed: number };
}

/** Parses a batch and hands its events on. Gives the failure that concerns the whole report, if there is one. */
function parseBatch(options: BatchOptions): { readonly error: unknown } | undefined {
  const { node, envelope, batch, cascade, template, counts } = options;
  if (node.built.kind !== "parser") return undefined;
  const { bot: parser, definition } = node.built;
  const { records } = batch;
  const counters = cascade.unit.counters(node.id);
  const started = performance.now();
  for (let index = 0; index < records.length; index++) {
    const item = records[index];
    const number = options.first + index;
    try {
      if (item instanceof UnreadableRecord) throw item.error;
      const event = template();
      const result = parser.parse(item, event, envelope.message);
      counts.sent += emitEvents(options, index, number, result);
    } catch (error) {
      if (definition.failure === "report") return { error };
      counts.failed += 1;
      counters.failed += 1;
      failRecord(options, index, number, error);
    }
  }
  node.busyMicroseconds += (performance.now() - started) * 1000;
  return undefined;
}

/** Completes an event of a record: its text, and what is configured for events that lack it. */
function finishEvent({ batch, defaults, envelope }: BatchOptions, index: number, event: Message): void {
  // What an event in the place of a report has brought along is not the record's text.
  if (event.has("raw") && event.stored("raw") === envelope.message.stored("raw")) throw keyExists({ key: "raw" });
  event.add("raw", batch.raw(index));
  for (const [field, value] of defaults) if (!event.has(field)) event.add(field, value);
}

/** Sends what a record gave. Returns how many events. */
// biome-ignore lint/suspicious/noConfusingVoidType: what a parser may return
function emitEvents(options: BatchOptions, index: number, number: number, result: ParserResult | void): number {
  if (result === undefined || result === null) return 0;
  const { node, cascade, envelope } = options;
  if (!isList(result)) {
    if (result.size === 0) return 0;
    finishEvent(options, index, result);
    setOrigin(result, envelope.id, number);
    cascade.emitOne(node, "_default", result);
    return 1;
  }
  const events = result.filter((event) => event.size > 0);
  for (const event of events) finishEvent(options, index, event);
  events.forEach((event, ordinal) => {
    setOrigin(event, `${envelope.id}/${number}`, ordinal);
    cascade.emitOne(node, "_default", event);
  });
  return events.length;
}

function isList(result: Message | readonly Message[]): result is readonly Message[] {
  return Array.isArray(result);
}

/** A failed record: a dead letter and, where configured, `_on_error` get a report with just that record. */
function failRecord(options: BatchOptions, index: number, number: number, error: unknown): void {
  const { node, envelope, batch, cascade } = options;
  const { spec, context } = node;
  const part = envelope.message.clone();
  try {
    part.set("raw", (batch.original ?? batch.raw)(index));
  } catch (cause) {
    context.log.warning(`The text of record ${number + 1} cannot be kept: ${String(cause)}.`);
    part.set("raw", Base64Value.ofText(""));
  }
  setOrigin(part, envelope.id, number);
  logFailure(node, undefined, error, false);
  if (spec.runtime.error_dump_message) {
    cascade.unit.deadLetter(
      deadLetterOf({
        bot: spec.id,
        queue: spec.queue ?? "",
        error,
        attempts: 1,
        now: context.clock.now(),
        envelope: { id: `${envelope.id}/${number}`, message: part },
      }),
    );
  }
  const onError = node.routes.get("_on_error");
  for (const consumer of onError?.consumers ?? []) cascade.enqueue(consumer.queue, part.clone());
}

async function giveUpReport(options: ReportRunOptions, error: unknown, sent: number): Promise<void> {
  const { node, envelope, step } = options;
  const { spec, context } = node;
  const now = context.clock.now();
  const attempts = (envelope.attempts ?? 0) + 1;
  const failure = reportUnreadable({ bot: spec.id, sent }, { cause: error });
  const verdict = sent > 0 ? ({ kind: "give-up" } as const) : judge(error, attempts, spec.runtime, now);
  logFailure(node, envelope.message, failure, verdict.kind === "retry");
  await step(({ unit, stopRequests }) => {
    unit.counters(spec.id).failed += 1;
    const queue = spec.queue ?? "";
    if (verdict.kind === "retry") {
      unit.park(queue, { ...envelope, attempts }, verdict.dueAt);
      return;
    }
    if (spec.runtime.error_dump_message) {
      unit.deadLetter(
        deadLetterOf({ bot: spec.id, queue, error: failure, attempts, now, envelope: { ...envelope, attempts } }),
      );
    }
    const onError = node.routes.get("_on_error");
    for (const consumer of onError?.consumers ?? []) unit.enqueue(consumer.queue, { ...envelope, attempts: 0 });
    if (spec.runtime.error_procedure === "stop") stopRequests.add(node);
  }, done);
}

/**
 * What the command line, and later API and console, can ask for: one function per command, over the store and, when it
 * runs, the supervisor. The same code answers on the control socket and, without a supervisor, in the caller's process.
 */
import { type FieldTable, type Message, parseMessage, writeMessage } from "@weir/format";
import { errorKind } from "@weir/format/errors";
import { z } from "zod";
import type { Envelope, ReceivedMessage } from "../broker/broker.ts";
import type { AdministeredBroker } from "../broker/embedded/store-client.ts";
import type { Places } from "../config/places.ts";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { Supervisor } from "../supervise/supervisor.ts";
import { notRunning } from "./control-client.ts";
import { type ControlHandler, unknownCommand } from "./control-server.ts";

const badArguments = errorKind<{ command: string; reason: string }>("WEIR_CONTROL_BAD_ARGUMENTS", {
  message: ({ command, reason }) => `"${command}" was called wrongly: ${reason}`,
  remedy: "See `weir --help` for the arguments of the command.",
  retry: "never",
});

export interface OperationsOptions {
  readonly broker: AdministeredBroker;
  readonly fields: { readonly event: FieldTable; readonly report: FieldTable };
  readonly places: Places;
  /** Absent: no supervisor runs, commands about bots say so. */
  readonly supervisor?: Supervisor;
  shutdown?(): void;
}

interface Operation {
  readonly arguments: z.ZodObject;
  run(
    args: Record<string, unknown>,
    options: OperationsOptions,
    call: { emit(event: unknown): void; readonly gone: AbortSignal },
  ): Promise<unknown>;
}

function operation<Shape extends z.ZodObject>(
  schema: Shape,
  run: (
    args: z.output<Shape>,
    options: OperationsOptions,
    call: { emit(event: unknown): void; readonly gone: AbortSignal },
  ) => Promise<unknown>,
): Operation {
  // `openOperations` parses the arguments by this schema before it calls.
  return { arguments: schema, run: (args, options, call) => run(args as z.output<Shape>, options, call) };
}

const bots = z.object({ bots: z.array(z.string()).optional(), group: z.string().optional() });
const queue = z.object({ queue: z.string() });
const filter = z.object({ bot: z.string().optional(), error: z.string().optional() });

const operations: Readonly<Record<string, Operation>> = {
  status: operation(z.object({}), async (_, options) => {
    const supervisor = running(options);
    const [list, depths, counters] = await Promise.all([
      supervisor.status(),
      options.broker.depths(),
      options.broker.counters(),
    ]);
    return {
      since: supervisor.startedAt,
      pid: process.pid,
      bots: list.map((bot) => ({
        ...bot,
        waiting: bot.queue === undefined ? 0 : (depths.get(bot.queue)?.messages ?? 0),
        counters: counters.get(bot.id) ?? {},
      })),
    };
  }),
  start: operation(bots, async (args, options) => running(options).start(selected(args, options, true))),
  stop: operation(bots, async (args, options) => running(options).stop(selected(args, options, false))),
  restart: operation(bots, async (args, options) => {
    const supervisor = running(options);
    const ids = selected(args, options, false);
    await supervisor.stop(ids, "It is restarted by command.");
    return supervisor.start(ids);
  }),
  reload: operation(bots, async (args, options) => running(options).reload(args.bots)),
  hurry: operation(bots, async (args, options) => running(options).hurry(selected(args, options, false))),
  shutdown: operation(z.object({}), async (_, options) => {
    running(options);
    options.shutdown?.();
  }),
  tap: operation(
    z.object({ bot: z.string(), count: z.int().min(1).max(100_000) }),
    async ({ bot, count }, options, { emit, gone }) => running(options).tap(bot, count, emit, gone),
  ),
  "queues.list": operation(z.object({}), async (_, { broker }) => Object.fromEntries(await broker.depths())),
  "queues.peek": operation(
    queue.extend({ count: z.int().min(1).max(1000), offset: z.int().min(0).default(0) }),
    async ({ queue, count, offset }, { broker }) => (await broker.peek(queue, { count, offset })).map(showReceived),
  ),
  "queues.purge": operation(queue, async ({ queue }, { broker }) => ({ removed: await broker.purge(queue) })),
  /** Removes the oldest messages; no bot may read the queue meanwhile. */
  "queues.take": operation(queue.extend({ count: z.int().min(1).max(1000) }), async ({ queue, count }, { broker }) => {
    const received = await broker.receive(queue, { maxMessages: count, maxBytes: Number.MAX_SAFE_INTEGER });
    const unpark = received.flatMap(({ parkedId }) => (parkedId === undefined ? [] : [{ queue, id: parkedId }]));
    const last = received.findLast(({ parkedId }) => parkedId === undefined);
    const acknowledge = last === undefined ? [] : [{ queue, upTo: last.position }];
    const releaseBlobs = received.flatMap(({ envelope }) => (envelope?.blob === undefined ? [] : [envelope.blob.id]));
    await broker.commit({ acknowledge, unpark, releaseBlobs });
    await broker.release(queue);
    return { taken: received.length };
  }),
  "queues.put": operation(
    queue.extend({ messages: z.array(z.string()), type: z.enum(["Event", "Report"]) }),
    async ({ queue, messages, type }, options) => {
      const { broker } = options;
      const envelopes = messages.map(
        (text, index): Envelope => ({ id: `put-${Date.now()}-${index}`, message: readMessage(text, type, options) }),
      );
      await broker.commit({ enqueue: [{ queue, envelopes }] });
      return { added: envelopes.length };
    },
  ),
  "failures.list": operation(
    filter.extend({ count: z.int().min(1).max(10_000).default(50) }),
    async ({ bot, error, count }, { broker }) => {
      const { letters, total } = await broker.deadLetters.list({ ...chosen({ bot, error }), limit: count });
      return { total, failures: letters.map(summary) };
    },
  ),
  "failures.show": operation(z.object({ id: z.string() }), async ({ id }, { broker }) =>
    showLetter(await broker.deadLetters.get(id)),
  ),
  "failures.edit": operation(z.object({ id: z.string(), message: z.string() }), async ({ id, message }, options) => {
    const letter = await options.broker.deadLetters.get(id);
    const type = letter.envelope?.message.type ?? "Event";
    await options.broker.deadLetters.edit(id, readMessage(message, type, options));
    return { id };
  }),
  "failures.retry": operation(
    filter.extend({
      ids: z.array(z.string()),
      all: z.boolean(),
      queue: z.string().optional(),
      /** Events become reports, for queues of parsers. */
      asReport: z.boolean().default(false),
    }),
    async ({ queue, asReport, ...args }, options) => {
      const ids = await chosenIds(args, options);
      return options.broker.deadLetters.retry(ids, { asReport, ...(queue === undefined ? {} : { queue }) });
    },
  ),
  "failures.drop": operation(filter.extend({ ids: z.array(z.string()), all: z.boolean() }), async (args, options) => {
    const ids = await chosenIds(args, options);
    return { dropped: await options.broker.deadLetters.drop(ids) };
  }),
  "failures.export": operation(filter, async ({ bot, error }, { broker }) => ({
    text: await broker.deadLetters.exportDump(chosen({ bot, error })),
  })),
  "failures.import": operation(
    z.object({ text: z.string(), bot: z.string().optional() }),
    async ({ text, bot }, { broker }) => broker.deadLetters.importDump(text, bot),
  ),
  "store.info": operation(z.object({}), async (_, { broker, places }) => ({
    directory: places.stateDir,
    ...(await broker.sizes()),
  })),
};

/** Answers commands by name; arguments are checked. */
export function openOperations(options: OperationsOptions): ControlHandler {
  return async (command, args, call) => {
    const found = Object.hasOwn(operations, command) ? operations[command] : undefined;
    if (found === undefined) throw unknownCommand({ command });
    const parsed = found.arguments.safeParse(args);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw badArguments({ command, reason: `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim() });
    }
    return found.run(parsed.data, options, call);
  };
}

function running({ supervisor, places }: OperationsOptions): Supervisor {
  if (supervisor === undefined) throw notRunning({ socket: places.socketFile });
  return supervisor;
}

function selected(args: z.output<typeof bots>, options: OperationsOptions, onlyEnabled: boolean): readonly string[] {
  const supervisor = running(options);
  if (args.bots !== undefined && args.bots.length > 0) return args.bots;
  const ids = supervisor.idsOf(args.group);
  return onlyEnabled ? ids.filter((id) => supervisor.isEnabled(id)) : ids;
}

function chosen(args: { readonly bot: string | undefined; readonly error: string | undefined }): {
  bot?: string;
  error?: string;
} {
  return {
    ...(args.bot === undefined ? {} : { bot: args.bot }),
    ...(args.error === undefined ? {} : { error: args.error }),
  };
}

async function chosenIds(
  args: {
    readonly ids: readonly string[];
    readonly all: boolean;
    readonly bot?: string | undefined;
    readonly error?: string | undefined;
  },
  { broker }: OperationsOptions,
): Promise<readonly string[]> {
  if (!args.all) return args.ids;
  const { letters } = await broker.deadLetters.list({
    ...chosen({ bot: args.bot, error: args.error }),
    limit: Number.MAX_SAFE_INTEGER,
  });
  return letters.map(({ id }) => id);
}

function readMessage(text: string, type: "Event" | "Report", { fields }: OperationsOptions): Message {
  return parseMessage(text, fields, type);
}

function showReceived({ envelope, unreadable }: ReceivedMessage): unknown {
  if (envelope === undefined)
    return { bytes: Buffer.from(unreadable?.bytes ?? []).toString("base64"), error: unreadable?.error.message };
  const { id, message, blob, attempts } = envelope;
  return {
    id,
    message: writeMessage(message),
    ...(blob === undefined ? {} : { blob }),
    ...(attempts === undefined ? {} : { attempts }),
  };
}

function summary({ id, time, bot, queue, attempts, error }: DeadLetter): unknown {
  return {
    id,
    time: new Date(time).toISOString(),
    bot,
    queue,
    attempts,
    error: error.message,
    ...(error.code === undefined ? {} : { code: error.code }),
  };
}

function showLetter(letter: DeadLetter): unknown {
  const { id, time, bot, queue, attempts, error, envelope, bytes } = letter;
  return {
    id,
    time: new Date(time).toISOString(),
    bot,
    queue,
    attempts,
    error,
    ...(envelope === undefined
      ? {}
      : { message: writeMessage(envelope.message), type: envelope.message.type, blob: envelope.blob }),
    ...(bytes === undefined ? {} : { bytes: Buffer.from(bytes).toString("base64") }),
  };
}

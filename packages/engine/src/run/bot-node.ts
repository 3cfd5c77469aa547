/**
 * A bot as it lives in a worker: its definition, what was built from it, its routes, its counters and its status.
 *
 * Invariants
 * - `acceptsDirect` is true only while the bot runs, is not held (retry, pause), has no cut before it, and nothing waits
 *   in its queue: then messages may be handed over in memory without overtaking others.
 */
import type { Message } from "@weir/format";
import type { FeedParameters, ParserParameters, RuntimeParameters } from "../definition/common-parameters.ts";
import type { BotContext } from "../definition/context.ts";
import type {
  AnyDefinition,
  Collector,
  CollectorDefinition,
  Expert,
  ExpertDefinition,
  Output,
  OutputDefinition,
  Parser,
  ParserDefinition,
} from "../definition/definition.ts";
import type { TransactionalState } from "../state/state.ts";
import type { BotState, BotStatus } from "./bot-status.ts";
import type { HandedQueue } from "./hand-over.ts";

/** What a worker needs to know of a bot before it is built. */
export interface BotSpec {
  readonly id: string;
  readonly definition: AnyDefinition;
  /** As the definition's schema gave them. */
  readonly params: unknown;
  readonly runtime: RuntimeParameters;
  /** Of collectors. */
  readonly feed?: FeedParameters;
  /** Of parsers. */
  readonly parser?: ParserParameters;
  /** Its source queue; collectors have none. */
  readonly queue?: string;
  readonly destinations: ReadonlyMap<string, readonly string[]>;
  /** True: messages always go through the bot's queue. */
  readonly cut: boolean;
  /** Place in an order in which senders come before receivers. */
  readonly rank: number;
  /** How many objects of the bot work side by side; default 1. */
  readonly instances?: number;
  /** One run, then stopped. */
  readonly scheduled: boolean;
  /** When a collector runs next, if not by its rate limit. Epoch milliseconds. */
  readonly schedule?: { next(after: number): number };
}

/** Where a path leads: queues, and the bots that may be handed messages directly. */
export interface Consumer {
  readonly queue: string;
  readonly node?: BotNode;
  /** The bot works in the worker that goes on with what is handed over. */
  readonly handOver?: HandedQueue;
}

export interface Route {
  readonly consumers: readonly Consumer[];
  /** Each message to one consumer in turn. */
  readonly balance: boolean;
  turn: number;
}

export type BuiltBot =
  | { readonly kind: "collector"; readonly definition: CollectorDefinition; readonly bot: Collector }
  | { readonly kind: "parser"; readonly definition: ParserDefinition; readonly bot: Parser<unknown> }
  | { readonly kind: "expert"; readonly definition: ExpertDefinition; readonly bot: Expert }
  | { readonly kind: "output"; readonly definition: OutputDefinition; readonly bot: Output };

export class BotNode {
  readonly spec: BotSpec;
  readonly context: BotContext<unknown>;
  readonly state: TransactionalState;
  readonly built: BuiltBot;
  /** `built`, and more of the same where the bot has several instances. */
  readonly instances: readonly BuiltBot[];
  readonly routes = new Map<string, Route>();
  /** Messages handed over and not yet processed, within one unit. */
  inbox: Message[] = [];
  #backlog = true;
  #drained: (() => void)[] = [];
  /** Set while the bot must not be handed messages: stopped, paused, or standing still for a retry. */
  held = true;
  /** Until then it stands still for a message that is tried again (`error_procedure: stop`). Epoch milliseconds. */
  heldUntil: number | undefined;
  /** The end of the last write of an output; writes of one output never overlap. */
  lastWrite: Promise<void> = Promise.resolve();
  /** Called with a copy of what goes in and out while somebody watches. */
  tap: ((direction: "in" | "out", path: string, message: Message) => void) | undefined;
  busyMicroseconds = 0;
  lastReceived: number | undefined;
  lastSent: number | undefined;
  #status: BotStatus;

  /** Aborts `context.signal`: what the bot has under way ends at once. */
  readonly stopped: AbortController;

  constructor(
    spec: BotSpec,
    context: BotContext<unknown>,
    state: TransactionalState,
    stopped: AbortController = new AbortController(),
  ) {
    this.stopped = stopped;
    this.spec = spec;
    this.context = context;
    this.state = state;
    this.built = build(spec.definition, context);
    const more = Math.max(0, (spec.instances ?? 1) - 1);
    this.instances = [this.built, ...Array.from({ length: more }, () => build(spec.definition, context))];
    this.#status = { state: "stopped", reason: "It was not started.", since: context.clock.now() };
  }

  get id(): string {
    return this.spec.id;
  }

  get status(): BotStatus {
    return this.#status;
  }

  setStatus(state: BotState, reason: string, until?: number): void {
    if (this.#status.state === state && this.#status.reason === reason && this.#status.until === until) return;
    const since = this.#status.state === state ? this.#status.since : this.context.clock.now();
    this.#status = { state, reason, since, ...(until === undefined ? {} : { until }) };
  }

  /** An expert that has several messages in work at once. */
  get processesSeveral(): boolean {
    const { built, instances } = this;
    return built.kind === "expert" && (built.definition.concurrency ?? 1) * instances.length > 1;
  }

  /** True unless it is known that the bot's queue is empty. */
  get backlog(): boolean {
    return this.#backlog;
  }

  set backlog(value: boolean) {
    this.#backlog = value;
    if (value) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Resolves when the bot's queue is empty, or at once when it is or the bot does not run. */
  whenDrained(signal: AbortSignal): Promise<void> {
    if (!this.#backlog || this.held || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  /** The bot takes no messages any more: whoever waited for its queue goes on and puts them there. */
  hold(): void {
    this.held = true;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  get acceptsDirect(): boolean {
    return !this.held && !this.backlog && !this.spec.cut;
  }

  async open(): Promise<void> {
    for (const { bot } of this.instances) await bot.open?.();
  }

  async close(): Promise<void> {
    for (const { bot } of this.instances) await bot.close?.();
  }
}

/** Calls the definition's `create`. The schema made the parameters, so the context fits the definition's type. */
function build(definition: AnyDefinition, context: BotContext<unknown>): BuiltBot {
  const typed = context as BotContext<Record<string, unknown>>;
  switch (definition.kind) {
    case "collector":
      return { kind: "collector", definition, bot: definition.create(typed) };
    case "parser":
      return { kind: "parser", definition, bot: definition.create(typed) };
    case "expert":
      return { kind: "expert", definition, bot: definition.create(typed) };
    case "output":
      return { kind: "output", definition, bot: definition.create(typed) };
  }
}

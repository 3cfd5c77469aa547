/** The settings below `weir:`, which IntelMQ does not know: of a bot and of the botnet. */
import { Cron } from "croner";
import { z } from "zod";
import { parseDuration, parseSize } from "./quantity.ts";

const duration = z.union([z.number(), z.string()]).transform((value, issues) => {
  const seconds = parseDuration(value);
  if (seconds !== undefined) return seconds;
  issues.addIssue({ code: "custom", message: `${JSON.stringify(value)} is no duration such as 30s, 15m or 2h` });
  return z.NEVER;
});

const size = z.union([z.number(), z.string()]).transform((value, issues) => {
  const bytes = parseSize(value);
  if (bytes !== undefined) return bytes;
  issues.addIssue({ code: "custom", message: `${JSON.stringify(value)} is no size such as 500MB or 1GiB` });
  return z.NEVER;
});

/** When a collector runs: at the times of a cron expression, or so many seconds after the last start. */
export type Schedule =
  | { readonly kind: "cron"; readonly expression: string }
  | { readonly kind: "interval"; readonly seconds: number };

const schedule = z.union([z.number(), z.string()]).transform((value, issues): Schedule => {
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds > 0) return { kind: "interval", seconds };
  if (typeof value === "string" && isCron(value)) return { kind: "cron", expression: value };
  const message = `${JSON.stringify(value)} is neither a cron expression such as "*/15 * * * *" nor an interval such as 15m`;
  issues.addIssue({ code: "custom", message });
  return z.NEVER;
});

function isCron(text: string): boolean {
  if (text.length > 200) return false;
  try {
    return new Cron(text, { paused: true }).nextRun() !== null;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

const queueLimits = z.strictObject({
  durable: z.boolean().optional().describe("Keep the messages on disk (default); false: memory only."),
  max_messages: z.int().min(1).optional().describe("Messages above which producers wait."),
  max_bytes: size.optional().describe("Bytes above which producers wait, such as 1GiB."),
});

/** Limits of a queue; what is not set is the engine's default. */
export interface QueueSettings {
  readonly durable: boolean;
  readonly maxMessages?: number;
  readonly maxBytes?: number;
}

function queueSettings(limits: z.output<typeof queueLimits>): QueueSettings {
  return {
    durable: limits.durable ?? true,
    ...(limits.max_messages === undefined ? {} : { maxMessages: limits.max_messages }),
    ...(limits.max_bytes === undefined ? {} : { maxBytes: limits.max_bytes }),
  };
}

/** `weir:` of a bot. */
export const weirBotSchema = z
  .strictObject({
    schedule: schedule.optional().describe("When a collector runs: a cron expression, or an interval such as 15m."),
    jitter: duration.optional().describe("Up to so much later, by chance, so that not all start at once."),
    instances: z.int().min(1).max(64).optional().describe("Parallel instances on the bot's queue."),
    queue: z
      .union([z.boolean(), queueLimits])
      .optional()
      .describe("`true` or limits: messages always go through a queue before this bot."),
    silent_after: duration
      .optional()
      .describe("A feed without a report for so long is a problem; 0: it may be silent for ever."),
    labels: z.array(z.string().min(1)).optional().describe("Groups for the console and the command line."),
  })
  .transform(
    ({ schedule, jitter, instances, queue, silent_after, labels }): WeirBotSettings => ({
      ...(schedule === undefined ? {} : { schedule }),
      ...(jitter === undefined ? {} : { jitter }),
      ...(instances === undefined ? {} : { instances }),
      ...(queue === undefined || queue === false ? {} : { queue: queueSettings(queue === true ? {} : queue) }),
      ...(silent_after === undefined ? {} : { silentAfter: silent_after }),
      labels: labels ?? [],
    }),
  );

export interface WeirBotSettings {
  readonly schedule?: Schedule;
  /** Seconds. */
  readonly jitter?: number;
  readonly instances?: number;
  /** Present: a cut before this bot. */
  readonly queue?: QueueSettings;
  /** Seconds. */
  readonly silentAfter?: number;
  readonly labels: readonly string[];
}

/** `weir:` of `global`. */
export const weirGlobalSchema = z
  .strictObject({
    workers: z.int().min(1).max(256).optional().describe("Worker threads. Default: by the number of processors."),
    stage_sharing: z
      .enum(["auto", "always", "never"])
      .optional()
      .describe(
        "Whether two workers share a stage: `auto` (default) when one has too much to do and two more are free.",
      ),
    queue: queueLimits.optional().describe("Limits of every queue that has none of its own."),
    silent_after: duration.optional().describe("For all collectors that say nothing else."),
  })
  .transform(
    ({ workers, stage_sharing, queue, silent_after }): WeirGlobalSettings => ({
      ...(workers === undefined ? {} : { workers }),
      ...(stage_sharing === undefined ? {} : { stageSharing: stage_sharing }),
      ...(queue === undefined ? {} : { queue: queueSettings(queue) }),
      ...(silent_after === undefined ? {} : { silentAfter: silent_after }),
    }),
  );

export interface WeirGlobalSettings {
  readonly workers?: number;
  readonly stageSharing?: "auto" | "always" | "never";
  readonly queue?: QueueSettings;
  /** Seconds. */
  readonly silentAfter?: number;
}

/**
 * What becomes of a message that a bot could not handle.
 *
 * The rules are IntelMQ's seen from outside, without their accidents: temporary errors are tried again from the original
 * message while the others go on; permanent ones (a value that the format refuses, a bug that the message shows) are not;
 * whoever is given up becomes a dead letter and goes to the path `_on_error` where that is configured.
 */
import { randomUUID } from "node:crypto";
import type { Envelope } from "../broker/broker.ts";
import type { DeadLetter } from "../dead-letter/dead-letter.ts";
import type { RuntimeParameters } from "../definition/common-parameters.ts";

export type Verdict = { readonly kind: "retry"; readonly dueAt: number } | { readonly kind: "give-up" };

/** Retry or give up? `attempts` counts the failed tries including this one. */
export function judge(error: unknown, attempts: number, runtime: RuntimeParameters, now: number): Verdict {
  if (attempts > runtime.error_max_retries || isPermanent(error)) return { kind: "give-up" };
  return { kind: "retry", dueAt: now + runtime.error_retry_delay * 1000 };
}

/** True for errors that the same message will meet again, whatever happens. */
function isPermanent(error: unknown): boolean {
  return error instanceof Error && "retry" in error && error.retry === "never";
}

/** What is kept of a message that was given up. */
export function deadLetterOf(options: {
  bot: string;
  queue: string;
  error: unknown;
  attempts: number;
  now: number;
  envelope?: Envelope;
  bytes?: Uint8Array;
}): DeadLetter {
  const { bot, queue, error, attempts, now, envelope, bytes } = options;
  return {
    id: `${String(now).padStart(14, "0")}-${randomUUID()}`,
    time: now,
    bot,
    queue,
    attempts,
    error: describeError(error),
    ...(envelope === undefined ? {} : { envelope }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** Any thrown value as data, with the causes in the stack. */
function describeError(error: unknown): DeadLetter["error"] {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  return {
    name: error.name,
    message: messageWithCauses(error),
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

/** The message of an error followed by those of its causes. */
export function messageWithCauses(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null && parts.length < 8; ) {
    parts.push(at instanceof Error ? at.message : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  // Messages often quote their cause already.
  const isSaid = (part: string, index: number): boolean =>
    parts.slice(0, index).some((earlier) => earlier.includes(part));
  return parts.filter((part, index) => part !== "" && !isSaid(part, index)).join(": ");
}

/** A message that a bot gave up, with why; kept until a person decides. */
import type { Envelope } from "../broker/broker.ts";

export interface DeadLetter {
  /** Sorts by time; unique. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly bot: string;
  /** Queue that the message came from, so that it can be sent again. */
  readonly queue: string;
  readonly error: {
    readonly code?: string;
    readonly name: string;
    readonly message: string;
    readonly stack?: string;
  };
  /** Tries before giving up. */
  readonly attempts: number;
  /** Absent when the bytes were no message. */
  readonly envelope?: Envelope;
  readonly bytes?: Uint8Array;
}

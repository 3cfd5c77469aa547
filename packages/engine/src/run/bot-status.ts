/** In which state a bot is, and why; what `status`, console and API show. */

export type BotState =
  | "starting"
  | "running"
  | "waiting"
  | "throttled"
  | "retrying"
  | "failed"
  | "stopped"
  | "disabled";

export interface BotStatus {
  readonly state: BotState;
  /** A sentence for a person. */
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Epoch milliseconds at which it goes on by itself. */
  readonly until?: number;
}

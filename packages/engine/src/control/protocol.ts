/**
 * What commands say to the running supervisor: one JSON object a line, over a Unix socket that only its owner may use.
 *
 *     → {"id": 1, "command": "status", "arguments": {}}
 *     ← {"id": 1, "event": …}            any number, for commands that watch
 *     ← {"id": 1, "result": …}           or {"id": 1, "error": {"message", "code", "remedy"}}
 *
 * The client ends a watching command by closing the connection.
 */
export interface ControlRequest {
  readonly id: number;
  readonly command: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface ControlError {
  readonly message: string;
  readonly code?: string;
  /** What the person does next: the caller need not know the kind of the error. */
  readonly remedy?: string;
}

export type ControlAnswer =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ControlError };

/** Longest line that is read, in bytes; a longer one ends the connection. */
export const longestLine = 64 << 20;

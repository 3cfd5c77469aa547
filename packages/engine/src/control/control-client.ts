/** Speaks to a running supervisor. */
import { connect, type Socket } from "node:net";
import { errorKind, WeirError } from "@weir/format/errors";
import { readLines } from "./lines.ts";
import { type ControlAnswer, type ControlError, longestLine } from "./protocol.ts";

export const notRunning = errorKind<{ socket: string }>("WEIR_CONTROL_NOT_RUNNING", {
  message: ({ socket }) => `no supervisor answers on ${socket}`,
  remedy: "Start the botnet with `weir up`, or `weir start`, which starts it in the background.",
  retry: "later",
});

export const controlLost = errorKind<{ command: string }>("WEIR_CONTROL_LOST", {
  message: ({ command }) => `the supervisor went away before it answered "${command}"`,
  remedy: "Look whether it still runs with `weir status`, and into its log.",
  retry: "later",
});

export interface ControlClient {
  /** Sends a command; `onEvent` gets what a watching command sees. Throws what the supervisor answers as error. */
  request(
    command: string,
    args?: Readonly<Record<string, unknown>>,
    onEvent?: (event: unknown) => void,
  ): Promise<unknown>;
  close(): void;
}

/** Throws WEIR_CONTROL_NOT_RUNNING when nobody listens. */
export async function connectControl(socketFile: string): Promise<ControlClient> {
  const socket = await open(socketFile);
  const waiting = new Map<
    number,
    {
      command: string;
      onEvent?: ((event: unknown) => void) | undefined;
      resolve(value: unknown): void;
      reject(error: Error): void;
    }
  >();
  let last = 0;
  readLines(socket, longestLine, (line) => {
    const message = JSON.parse(line) as ControlAnswer; // the supervisor is the same program
    const request = waiting.get(message.id);
    if (request === undefined) return;
    if ("event" in message) return request.onEvent?.(message.event);
    waiting.delete(message.id);
    if ("result" in message) request.resolve(message.result);
    else request.reject(errorOf(message.error));
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    for (const { command, reject } of waiting.values()) reject(controlLost({ command }));
    waiting.clear();
  });
  return {
    request(command, args = {}, onEvent = undefined) {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { command, onEvent, resolve, reject });
        socket.write(`${JSON.stringify({ id, command, arguments: args })}\n`);
      });
    },
    close: () => socket.end(),
  };
}

function open(socketFile: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketFile);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) => reject(notRunning({ socket: socketFile }, { cause: error })));
  });
}

function errorOf({ message, code, remedy }: ControlError): Error {
  if (code?.startsWith("WEIR_")) {
    return new WeirError({ code: code as `WEIR_${string}`, retry: "later" }, message, { remedy }); // the test above is the type
  }
  return new Error(message);
}

/**
 * The supervisor's ear: answers commands on a Unix socket.
 *
 * Invariants
 * - The socket is readable and writable for its owner only, from the first moment (made under a strict umask).
 * - A broken request is answered with what is wrong and concerns nobody else.
 * - A socket file that nobody listens on is replaced; one that somebody answers on is not.
 */
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { errorKind, errorKinds } from "@weir/format/errors";
import { makeDirectory } from "../files/make-directory.ts";
import { messageWithCauses } from "../run/failure.ts";
import { readLines } from "./lines.ts";
import { type ControlAnswer, type ControlRequest, longestLine } from "./protocol.ts";

export const controlBusy = errorKind<{ socket: string }>("WEIR_CONTROL_BUSY", {
  message: ({ socket }) => `another supervisor answers on ${socket}`,
  remedy: "Use it (`weir status`), or stop it first (`weir stop`).",
  retry: "never",
});

export const unknownCommand = errorKind<{ command: string }>("WEIR_CONTROL_UNKNOWN_COMMAND", {
  message: ({ command }) => `the supervisor knows no command "${command}"`,
  remedy: "Supervisor and command line are probably of different versions: restart the botnet with the new one.",
  retry: "never",
});

const badRequest = errorKind<{ reason: string }>("WEIR_CONTROL_BAD_REQUEST", {
  message: ({ reason }) => `the request is none: ${reason}`,
  remedy: 'A request is one line of JSON: {"id": 1, "command": "status", "arguments": {}}.',
  retry: "never",
});

/** Handles a command; `emit` sends events of a watching command, `gone` aborts when the client leaves. */
export type ControlHandler = (
  command: string,
  args: Readonly<Record<string, unknown>>,
  watch: { emit(event: unknown): void; readonly gone: AbortSignal },
) => Promise<unknown>;

export async function serveControl(socketFile: string, handle: ControlHandler): Promise<{ close(): Promise<void> }> {
  makeDirectory(dirname(socketFile), 0o750);
  if (await answers(socketFile)) throw controlBusy({ socket: socketFile });
  rmSync(socketFile, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const gone = new AbortController();
    socket.on("close", () => {
      sockets.delete(socket);
      gone.abort();
    });
    socket.on("error", () => socket.destroy());
    readLines(socket, longestLine, (line) => {
      void answer(line, socket, handle, gone.signal);
    });
  });
  await listen(server, socketFile);
  return {
    async close() {
      for (const socket of sockets) socket.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(socketFile, { force: true });
    },
  };
}

async function answer(line: string, socket: Socket, handle: ControlHandler, gone: AbortSignal): Promise<void> {
  let id = 0;
  const send = (message: ControlAnswer): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
  };
  try {
    const request = parseRequest(line);
    id = request.id;
    const emit = (event: unknown): void => send({ id, event });
    const result = await handle(request.command, request.arguments, { emit, gone });
    send({ id, result: result ?? null });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    const remedy = errorKinds().find((kind) => kind.code === code)?.remedy;
    const more = { ...(code === undefined ? {} : { code }), ...(remedy === undefined ? {} : { remedy }) };
    send({ id, error: { message: messageWithCauses(error), ...more } });
  }
}

function parseRequest(line: string): ControlRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw badRequest({ reason: "it is no JSON" }, { cause: error });
  }
  if (typeof value !== "object" || value === null) throw badRequest({ reason: "it is no object" });
  const { id, command, arguments: args } = value as Partial<ControlRequest>; // each member is checked below
  if (typeof id !== "number" || typeof command !== "string") throw badRequest({ reason: "id or command is missing" });
  if (args !== undefined && (typeof args !== "object" || args === null))
    throw badRequest({ reason: "arguments are no object" });
  return { id, command, arguments: args ?? {} };
}

function listen(server: Server, socketFile: string): Promise<void> {
  const before = process.umask(0o177);
  return new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketFile, () => {
      chmodSync(socketFile, 0o600);
      resolve();
    });
  }).finally(() => process.umask(before));
}

function answers(socketFile: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketFile);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

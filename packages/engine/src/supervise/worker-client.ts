/**
 * A worker as the supervisor sees it: requests with replies, events, and its end.
 *
 * Invariants
 * - Every request is answered once: by the worker, or with WEIR_WORKER_GONE when it dies first.
 */
import type { MessagePort } from "node:worker_threads";
import { errorKind, WeirError } from "@weir/format/errors";
import type { WorkerEvent, WorkerReply, WorkerRequest } from "./worker-protocol.ts";

export const workerGone = errorKind<{ worker: number }>("WEIR_WORKER_GONE", {
  message: ({ worker }) => `worker ${worker} ended before it answered`,
  remedy: "The supervisor starts it anew; its bots go on from what is on disk. The log says why it ended.",
  retry: "later",
});

/** The part of a `Worker` that is used; tests give another. */
export interface WorkerPort {
  postMessage(message: unknown, transfer?: readonly MessagePort[]): void;
  /** Lets the process end although the worker runs. */
  unref(): void;
  on(event: "message", listener: (message: WorkerEvent | WorkerReply) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class WorkerClient {
  readonly #port: WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #gone = false;
  readonly #number: number;

  constructor(
    port: WorkerPort,
    number: number,
    on: { event(event: WorkerEvent): void; end(error: Error | undefined): void },
  ) {
    this.#port = port;
    this.#number = number;
    let reason: Error | undefined;
    port.on("message", (message) => {
      if ("event" in message) on.event(message);
      else this.#settle(message);
    });
    port.on("error", (error) => {
      reason = error;
    });
    port.on("exit", () => {
      this.#gone = true;
      for (const waiting of this.#waiting.values()) waiting.reject(workerGone({ worker: number }, { cause: reason }));
      this.#waiting.clear();
      on.end(reason);
    });
  }

  /** Sends a request; the type of the answer is the request's, see worker-host.ts. */
  request(request: WorkerRequest, transfer: readonly MessagePort[] = []): Promise<unknown> {
    if (this.#gone) return Promise.reject(workerGone({ worker: this.#number }));
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, request }, transfer);
    });
  }

  /** Ends the worker. The process does not wait for what its bots may have left behind. */
  async shutDown(deadline: number): Promise<void> {
    await this.request({ op: "shutdown", deadline });
    this.#port.unref();
  }

  #settle({ reply, result, error }: WorkerReply): void {
    const waiting = this.#waiting.get(reply);
    this.#waiting.delete(reply);
    if (waiting === undefined) return;
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(errorOf(error));
  }
}

function errorOf({ message, code }: NonNullable<WorkerReply["error"]>): Error {
  if (code?.startsWith("WEIR_")) {
    return new WeirError({ code: code as `WEIR_${string}`, retry: "later" }, message, {}); // the test above is the type
  }
  return new Error(message);
}

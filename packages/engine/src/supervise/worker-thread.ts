/** Entry of a worker thread: connects to the store, loads the catalogue, serves the supervisor's requests, ends with a shutdown. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { messageWithCauses } from "../run/failure.ts";
import { openWorker, type WorkerData } from "./open-worker.ts";
import type { WorkerEvent, WorkerReply, WorkerRequest } from "./worker-protocol.ts";

const port = supervisorPort();

const send = (message: WorkerEvent | WorkerReply): void => port.postMessage(message);
const host = openWorker(workerData as WorkerData, (event) => send(event)); // given by spawn-worker.ts

port.on("message", ({ id, request }: { readonly id: number; readonly request: WorkerRequest }) => {
  void serve(id, request);
});

function supervisorPort(): MessagePort {
  if (parentPort === null) throw new Error("this file is the entry of a worker thread");
  return parentPort;
}

async function serve(id: number, request: WorkerRequest): Promise<void> {
  try {
    const result = await (await host).handle(request);
    send({ reply: id, result });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? { code: String(error.code) } : {};
    send({ reply: id, error: { message: messageWithCauses(error), ...code } });
  }
  if (request.op === "shutdown") process.exit();
}

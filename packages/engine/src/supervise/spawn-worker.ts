/** Starts the thread of a worker. */
import { Worker } from "node:worker_threads";
import { builtFile } from "../broker/built-file.ts";
import type { WorkerData } from "./open-worker.ts";
import type { WorkerPort } from "./worker-client.ts";

export function spawnWorker(data: WorkerData, number: number): WorkerPort {
  return new Worker(builtFile(import.meta.url, "./worker-thread"), {
    name: `weir-worker-${number}`,
    workerData: data,
    transferList: [data.store],
    resourceLimits: { maxYoungGenerationSizeMb: 16 },
  });
}

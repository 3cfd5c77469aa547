/**
 * Starts the thread of a worker.
 *
 * A bot from outside imports the installed packages. When this code runs from a bundle, a worker for such bots is made of
 * the installed packages, too, since objects of two copies of a class do not fit each other.
 */
import { Worker } from "node:worker_threads";
import { builtFile } from "../broker/built-file.ts";
import type { WorkerData } from "./open-worker.ts";
import type { WorkerPort } from "./worker-client.ts";

const maxYoungGenerationSizeMb = 32;

export interface WorkerStart extends WorkerData {
  readonly number: number;
  /** Whether bots from outside are to work in it. */
  readonly ownBots: boolean;
}

export function spawnWorker({ number, ownBots, ...workerData }: WorkerStart): WorkerPort {
  const entry = ownBots
    ? new URL("./worker-thread.js", import.meta.resolve("@weir/engine/supervise"))
    : builtFile(import.meta.url, "./worker-thread");
  return new Worker(entry, {
    name: `weir-worker-${number}`,
    workerData,
    transferList: [workerData.store],
    resourceLimits: { maxYoungGenerationSizeMb },
  });
}

/** Opens the embedded store, in a thread of its own (a running botnet) or in the caller's (commands, tests). */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { FieldTables } from "@weir/format";
import { WeirError } from "@weir/format/errors";
import { builtFile } from "../built-file.ts";
import { type AdministeredBroker, connectStore } from "./store-client.ts";
import { StoreServer } from "./store-server.ts";

export interface OpenStoreOptions {
  /** The state directory. */
  readonly directory: string;
  readonly fields: FieldTables;
  /** Default true. */
  readonly thread?: boolean;
  /** What people should know: damaged records, a full disk. */
  onProblem?(message: string): void;
}

export interface OpenedStore {
  readonly broker: AdministeredBroker;
  /** A port for another client, to be handed to its thread. */
  connect(): MessagePort;
}

/** Throws WEIR_STORE_HELD, WEIR_STORE_VERSION, WEIR_STORE_UNUSABLE. */
export async function openStore({ directory, fields, thread = true, onProblem = () => undefined }: OpenStoreOptions): Promise<OpenedStore> {
  const give = thread ? await openThread(directory) : openHere(directory);
  const connect = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    give(port1);
    return port2;
  };
  return { broker: connectStore(connect(), fields, onProblem), connect };
}

function openHere(directory: string): (port: MessagePort) => void {
  const server = new StoreServer(directory);
  return (port) => server.connect(port);
}

async function openThread(directory: string): Promise<(port: MessagePort) => void> {
  const worker = new Worker(builtFile(import.meta.url, "./store-thread"), { name: "weir-store", workerData: { directory } });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (answer: { opened: boolean; code: `WEIR_${string}`; message: string }) => {
      if (answer.opened) resolve();
      else reject(new WeirError({ code: answer.code, retry: "never" }, answer.message, {}));
    });
  });
  worker.on("error", (error) => {
    // Without the store nothing can go on, and nothing that is committed is lost: end, and be started anew.
    process.stderr.write(`The store's thread failed: ${error.stack ?? String(error)}\n`);
    process.exit(70);
  });
  worker.unref();
  return (port) => worker.postMessage({ client: port }, [port]);
}

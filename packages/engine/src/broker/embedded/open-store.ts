/** Opens the embedded store, in a thread of its own (a running botnet) or in the caller's (commands, tests). */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { FieldTables } from "@weir/format";
import { builtFile } from "../built-file.ts";
import { storeClosed } from "../errors.ts";
import { type AdministeredBroker, connectStore } from "./store-client.ts";
import { type ErrorData, errorOf } from "./store-protocol.ts";
import { StoreServer, type StoreServerOptions } from "./store-server.ts";

export interface OpenStoreOptions {
  /** The state directory. */
  readonly directory: string;
  readonly fields: FieldTables;
  /** Default true. */
  readonly thread?: boolean;
  /** Free bytes that are kept for what is under way when the disk fills up; default 64 MiB. */
  readonly reserveBytes?: number;
  /** What people should know: damaged records, a full disk. */
  onProblem?(message: string): void;
}

export interface OpenedStore {
  /** Its `close` writes what waits and ends the store for all clients. */
  readonly broker: AdministeredBroker;
  /** A port for another client, to be handed to its thread. */
  connect(): MessagePort;
}

/** What the store's thread is started with. */
export interface StoreThreadData {
  readonly directory: string;
  readonly reserveBytes: number | undefined;
}

/** What it says when it has started. */
export type StoreThreadAnswer = { readonly opened: true } | { readonly opened: false; readonly error: ErrorData };

/** Throws WEIR_STORE_HELD, WEIR_STORE_VERSION, WEIR_STORE_UNUSABLE. */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { fields, onProblem } = options;
  const serve = options.thread === false ? await serveHere(options) : await serveInThread(options);
  const connect = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    serve(port1);
    return port2;
  };
  return { broker: connectStore(connect(), fields, onProblem), connect };
}

async function serveHere({
  directory,
  reserveBytes,
  onProblem,
}: OpenStoreOptions): Promise<(port: MessagePort) => void> {
  const { Store } = await import("./store.ts"); // with LMDB, which is for the store's thread otherwise
  const store = new Store({ directory, ...(onProblem === undefined ? {} : { onProblem }) });
  const server = new StoreServer({ store, ...(reserveBytes === undefined ? {} : { reserveBytes }) });
  return (port) => {
    server.connect(port);
    port.unref(); // the client keeps the process alive while it waits for an answer
  };
}

/** A store of the caller's making, with more than a botnet sets: for tests. */
export function serveStore(options: StoreServerOptions): { readonly server: StoreServer; connect(): MessagePort } {
  const server = new StoreServer(options);
  return {
    server,
    connect() {
      const { port1, port2 } = new MessageChannel();
      server.connect(port1);
      port1.unref();
      return port2;
    },
  };
}

async function serveInThread({ directory, reserveBytes }: OpenStoreOptions): Promise<(port: MessagePort) => void> {
  const workerData: StoreThreadData = { directory, reserveBytes };
  const worker = new Worker(builtFile(import.meta.url, "./store-thread"), { name: "weir-store", workerData });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(storeClosed({ operation: "open" })));
    worker.once("message", (answer: StoreThreadAnswer) => {
      if (answer.opened) resolve();
      else reject(errorOf(answer.error));
    });
  });
  worker.removeAllListeners();
  worker.on("error", (error) => {
    // Without its store nothing can go on, and nothing that is committed is lost: end, and be started anew.
    process.stderr.write(
      `The store's thread failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(70);
  });
  worker.unref();
  return (port) => worker.postMessage(port, [port]);
}

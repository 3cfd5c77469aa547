/** Entry of the store's thread: opens the store, then serves every port that it is sent. Nobody terminates this thread. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { StoreServer } from "./store-server.ts";

const port = parentPort;
if (port === null) throw new Error("this file is the entry of the store's thread");
try {
  const server = new StoreServer(String(workerData.directory));
  port.on("message", ({ client }: { readonly client: MessagePort }) => server.connect(client));
  port.postMessage({ opened: true });
} catch (error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "WEIR_STORE_UNUSABLE";
  port.postMessage({ opened: false, code, message: error instanceof Error ? error.message : String(error) });
}

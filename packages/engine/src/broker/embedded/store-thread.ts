/**
 * Entry of the store's thread: opens the store, then serves every port that it is sent. Nobody terminates this thread; it
 * ends when the store is closed.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { StoreThreadAnswer, StoreThreadData } from "./open-store.ts";
import { Store } from "./store.ts";
import { errorData } from "./store-protocol.ts";
import { StoreServer } from "./store-server.ts";

const port = parentPort;
if (port === null) throw new Error("this file is the entry of the store's thread");

const answer = (message: StoreThreadAnswer): void => port.postMessage(message);

try {
  const { directory, reserveBytes } = workerData as StoreThreadData; // given by open-store.ts
  let tell: (message: string) => void = () => undefined;
  const store = new Store({ directory, onProblem: (message) => tell(message) });
  const server = new StoreServer({
    store,
    ...(reserveBytes === undefined ? {} : { reserveBytes }),
    onClosed: () => port.close(),
  });
  tell = (message) => server.problem(message);
  port.on("message", (client: MessagePort) => server.connect(client));
  answer({ opened: true });
} catch (error) {
  answer({ opened: false, error: errorData(error) });
}

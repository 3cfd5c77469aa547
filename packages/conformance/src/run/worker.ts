/** A worker thread: runs the files that it is given and says what became of every vector. */
import { parentPort, workerData } from "node:worker_threads";
import { builtInCatalogue } from "@weir/bots/catalogue";
import type { Corpus } from "../corpus.ts";
import type { VectorOutcome } from "../outcome.ts";
import { runVectorFile } from "./file-run.ts";

export interface WorkerData {
  readonly corpus: Corpus;
  readonly work: string;
}

export interface FileOrder {
  readonly name: string;
  readonly from: number;
}

export type WorkerNews =
  | { readonly kind: "begin"; readonly index: number; readonly id: string }
  | { readonly kind: "outcome"; readonly outcome: VectorOutcome }
  | { readonly kind: "end" };

if (parentPort !== null) {
  const port = parentPort;
  // Whoever started this thread gave it this data.
  const { corpus, work } = workerData as WorkerData;
  const catalogue = builtInCatalogue();
  const tell = (news: WorkerNews): void => port.postMessage(news);
  port.on("message", ({ name, from }: FileOrder) => {
    const run = async (): Promise<void> => {
      const onBegin = (index: number, id: string): void => tell({ kind: "begin", index, id });
      for await (const outcome of runVectorFile(name, { corpus, catalogue, work, from, onBegin })) {
        tell({ kind: "outcome", outcome });
      }
      tell({ kind: "end" });
    };
    run().catch((error: unknown) => {
      throw error; // an unreadable file ends the thread and with it the run
    });
  });
}

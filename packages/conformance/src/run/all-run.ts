/**
 * Runs many files on several threads.
 *
 * Invariants
 * - A file is run by one thread at a time; files come out in the order in which they end.
 * - A vector that blocks its thread (an endless loop in a bot) fails like one that is late: the thread is ended and a
 *   new one goes on behind it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Corpus } from "../corpus.ts";
import { type FileOutcome, judge, type VectorOutcome } from "../outcome.ts";
import { gaveUp } from "./bot-run.ts";
import { vectorTimeLimit } from "./file-run.ts";
import type { FileOrder, WorkerData, WorkerNews } from "./worker.ts";

/** Threads need JavaScript: also where this module runs from its source (tests), the worker is the built one. */
const builtWorker = new URL("./worker.js", import.meta.url.replace(/\/src\/run\/([^/]*)$/, "/dist/run/$1"));

/** Milliseconds that a thread gets beyond the limit of its vector before it counts as blocked. */
const grace = 3000;

export interface RunOptions {
  /** Hears of each file as soon as it is done. */
  onFile?(file: FileOutcome): void;
  /** The script of the threads; default the built `worker.js`. */
  readonly worker?: URL;
  /** Milliseconds after which a vector that says nothing counts as blocked. */
  readonly blockedAfter?: number;
}

/** Runs the named files. */
export async function runFiles(
  corpus: Corpus,
  names: readonly string[],
  options: RunOptions = {},
): Promise<readonly FileOutcome[]> {
  const work = await mkdtemp(join(tmpdir(), "weir-conformance-"));
  // The largest files first, so that no thread is left alone with one at the end.
  const waiting = [...names].sort((one, other) => (corpus.entries.get(one) ?? 0) - (corpus.entries.get(other) ?? 0));
  const done = new Map<string, FileOutcome>();
  const lane = async (number: number): Promise<void> => {
    const thread = vectorThread({ corpus, work: join(work, String(number)) }, options);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const file = { name, outcomes: await thread.run(name) };
      done.set(name, file);
      options.onFile?.(file);
    }
    await thread.end();
  };
  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, (_, number) => lane(number)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return names.flatMap((name) => done.get(name) ?? []);
}

interface VectorThread {
  run(name: string): Promise<readonly VectorOutcome[]>;
  end(): Promise<void>;
}

/** A thread that is replaced when a vector blocks it. */
function vectorThread(data: WorkerData, options: RunOptions): VectorThread {
  const { worker: script = builtWorker, blockedAfter = vectorTimeLimit + grace } = options;
  let worker: Worker | undefined;

  /** A thread that ends between two files, by what an earlier vector left behind, is replaced in silence. */
  const started = (): Worker => {
    const thread = new Worker(script, { workerData: data });
    thread.on("error", () => undefined);
    thread.once("exit", () => {
      if (worker === thread) worker = undefined;
    });
    return thread;
  };

  /** Runs from this vector on; resolves at the end, or when the thread is blocked or gone. */
  const runFrom = (order: FileOrder, outcomes: VectorOutcome[]): Promise<"end" | "blocked"> => {
    worker ??= started();
    const current = worker;
    return new Promise((resolve, reject) => {
      let begun: { readonly index: number; readonly id: string } | undefined;
      let timer: NodeJS.Timeout | undefined;
      let fault = new Error("the thread ended by itself");
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        current.off("message", hear);
        current.off("error", note);
        current.off("exit", lose);
        act();
      };
      const give = (up: string): void => {
        if (begun !== undefined) outcomes.push({ id: begun.id, outcome: judge(gaveUp(up), false) });
        worker = undefined;
        settle(() => resolve("blocked"));
        current.terminate().catch(reject);
      };
      const hear = (news: WorkerNews): void => {
        clearTimeout(timer);
        if (news.kind === "end") {
          settle(() => resolve("end"));
          return;
        }
        if (news.kind === "outcome") {
          outcomes.push(news.outcome);
          begun = undefined;
          return;
        }
        begun = news;
        timer = setTimeout(() => give("the vector blocked its thread"), blockedAfter);
      };
      const note = (error: Error): void => {
        fault = error;
      };
      // An error may overtake messages that were sent before it; at the exit all of them are here.
      const lose = (): void => {
        worker = undefined;
        if (begun === undefined) settle(() => reject(fault));
        else give(`the vector broke its thread: ${fault.stack ?? fault.message}`);
      };
      current.on("message", hear);
      current.on("error", note);
      current.on("exit", lose);
      current.postMessage(order);
    });
  };

  return {
    async run(name) {
      const outcomes: VectorOutcome[] = [];
      while ((await runFrom({ name, from: outcomes.length }, outcomes)) === "blocked");
      return outcomes;
    },
    async end() {
      await worker?.terminate();
    },
  };
}

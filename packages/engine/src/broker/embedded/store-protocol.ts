/** What clients and the store say to each other over a port. Bytes travel without a copy where they can. */
import { WeirError } from "@weir/format/errors";
import type { LetterFilter, LetterPage } from "../../dead-letter/letter-filter.ts";
import type { QueueDepth, QueueLimits } from "../broker.ts";
import type { TotalCounters } from "../counters.ts";
import type { ReadOptions, ReadResult } from "./read-queue.ts";
import type { SeenPiece } from "./seen-records.ts";
import type { StoredBotState } from "./state-records.ts";
import type { StoreSizes } from "./store.ts";
import type { StoredLetter, StoreUnit } from "./store-unit.ts";

/** Requests, by name: what is asked and what is answered. */
interface StoreOperations {
  /** `failures`: how many units of this client it knows to have failed; units that it gave before it knew are refused. */
  commit: {
    readonly ask: { readonly unit: StoreUnit; readonly failures: number };
    readonly answer: readonly QueueRoom[];
  };
  read: { readonly ask: { readonly queue: string } & ReadOptions; readonly answer: ReadResult };
  release: { readonly ask: { readonly queue: string }; readonly answer: undefined };
  watch: { readonly ask: { readonly queue: string }; readonly answer: undefined };
  unwatch: { readonly ask: { readonly queue: string }; readonly answer: undefined };
  limit: { readonly ask: { readonly queue: string; readonly limits: QueueLimits }; readonly answer: undefined };
  /** Answered when the queue is below its low-water mark. */
  writable: { readonly ask: { readonly queue: string }; readonly answer: QueueRoom };
  depths: { readonly ask: object; readonly answer: ReadonlyMap<string, QueueDepth> };
  purge: { readonly ask: { readonly queue: string }; readonly answer: number };
  counters: { readonly ask: object; readonly answer: ReadonlyMap<string, TotalCounters> };
  state: { readonly ask: { readonly bot: string }; readonly answer: StoredBotState };
  /** A part of a bot's digests. `from`: where the part before it said, at first 0; `memory`: of the part before it, to be used again. */
  seen: {
    readonly ask: { readonly bot: string; readonly from: number; readonly memory?: ArrayBuffer };
    readonly answer: SeenPiece;
  };
  letters: { readonly ask: { readonly filter: LetterFilter }; readonly answer: LetterPage };
  letter: {
    readonly ask: { readonly letter: string };
    readonly answer: Pick<StoredLetter, "id" | "head" | "body"> | undefined;
  };
  /** A blob's whole body; undefined when it is not there, or too long to be handed over in one piece. */
  body: { readonly ask: { readonly blob: string }; readonly answer: Uint8Array<ArrayBuffer> | undefined };
  sizes: { readonly ask: object; readonly answer: StoreSizes };
  /** Ends the store: what waits is written first. */
  close: { readonly ask: object; readonly answer: undefined };
}

export type OperationName = keyof StoreOperations;
export type Ask<Name extends OperationName> = StoreOperations[Name]["ask"];
export type Answer<Name extends OperationName> = StoreOperations[Name]["answer"];

/** How much is in a queue, for those who put into it. */
export interface QueueRoom {
  readonly queue: string;
  readonly messages: number;
  readonly bytes: number;
}

export type StoreRequest = {
  [Name in OperationName]: { readonly id: number; readonly op: Name } & Ask<Name>;
}[OperationName];

export type StoreReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: ErrorData };

export type StoreNotice =
  /** There may be something to receive. */
  | { readonly notice: "wake"; readonly queue: string }
  /** The queue was emptied by hand: what was read ahead is gone. */
  | { readonly notice: "purged"; readonly queue: string }
  | { readonly notice: "limit"; readonly queue: string; readonly limits: QueueLimits }
  /** The queue has passed its high-water mark. */
  | { readonly notice: "full"; readonly room: QueueRoom }
  /** Whether the disk is nearly full: then every queue counts as full. */
  | { readonly notice: "space"; readonly low: boolean }
  | { readonly notice: "problem"; readonly message: string };

/** An error as data: a clone of one loses its code and details. */
export interface ErrorData {
  readonly code?: `WEIR_${string}`;
  readonly retry?: "later" | "never";
  readonly message: string;
  readonly details?: object;
}

export function errorData(error: unknown): ErrorData {
  if (error instanceof WeirError) {
    const { code, retry, message, details } = error;
    return { code, retry, message, details };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}

export function errorOf({ code, retry = "never", message, details = {} }: ErrorData): Error {
  return code === undefined ? new Error(message) : new WeirError({ code, retry }, message, details);
}

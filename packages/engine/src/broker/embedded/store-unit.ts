/** A unit of work as bytes: made ready by the client, so that nothing in it can fail to be written. */
import type { BotCounters } from "../broker.ts";
import { addCounters } from "../counters.ts";

export interface StoredMessages {
  /** See chunk-record.ts. */
  readonly record: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** Blobs that messages of the record refer to, by index. */
  readonly blobs: readonly { readonly index: number; readonly id: string }[];
}

/** A dead letter: what lists need, apart from what is only shown. */
export interface StoredLetter {
  readonly id: string;
  /** JSON, see dead-letter/letter-record.ts. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly blob?: string;
}

export type StoredStateChange =
  /** `text` is the JSON of key and value; `expires` in epoch milliseconds, 0: never. */
  | {
      readonly kind: "set";
      readonly bot: string;
      readonly key: string;
      readonly text: string;
      readonly expires: number;
    }
  | { readonly kind: "delete"; readonly bot: string; readonly key: string }
  | { readonly kind: "seen"; readonly bot: string; readonly packed: Uint8Array; readonly at: number };

export interface StoreUnit {
  readonly acknowledge: readonly { readonly queue: string; readonly chunk: number; readonly index: number }[];
  readonly unpark: readonly { readonly queue: string; readonly id: string }[];
  readonly progress: readonly {
    readonly queue: string;
    readonly chunk: number;
    readonly index: number;
    /** JSON. */
    readonly mark: string;
  }[];
  readonly enqueue: readonly { readonly queue: string; readonly messages: StoredMessages }[];
  readonly park: readonly { readonly queue: string; readonly dueAt: number; readonly messages: StoredMessages }[];
  readonly letters: readonly StoredLetter[];
  readonly dropLetters: readonly string[];
  readonly state: readonly StoredStateChange[];
  readonly counters: Readonly<Record<string, BotCounters>>;
  /** Blobs that the client knows to be done with; one that something still refers to stays. */
  readonly releaseBlobs: readonly string[];
}

export const emptyUnit: StoreUnit = {
  acknowledge: [],
  unpark: [],
  progress: [],
  enqueue: [],
  park: [],
  letters: [],
  dropLetters: [],
  state: [],
  counters: {},
  releaseBlobs: [],
};

/** One unit of two, the first of which was done first. */
export function joinUnits(first: StoreUnit, second: StoreUnit): StoreUnit {
  const counters: Record<string, BotCounters> = { ...first.counters };
  for (const [bot, more] of Object.entries(second.counters)) counters[bot] = addCounters(counters[bot], more);
  return {
    acknowledge: [...first.acknowledge, ...second.acknowledge],
    unpark: [...first.unpark, ...second.unpark],
    progress: [...first.progress, ...second.progress],
    enqueue: [...first.enqueue, ...second.enqueue],
    park: [...first.park, ...second.park],
    letters: [...first.letters, ...second.letters],
    dropLetters: [...first.dropLetters, ...second.dropLetters],
    state: [...first.state, ...second.state],
    counters,
    releaseBlobs: [...first.releaseBlobs, ...second.releaseBlobs],
  };
}

/** True when the unit makes the store larger, so that it has to wait while the disk is full. */
export function needsSpace({ enqueue, park, letters }: StoreUnit): boolean {
  return enqueue.length > 0 || park.length > 0 || letters.length > 0;
}

/** Bytes that the unit adds to the store, about. */
export function bytesOf({ enqueue, park, letters }: StoreUnit): number {
  let bytes = 0;
  for (const { messages } of enqueue) bytes += messages.record.byteLength;
  for (const { messages } of park) bytes += messages.record.byteLength;
  for (const { body } of letters) bytes += body.byteLength;
  return bytes;
}

/** Units of work as bytes; done where the messages are, so that the store's thread has nothing to encode. */
import { type JsonValue, writeJson } from "@weir/format";
import { writeLetter } from "../../dead-letter/letter-record.ts";
import type { StateChange } from "../../state/state.ts";
import type { Envelope, UnitOfWork } from "../broker.ts";
import { writeChunk } from "./chunk-record.ts";
import { emptyUnit, type StoredMessages, type StoredStateChange, type StoreUnit } from "./store-unit.ts";

/** Messages of a chunk, at most; fewer when they are long. */
const chunkMessages = 1000;
const chunkBytes = 2 << 20;
/** LMDB keys hold less than two kilobytes. */
const longestName = 500;

/** Throws when a name is too long to be stored. */
export function prepareUnit(unit: UnitOfWork): StoreUnit {
  for (const { queue } of [...(unit.enqueue ?? []), ...(unit.park ?? [])]) checkName(queue);
  return {
    ...emptyUnit,
    acknowledge: (unit.acknowledge ?? []).map(({ queue, upTo }) => ({ queue, chunk: upTo.chunk, index: upTo.index })),
    unpark: unit.unpark ?? [],
    progress: (unit.progress ?? []).map(({ queue, position, mark }) => ({
      queue,
      chunk: position.chunk,
      index: position.index,
      mark: JSON.stringify(mark),
    })),
    enqueue: (unit.enqueue ?? []).flatMap(({ queue, envelopes }) =>
      messagesOf(envelopes).map((messages) => ({ queue, messages })),
    ),
    park: (unit.park ?? []).map(({ queue, envelope, dueAt }) => ({ queue, dueAt, messages: recordOf([envelope]) })),
    letters: (unit.deadLetters ?? []).map(writeLetter),
    state: (unit.state ?? []).map(stateChangeOf),
    counters: unit.counters ?? {},
    releaseBlobs: unit.releaseBlobs ?? [],
  };
}

/** The memory of a unit that can be handed over without a copy. */
export function transferOf({ enqueue, park, letters }: StoreUnit): ArrayBuffer[] {
  return [
    ...enqueue.map(({ messages }) => messages.record.buffer),
    ...park.map(({ messages }) => messages.record.buffer),
    ...letters.flatMap(({ head, body }) => [head.buffer, body.buffer]),
  ];
}

function messagesOf(envelopes: readonly Envelope[]): StoredMessages[] {
  if (envelopes.length === 0) return [];
  if (envelopes.length > chunkMessages) {
    const parts: StoredMessages[] = [];
    for (let at = 0; at < envelopes.length; at += chunkMessages) {
      parts.push(...messagesOf(envelopes.slice(at, at + chunkMessages)));
    }
    return parts;
  }
  const messages = recordOf(envelopes);
  if (messages.record.byteLength <= chunkBytes || envelopes.length === 1) return [messages];
  const middle = envelopes.length >> 1;
  return [...messagesOf(envelopes.slice(0, middle)), ...messagesOf(envelopes.slice(middle))];
}

function recordOf(envelopes: readonly Envelope[]): StoredMessages {
  const blobs = envelopes.flatMap(({ blob }, index) => (blob === undefined ? [] : [{ index, id: blob.id }]));
  return { record: writeChunk(envelopes), count: envelopes.length, blobs };
}

function stateChangeOf(change: StateChange): StoredStateChange {
  if (change.kind !== "set") return change;
  const { bot, key, value, expires } = change;
  return { kind: "set", bot, key, text: stateText(key, value), expires };
}

/** JSON of key and value, number kinds kept. */
function stateText(key: string, value: JsonValue): string {
  return writeJson([key, value]);
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > longestName) throw new Error(`the name of a queue has more than ${longestName} bytes`);
}

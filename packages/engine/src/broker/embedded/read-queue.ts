/** Reads messages of a queue out of the tables, checksums checked; what is damaged is left out and told. */
import { damageOf } from "./chunk-frame.ts";
import type { ParkedInfo, Queue } from "./queue.ts";
import { type Environment, firstKeys, reasonOf } from "./tables.ts";

export interface ReadOptions {
  /** Chunks up to this number were read already; 0: none. */
  readonly after: number;
  /** Parked messages that the reader has already. */
  readonly holding: readonly string[];
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Epoch milliseconds; parked messages that are due by then are given. */
  readonly now: number;
}

export interface ReadChunk {
  readonly chunk: number;
  readonly record: Uint8Array<ArrayBuffer>;
  /** Messages of the record that are done already. */
  readonly skip: number;
  /** Marks (JSON) of messages of the record, by index. */
  readonly marks: readonly (readonly [index: number, mark: string])[];
}

export interface ReadParked {
  readonly id: string;
  readonly record: Uint8Array<ArrayBuffer>;
}

export interface ReadResult {
  readonly chunks: readonly ReadChunk[];
  readonly parked: readonly ReadParked[];
  /** Of the parked messages that the reader has, those that are not done. */
  readonly held: readonly string[];
  /** Whether there are chunks behind those. */
  readonly more: boolean;
}

/** A record that cannot be read, and what there is of it. */
export type Damage = { readonly record: Uint8Array; readonly reason: string } & (
  | { readonly chunk: number }
  | { readonly parked: ParkedInfo }
);

/** At least one chunk if there is any; `onDamage` may take the record out of the queue. */
export function readQueue(
  { tables }: Environment,
  queue: Queue,
  options: ReadOptions,
  onDamage: (damage: Damage) => void,
): ReadResult {
  const parked = readParked(tables, queue, options, onDamage);
  const chunks: ReadChunk[] = [];
  let messages = parked.length;
  let bytes = 0;
  let chunk = Math.max(options.after + 1, queue.head);
  for (; chunk < queue.next && messages < options.maxMessages && bytes < options.maxBytes; chunk++) {
    const info = queue.chunk(chunk);
    if (info === undefined) continue;
    const skip = queue.doneOf(chunk);
    const { record, reason } = sound(() => tables.chunks.get([queue.number, chunk]));
    if (reason !== undefined) {
      onDamage({ chunk, record, reason });
      continue;
    }
    chunks.push({ chunk, record, skip, marks: readMarks(tables, queue, chunk) });
    messages += info.count - skip;
    bytes += info.bytes;
  }
  const held = options.holding.filter((id) => queue.parked.has(id));
  return { chunks, parked, held, more: chunk < queue.next };
}

function readMarks(tables: Environment["tables"], queue: Queue, chunk: number): (readonly [number, string])[] {
  return [...queue.marksOf(chunk)].flatMap((index): (readonly [number, string])[] => {
    const mark = tables.marks.get([queue.number, chunk, index]);
    return mark === undefined ? [] : [[index, mark.toString()]];
  });
}

/** In the order in which they became due. */
function readParked(
  tables: Environment["tables"],
  queue: Queue,
  { now, holding, maxMessages }: ReadOptions,
  onDamage: (damage: Damage) => void,
): readonly ReadParked[] {
  if (queue.parked.size === 0) return [];
  const held = new Set(holding);
  const due = firstKeys(tables.parked, {
    start: [queue.number],
    while: ([number, dueAt]) => number === queue.number && Number(dueAt) <= now,
    wanted: ([, , id]) => !held.has(String(id)),
    limit: maxMessages,
  });
  return due.flatMap((key): ReadParked[] => {
    const id = String(key[2]);
    const { record, reason } = sound(() => tables.parked.get(key));
    if (reason === undefined) return [{ id, record }];
    const parked = queue.parked.get(id);
    if (parked !== undefined) onDamage({ parked, record, reason });
    return [];
  });
}

/** When the first parked message after this time is due, if there is one. */
export function nextDue({ tables }: Environment, queue: Queue, after: number): number | undefined {
  if (queue.parked.size === 0) return undefined;
  const [next] = firstKeys(tables.parked, {
    start: [queue.number, after],
    while: ([number]) => number === queue.number,
    wanted: ([, dueAt]) => Number(dueAt) > after,
    limit: 1,
  });
  return next === undefined ? undefined : Number(next[1]);
}

/** A record, and what is wrong with it, if anything is. */
function sound(get: () => Buffer | undefined): {
  readonly record: Uint8Array<ArrayBuffer>;
  readonly reason: string | undefined;
} {
  try {
    const bytes = get();
    const record = new Uint8Array(bytes ?? Buffer.alloc(0));
    return { record, reason: bytes === undefined ? "it is missing" : damageOf(record) };
  } catch (error) {
    return { record: new Uint8Array(), reason: reasonOf(error) }; // LMDB finds a page of its own damaged
  }
}

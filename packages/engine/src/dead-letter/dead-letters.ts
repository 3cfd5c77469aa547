/**
 * Dead letters in the store: listed, shown, edited, put back, dropped, exchanged as IntelMQ dump files.
 *
 * Invariants
 * - Showing changes nothing. Putting back and removing are one unit, so a message is never in both places or in none.
 * - What cannot be put back stays, with the reason.
 */
import { Base64Value, type FieldTables, type Message, reportFromEvent } from "@weir/format";
import type { Envelope } from "../broker/broker.ts";
import { prepareUnit } from "../broker/embedded/prepare-unit.ts";
import { emptyUnit, type StoredLetter, type StoreUnit } from "../broker/embedded/store-unit.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { readDump, writeDump } from "./dump-file.ts";
import { deadLetterMissing } from "./errors.ts";
import type { LetterFilter, LetterPage } from "./letter-filter.ts";
import { readLetter, readLetterHead, writeLetter } from "./letter-record.ts";

export type DeadLetterFilter = LetterFilter;

interface RetryOptions {
  /** Instead of the queue that each came from. */
  readonly queue?: string;
  /** Events become reports, as a parser's queue needs them: always, or by the queue. */
  readonly asReport?: boolean | ((queue: string) => boolean);
}

interface RetryResult {
  readonly retried: number;
  /** What stays, and why. */
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
}

export interface DeadLetters {
  /** Without messages, bytes and stacks; oldest first unless the filter says otherwise. */
  list(filter?: LetterFilter): Promise<{ readonly letters: readonly DeadLetter[]; readonly total: number }>;
  /** Throws WEIR_FAILURE_MISSING. */
  get(id: string): Promise<DeadLetter>;
  /** Gives the letter another message. Throws WEIR_FAILURE_MISSING. */
  edit(id: string, message: Message): Promise<void>;
  /** Puts messages back into their queues, or another one. */
  retry(ids: readonly string[], options?: RetryOptions): Promise<RetryResult>;
  /** Says how many there were. */
  drop(ids: readonly string[]): Promise<number>;
  /** The text of an IntelMQ dump file; bodies that are kept as files and are not longer than 64 MiB are inside. */
  exportDump(filter?: LetterFilter): Promise<string>;
  /** Entries that cannot be read are told, the others taken. Throws WEIR_DUMP_INVALID. */
  importDump(text: string, bot?: string): Promise<{ readonly imported: number; readonly problems: readonly string[] }>;
}

export interface DeadLetterStore {
  readonly fields: FieldTables;
  page(filter: LetterFilter): Promise<LetterPage>;
  get(id: string): Promise<Pick<StoredLetter, "id" | "head" | "body"> | undefined>;
  /** A blob's whole body, unless it is missing or too long for one piece. */
  body(blob: string): Promise<Uint8Array | undefined>;
  commit(unit: StoreUnit): Promise<void>;
}

/** Letters that are put back or dropped in one unit. */
const batchLetters = 500;

export function openDeadLetters({ fields, ...store }: DeadLetterStore): DeadLetters {
  const find = async (id: string): Promise<DeadLetter | undefined> => {
    const found = await store.get(id);
    return found === undefined ? undefined : readLetter(id, found.head, found.body, fields);
  };
  const get = async (id: string): Promise<DeadLetter> => {
    const letter = await find(id);
    if (letter === undefined) throw deadLetterMissing({ id });
    return letter;
  };

  return {
    get,
    async list(filter = {}) {
      const { letters, total } = await store.page(filter);
      return { letters: letters.map(({ id, head }) => readLetterHead(id, head)), total };
    },
    async edit(id, message) {
      const { bytes: _, ...letter } = await get(id);
      const { blob: __, ...envelope } = letter.envelope ?? { id, message }; // an edited message has its body inside
      await store.commit({ ...emptyUnit, letters: [writeLetter({ ...letter, envelope: { ...envelope, message } })] });
    },
    async retry(ids, options = {}) {
      const skipped: { id: string; reason: string }[] = [];
      let retried = 0;
      for (const part of parts(ids)) {
        const enqueue = new Map<string, Envelope[]>();
        const done: string[] = [];
        for (const id of part) {
          const letter = await find(id);
          const target = targetOf(letter, options, fields);
          if ("reason" in target) {
            skipped.push({ id, reason: target.reason });
            continue;
          }
          done.push(id);
          enqueue.set(target.queue, [...(enqueue.get(target.queue) ?? []), target.envelope]);
        }
        if (done.length === 0) continue;
        const unit = prepareUnit({ enqueue: [...enqueue].map(([queue, envelopes]) => ({ queue, envelopes })) });
        await store.commit({ ...unit, dropLetters: done });
        retried += done.length;
      }
      return { retried, skipped };
    },
    async drop(ids) {
      const known: string[] = [];
      for (const id of new Set(ids)) if ((await store.get(id)) !== undefined) known.push(id);
      for (const part of parts(known)) await store.commit({ ...emptyUnit, dropLetters: part });
      return known.length;
    },
    async exportDump(filter = {}) {
      const { letters } = await store.page(filter);
      const whole: DeadLetter[] = [];
      for (const { id } of letters) {
        const letter = await find(id);
        if (letter !== undefined) whole.push(await withBody(letter, store.body));
      }
      return writeDump(whole);
    },
    async importDump(text, bot) {
      const { letters, problems } = readDump(text, fields, bot);
      for (const part of parts(letters)) await store.commit(prepareUnit({ deadLetters: part }));
      return { imported: letters.length, problems };
    },
  };
}

/** A dump file knows no blobs: the body goes into the message. */
async function withBody(letter: DeadLetter, bodyOf: DeadLetterStore["body"]): Promise<DeadLetter> {
  const { envelope } = letter;
  if (envelope?.blob === undefined) return letter;
  const body = await bodyOf(envelope.blob.id);
  if (body === undefined) return letter;
  const message = envelope.message.clone();
  message.set("raw", Base64Value.ofBytes(body));
  return { ...letter, envelope: { ...envelope, message } };
}

function targetOf(
  letter: DeadLetter | undefined,
  { queue, asReport = false }: RetryOptions,
  fields: FieldTables,
): { readonly queue: string; readonly envelope: Envelope } | { readonly reason: string } {
  if (letter === undefined) return { reason: "there is no such failure (any more)" };
  const target = queue ?? letter.queue;
  if (letter.envelope === undefined) return { reason: "it holds no message that could be read: edit it first" };
  if (target === "") return { reason: "it came from no queue: name one" };
  const { attempts: _, ...envelope } = letter.envelope;
  const toReport = typeof asReport === "function" ? asReport(target) : asReport;
  if (!toReport || envelope.message.type === "Report") return { queue: target, envelope };
  return { queue: target, envelope: { ...envelope, message: reportFromEvent(envelope.message, fields.report) } };
}

function* parts<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let at = 0; at < items.length; at += batchLetters) yield items.slice(at, at + batchLetters);
}

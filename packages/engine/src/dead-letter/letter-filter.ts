/** Which dead letters are wanted, told from their heads, where they are stored. */

export interface LetterFilter {
  readonly bot?: string;
  readonly queue?: string;
  /** Part of the error's message, or its whole code. */
  readonly error?: string;
  /** Epoch milliseconds, both inclusive. */
  readonly since?: number;
  readonly until?: number;
  /** Default "oldest". */
  readonly first?: "oldest" | "newest";
  /** Only those that come after this id, for the next page. */
  readonly after?: string;
  /** Default: all. */
  readonly limit?: number;
}

export interface LetterPage {
  readonly letters: readonly { readonly id: string; readonly head: Uint8Array }[];
  /** How many there are on all pages. */
  readonly total: number;
}

/** A page of letters; `heads` come in the order of their ids, which is that of time. */
export function pageOf(heads: Iterable<readonly [id: string, head: Uint8Array]>, filter: LetterFilter): LetterPage {
  const matching = [...heads].filter(([, head]) => matches(head, filter));
  if (filter.first === "newest") matching.reverse();
  const start = filter.after === undefined ? 0 : matching.findIndex(([id]) => id === filter.after) + 1;
  const page = matching.slice(start, start + (filter.limit ?? matching.length));
  return { letters: page.map(([id, head]) => ({ id, head: new Uint8Array(head) })), total: matching.length };
}

function matches(head: Uint8Array, { bot, queue, error, since, until }: LetterFilter): boolean {
  if (bot === undefined && queue === undefined && error === undefined && since === undefined && until === undefined)
    return true;
  const value = headOf(head);
  const failure = typeof value.error === "object" && value.error !== null ? value.error : {};
  const message = "message" in failure ? String(failure.message) : "";
  const code = "code" in failure ? String(failure.code) : "";
  return (
    (bot === undefined || value.bot === bot) &&
    (queue === undefined || value.queue === queue) &&
    (error === undefined || message.includes(error) || code === error) &&
    (since === undefined || Number(value.time) >= since) &&
    (until === undefined || Number(value.time) <= until)
  );
}

/** A damaged head matches nothing in particular. */
function headOf(head: Uint8Array): {
  readonly bot?: unknown;
  readonly queue?: unknown;
  readonly time?: unknown;
  readonly error?: unknown;
} {
  try {
    const value: unknown = JSON.parse(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString());
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {}; // it is told when it is shown
  }
}

/**
 * Splits line-based data into parts of a size, at line ends. Without the header the parts joined are the data.
 *
 * Rules (IntelMQ's): a part is cut behind the last line feed within the size, or behind the first one after it when a line is
 * longer; with `header` the first line stands before every part and does not count; data that is only a header gives no part.
 *
 * Memory is bounded by a part, or a line when that is longer; work is linear in the data.
 */
export interface SplitOptions {
  /** Bytes. */
  readonly size: number;
  /** The first line is repeated before every part. */
  readonly header: boolean;
}

/** The parts, each with the header before it. */
export async function* splitReport(
  stream: AsyncIterable<Uint8Array>,
  { size, header }: SplitOptions,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = header ? undefined : new Uint8Array();
  let waiting: Uint8Array[] = [];
  let held = 0;
  let wanted = 0; // bytes to gather before it is worth looking again
  for await (const more of stream) {
    waiting.push(more);
    held += more.length;
    if (held < wanted) continue;
    let rest = joined(waiting);
    if (head === undefined) ({ head, rest } = takeHead(rest));
    if (head !== undefined) {
      for (let cut = cutBehind(rest, size); cut !== -1; cut = cutBehind(rest, size)) {
        yield withHead(head, rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
    }
    waiting = [rest];
    held = rest.length;
    // A line longer than a part: look at twice as much next time.
    wanted = head === undefined || held > size ? held * 2 : size + 1;
  }
  let rest = joined(waiting);
  if (head === undefined) ({ head, rest } = takeHead(rest));
  if (head !== undefined) yield* splitWhole(rest, size, head); // a header without an end has nothing behind it
}

function takeHead(bytes: Uint8Array): { readonly head: Uint8Array | undefined; readonly rest: Uint8Array } {
  const end = bytes.indexOf(lineFeed) + 1;
  return end === 0 ? { head: undefined, rest: bytes } : { head: bytes.subarray(0, end), rest: bytes.subarray(end) };
}

/** The parts of bytes that are all there. */
export function splitChunks(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  return [...splitWhole(bytes, size, new Uint8Array())];
}

const lineFeed = 10;

function* splitWhole(bytes: Uint8Array, size: number, head: Uint8Array): Generator<Uint8Array> {
  let rest = bytes;
  for (let cut = cutBehind(rest, size); cut !== -1; cut = cutBehind(rest, size)) {
    yield withHead(head, rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  if (rest.length > 0) yield withHead(head, rest);
}

/** Where the next part ends when something follows it; -1 when nothing does, or it is not known yet. */
function cutBehind(bytes: Uint8Array, size: number): number {
  if (bytes.length <= size) return -1;
  const within = size > 0 ? bytes.lastIndexOf(lineFeed, size - 1) : -1;
  if (within !== -1) return within + 1;
  return bytes.indexOf(lineFeed, size) + 1 || -1;
}

function withHead(head: Uint8Array, part: Uint8Array): Uint8Array {
  return head.length === 0 ? part : Buffer.concat([head, part]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}

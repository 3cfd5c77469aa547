/**
 * Splits line-based data into parts of a size, at line ends. Without the header the parts joined are the data.
 *
 * Rules (IntelMQ's): a part is cut behind the last line feed within the size, or behind the first one after it when a line is
 * longer; with `header` the first line stands before every part and does not count; data that is only a header gives no part.
 */
export interface SplitOptions {
  /** Bytes. */
  readonly size: number;
  /** The first line is repeated before every part. */
  readonly header: boolean;
}

export async function* splitReport(stream: AsyncIterable<Uint8Array>, { size, header }: SplitOptions): AsyncGenerator<Uint8Array> {
  let waiting = new Uint8Array();
  let head: Uint8Array | undefined = header ? undefined : new Uint8Array();
  const withHead = (part: Uint8Array): Uint8Array => (head === undefined || head.length === 0 ? part : Buffer.concat([head, part]));
  for await (const more of stream) {
    waiting = Buffer.concat([waiting, more]);
    if (head === undefined) {
      const end = waiting.indexOf(10);
      if (end === -1) continue;
      head = waiting.slice(0, end + 1);
      waiting = waiting.subarray(end + 1);
    }
    while (waiting.length > size) {
      const cut = cutBehind(waiting, size);
      if (cut === -1) break;
      yield withHead(waiting.slice(0, cut));
      waiting = waiting.subarray(cut);
    }
  }
  if (head === undefined) return; // a header without an end, and nothing behind it
  if (waiting.length > 0) yield withHead(waiting.slice());
}

function cutBehind(bytes: Uint8Array, size: number): number {
  const within = bytes.lastIndexOf(10, size - 1);
  if (within !== -1) return within + 1;
  const after = bytes.indexOf(10, size);
  return after === -1 ? -1 : after + 1;
}

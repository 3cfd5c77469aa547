/** Takes counted bytes from a stream of parts. */
export class ByteReader {
  readonly #parts: AsyncIterator<Uint8Array>;
  #part: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#parts = stream[Symbol.asyncIterator]();
  }

  /** Some bytes, at most this many; undefined at the end. */
  async some(limit: number): Promise<Uint8Array | undefined> {
    while (this.#part.length === 0) {
      const next = await this.#parts.next();
      if (next.done === true) return undefined;
      this.#part = next.value;
    }
    const taken = this.#part.subarray(0, limit);
    this.#part = this.#part.subarray(taken.length);
    return taken;
  }

  /** This many bytes, fewer at the end. */
  async upTo(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const part = await this.some(missing);
      if (part === undefined) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Ends the stream behind it. */
  async close(): Promise<void> {
    await this.#parts.return?.();
  }
}

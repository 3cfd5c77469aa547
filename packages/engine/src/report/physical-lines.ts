/** Lines of a text as files have them: `\n`, `\r\n` and `\r` end a line and belong to it; nothing else does. */

/** Goes through the lines that are kept and remembers the first and the latest of them. */
export class PhysicalLines implements Iterable<string> {
  readonly #text: string;
  readonly #keeps: (line: string) => boolean;
  #first: string | undefined;
  #current: string | undefined;

  /** Default of `keeps`: every line. */
  constructor(text: string, keeps: (line: string) => boolean = () => true) {
    this.#text = text;
    this.#keeps = keeps;
  }

  get first(): string | undefined {
    return this.#first;
  }

  get current(): string | undefined {
    return this.#current;
  }

  *[Symbol.iterator](): Generator<string> {
    const text = this.#text;
    for (let at = 0; at < text.length; ) {
      const end = lineEnd(text, at);
      const line = text.slice(at, end);
      at = end;
      if (!this.#keeps(line)) continue;
      this.#first ??= line;
      this.#current = line;
      yield line;
    }
  }
}

/** Where the line that begins here ends, its terminator included. */
function lineEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) return at + 1;
    if (code === 13) return text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
  }
  return text.length;
}

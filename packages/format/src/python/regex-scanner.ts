/** The reading position in a pattern. */
import { regexSyntaxError } from "../errors/kinds.ts";

/** A reading position that moves on. Characters are code points, places are code units. */
export class Scanner {
  readonly source: string;
  /** Index of the next character, in code units. */
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  done(): boolean {
    return this.at >= this.source.length;
  }

  /** The next character, `""` at the end. */
  peek(): string {
    const code = this.source.codePointAt(this.at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  take(character: string): boolean {
    if (!this.source.startsWith(character, this.at)) return false;
    this.at += character.length;
    return true;
  }

  /** The text up to `end`, which is skipped. */
  readName(end: string): string {
    const stop = this.source.indexOf(end, this.at);
    if (stop === this.at || this.done()) throw this.error("missing group name");
    if (stop < 0) throw this.error(`missing ${end}, unterminated name`);
    const name = this.source.slice(this.at, stop);
    this.at = stop + 1;
    return name;
  }

  error(problem: string, at = this.at) {
    return regexSyntaxError({ pattern: this.source, at, problem });
  }
}

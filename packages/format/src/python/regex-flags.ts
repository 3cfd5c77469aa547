/** Flags of Python's regular expressions, at the start of a pattern (`(?im)`) and for a group (`(?i-s:…)`). */
import type { Scanner } from "./regex-scanner.ts";
import type { Folding } from "./regex-tree.ts";

/** The flags in force at a place. */
export interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
  readonly a: boolean;
}

/** How letters are compared there. */
export function foldingOf(flags: Flags): Folding {
  if (!flags.i) return "none";
  return flags.a ? "ascii" : "unicode";
}

/** Reads the flags at the start of the pattern. */
export function readGlobalFlags(scanner: Scanner, initial: Flags): Flags {
  let flags = initial;
  for (;;) {
    const start = scanner.at;
    const found = /^\(\?[aiLmsux]+\)/.exec(scanner.source.slice(start, start + 40));
    if (found === null) return flags;
    scanner.at = start + 2;
    flags = readFlagLetters(scanner, flags, true);
    scanner.at = start + found[0].length;
  }
}

/** Reads flag letters and leaves the scanner on the character behind them. */
export function readFlagLetters(scanner: Scanner, flags: Flags, on: boolean): Flags {
  const result: { -readonly [Flag in keyof Flags]: boolean } = { ...flags };
  let kinds = "";
  while ("aiLmsux".includes(scanner.peek()) && !scanner.done()) {
    const letter = scanner.next();
    if (letter === "L") throw scanner.error("bad inline flags: cannot use 'L' flag with a str pattern");
    if (letter === "a" || letter === "u") {
      if (!on) throw scanner.error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
      if (kinds !== "" && kinds !== letter) {
        throw scanner.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
      }
      kinds = letter;
      result.a = letter === "a";
    } else if (letter === "i" || letter === "m" || letter === "s" || letter === "x") {
      result[letter] = on;
    }
  }
  return result;
}

/** Skips a blank or a comment of a pattern with flag `x`; tells whether there was one. */
export function skipVerbose(scanner: Scanner): boolean {
  const character = scanner.peek();
  if (/^[ \t\n\r\v\f]$/.test(character)) {
    scanner.next();
    return true;
  }
  if (character !== "#") return false;
  const end = scanner.source.indexOf("\n", scanner.at);
  scanner.at = end < 0 ? scanner.source.length : end + 1;
  return true;
}

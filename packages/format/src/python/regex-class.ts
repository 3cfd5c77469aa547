/** Character classes and character escapes of Python's regular expressions. */
import { type Flags, foldingOf } from "./regex-flags.ts";
import type { Scanner } from "./regex-scanner.ts";
import type { SetItem, SetNode } from "./regex-tree.ts";

const controls: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 92],
]);

const hexLengths: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

/** Reads a class whose `[` has been read; `at` is the place of that bracket. */
export function readSet(scanner: Scanner, flags: Flags, at: number): SetNode {
  const negated = scanner.take("^");
  const items: SetItem[] = [];
  for (let first = true; ; first = false) {
    if (scanner.done()) throw scanner.error("unterminated character set", at);
    if (!first && scanner.take("]")) break;
    const start = scanner.at;
    const item = readMember(scanner, flags);
    if (!scanner.take("-")) {
      items.push(item);
      continue;
    }
    if (scanner.done()) throw scanner.error("unterminated character set", at);
    if (scanner.take("]")) {
      items.push(item, single(0x2d));
      break;
    }
    const end = readMember(scanner, flags);
    const text = scanner.source.slice(start, scanner.at);
    if (item.kind !== "range" || end.kind !== "range" || item.from > end.from) {
      throw scanner.error(`bad character range ${text}`, start);
    }
    items.push({ kind: "range", from: item.from, to: end.from });
  }
  return { items, negated, fold: foldingOf(flags) };
}

function readMember(scanner: Scanner, flags: Flags): SetItem {
  const at = scanner.at;
  const character = scanner.next();
  return character === "\\" ? readClassEscape(scanner, flags, at, true) : single(character.codePointAt(0) ?? 0);
}

/** Reads what follows a backslash at `at` and names one character or a category; `inSet` where `\b` is a backspace. */
export function readClassEscape(scanner: Scanner, flags: Flags, at: number, inSet: boolean): SetItem {
  if (scanner.done()) throw scanner.error("bad escape (end of pattern)", at);
  const letter = scanner.next();
  switch (letter) {
    case "d":
    case "D":
      return { kind: "category", category: "digit", negated: letter === "D", ascii: flags.a };
    case "s":
    case "S":
      return { kind: "category", category: "space", negated: letter === "S", ascii: flags.a };
    case "w":
    case "W":
      return { kind: "category", category: "word", negated: letter === "W", ascii: flags.a };
    case "b":
      if (inSet) return single(8);
      break;
  }
  const control = controls.get(letter);
  if (control !== undefined) return single(control);
  const length = hexLengths.get(letter);
  if (length !== undefined) return single(readHex(scanner, length, at));
  if (/^[0-7]$/.test(letter)) return single(readOctal(scanner, at));
  if (/^[A-Za-z0-9]$/.test(letter)) throw scanner.error(`bad escape \\${letter}`, at);
  return single(letter.codePointAt(0) ?? 0);
}

function readHex(scanner: Scanner, length: number, at: number): number {
  const digits = scanner.source.slice(scanner.at, scanner.at + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) {
    throw scanner.error(`incomplete escape ${scanner.source.slice(at, at + 2 + length)}`, at);
  }
  scanner.at += length;
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) throw scanner.error(`bad escape \\U${digits}`, at);
  return code;
}

/** An octal number of up to three digits, of which the first has been read. */
function readOctal(scanner: Scanner, at: number): number {
  const digits = /^[0-7]{1,3}/.exec(scanner.source.slice(at + 1, at + 4))?.[0] ?? "0";
  scanner.at = at + 1 + digits.length;
  const code = Number.parseInt(digits, 8);
  if (code > 0o377) throw scanner.error(`octal escape value \\${digits} outside of range 0-0o377`, at);
  return code;
}

function single(code: number): SetItem {
  return { kind: "range", from: code, to: code };
}

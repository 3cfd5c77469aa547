/**
 * Sets of characters: sorted, disjoint ranges of code points, as a flat list of first and last ones. The categories are
 * those of Python's `str` methods by Unicode 14, not those of JavaScript's `\w` and `\s`.
 */

import type { Category, Folding, SetItem, SetNode } from "./regex-tree.ts";
import { isSpace } from "./strip.ts";
import { assignedAfterUnicode14 } from "./unicode-14.ts";

/** `[first, last, first, last, …]` */
export type Ranges = readonly number[];

const LAST = 0x10ffff;

/** The characters that a node of a pattern takes. */
export function rangesOf(set: SetNode): Ranges {
  const parts = set.items.flatMap((item) => [...itemRanges(item)]);
  const ranges = withCases(sorted(parts), set.fold);
  return set.negated ? complement(ranges) : ranges;
}

export function hasCode(ranges: Ranges, code: number): boolean {
  let low = 0;
  let high = ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < (ranges[2 * middle] ?? 0)) high = middle - 1;
    else if (code > (ranges[2 * middle + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

export function overlap(left: Ranges, right: Ranges): boolean {
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    if ((left[l + 1] ?? 0) < (right[r] ?? 0)) l += 2;
    else if ((right[r + 1] ?? 0) < (left[l] ?? 0)) r += 2;
    else return true;
  }
  return false;
}

/** The part of the ranges between two code points, both included. */
export function clipped(ranges: Ranges, from: number, to: number): Ranges {
  const result: number[] = [];
  for (let index = 0; index < ranges.length; index += 2) {
    const first = Math.max(ranges[index] ?? 0, from);
    const last = Math.min(ranges[index + 1] ?? 0, to);
    if (first <= last) result.push(first, last);
  }
  return result;
}

export function complement(ranges: Ranges): Ranges {
  const result: number[] = [];
  let next = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    const first = ranges[index] ?? 0;
    if (first > next) result.push(next, first - 1);
    next = (ranges[index + 1] ?? 0) + 1;
  }
  if (next <= LAST) result.push(next, LAST);
  return result;
}

/** All characters that are the same as this one when case is ignored, itself among them. */
export function caseVariants(code: number, fold: Folding): readonly number[] {
  if (fold === "none") return [code];
  const lower = code | 0x20;
  const isLetter = lower >= 0x61 && lower <= 0x7a && code < 0x80;
  if (fold === "ascii") return isLetter ? [lower - 0x20, lower] : [code];
  return foldTable().get(code) ?? [code];
}

function itemRanges(item: SetItem): Ranges {
  if (item.kind === "range") return [item.from, item.to];
  const ranges = item.ascii ? asciiCategories[item.category] : unicodeCategory(item.category);
  return item.negated ? complement(ranges) : ranges;
}

function sorted(parts: readonly number[]): Ranges {
  const pairs: [number, number][] = [];
  for (let index = 0; index < parts.length; index += 2) pairs.push([parts[index] ?? 0, parts[index + 1] ?? 0]);
  pairs.sort(([a], [b]) => a - b);
  const result: number[] = [];
  for (const [first, last] of pairs) {
    const end = result.length - 1;
    const previous = result[end];
    if (previous !== undefined && first <= previous + 1) result[end] = Math.max(previous, last);
    else result.push(first, last);
  }
  return result;
}

function withCases(ranges: Ranges, fold: Folding): Ranges {
  if (fold === "none") return ranges;
  const added: number[] = [...ranges];
  const table = fold === "ascii" ? asciiFolds : (ranges.at(-1) ?? 0) < 0x80 ? foldsOfAscii : foldTable();
  for (const [code, variants] of table) {
    if (hasCode(ranges, code)) for (const variant of variants) added.push(variant, variant);
  }
  return sorted(added);
}

const asciiCategories: Record<Category, Ranges> = {
  digit: [0x30, 0x39],
  space: [0x09, 0x0d, 0x20, 0x20],
  word: [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a],
};

/** Characters beyond ASCII that are the same as an ASCII letter when case is ignored: dotted and dotless i, kelvin, long s. */
const beyondAscii: ReadonlyMap<number, readonly number[]> = new Map([
  [0x69, [0x130, 0x131]],
  [0x6b, [0x212a]],
  [0x73, [0x17f]],
]);

const asciiFolds: ReadonlyMap<number, readonly number[]> = new Map(
  Array.from({ length: 26 }, (_, letter) => [0x41 + letter, 0x61 + letter]).flatMap((pair) =>
    pair.map((code): [number, readonly number[]] => [code, pair]),
  ),
);

/** What `foldTable` says about ASCII: nearly all patterns have nothing else, and making that table takes long. */
const foldsOfAscii: ReadonlyMap<number, readonly number[]> = new Map(
  [...asciiFolds].map(([code, pair]) => [code, [...pair, ...(beyondAscii.get(code | 0x20) ?? [])]]),
);

const categories = new Map<Category, Ranges>();

/** Made at first use: it takes some milliseconds to look at all characters. */
function unicodeCategory(category: Category): Ranges {
  let ranges = categories.get(category);
  if (ranges === undefined) {
    ranges = category === "space" ? spaces() : scanned(category === "digit" ? /\p{Nd}+/gu : /[\p{L}\p{N}_]+/gu);
    categories.set(category, ranges);
  }
  return ranges;
}

function spaces(): Ranges {
  const parts: number[] = [];
  for (let code = 0; code <= 0xffff; code++) if (isSpace(code)) parts.push(code, code);
  return sorted(parts);
}

function scanned(pattern: RegExp): Ranges {
  const parts: number[] = [];
  const later = new RegExp(assignedAfterUnicode14.source, "gu");
  // Above these planes there are no letters and digits.
  for (let start = 0; start <= 0x32fff; start += 0x800) {
    if (start >= 0xd800 && start < 0xe000) continue;
    const units = start > 0xffff ? 2 : 1;
    const text = allCharacters(start, start + 0x7ff).replace(later, units === 1 ? "\uffff" : "\u{10ffff}");
    for (const { 0: run, index } of text.matchAll(pattern)) {
      parts.push(start + index / units, start + (index + run.length) / units - 1);
    }
  }
  return sorted(parts);
}

function allCharacters(first: number, last: number): string {
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

let folds: ReadonlyMap<number, readonly number[]> | undefined;

/** Characters that have others of the other case: same lower case, or lower cases with the same upper case. */
function foldTable(): ReadonlyMap<number, readonly number[]> {
  if (folds !== undefined) return folds;
  const groups = new Map<number, number[]>();
  for (let code = 0; code <= 0x1ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const key = foldKey(code);
    if (key === code) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [key, code]);
    else if (!group.includes(code)) group.push(code);
  }
  const table = new Map<number, readonly number[]>();
  for (const group of groups.values()) for (const code of group) table.set(code, group);
  folds = table;
  return table;
}

/** Letters whose upper cases are the same sequence of several characters. */
const sameSequence: ReadonlyMap<number, number> = new Map([
  [0x1fd3, 0x390],
  [0x1fe3, 0x3b0],
  [0xfb06, 0xfb05],
]);

function foldKey(code: number): number {
  return sameSequence.get(code) ?? lowerOf(upperOf(lowerOf(code)));
}

function lowerOf(code: number): number {
  // The one letter whose lower case is two characters, of which Python's expressions take the first.
  return code === 0x130 ? 0x69 : single(String.fromCodePoint(code).toLowerCase(), code);
}

function upperOf(code: number): number {
  return single(String.fromCodePoint(code).toUpperCase(), code);
}

function single(text: string, otherwise: number): number {
  const code = text.codePointAt(0) ?? otherwise;
  return text.length === (code > 0xffff ? 2 : 1) ? code : otherwise;
}

/**
 * White space as Python's text methods mean it. It differs from JavaScript's `trim` and `\s`: U+001C to U+001F and
 * U+0085 count, U+FEFF does not.
 */

/** Whether a UTF-16 code unit is white space (`str.isspace`); all white space lies in the basic plane. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** `str.strip`: the text without the white space, or without the characters of `chars`, at both ends. */
export function strip(text: string, chars?: string): string {
  return stripRight(stripLeft(text, chars), chars);
}

/** `str.lstrip`: as {@link strip}, at the start only. */
export function stripLeft(text: string, chars?: string): string {
  let start = 0;
  if (chars === undefined) {
    while (start < text.length && isSpace(text.charCodeAt(start))) start++;
    return start === 0 ? text : text.slice(start);
  }
  const removed = new Set(chars);
  while (start < text.length) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
    if (!removed.has(character)) break;
    start += character.length;
  }
  return text.slice(start);
}

/** `str.rstrip`: as {@link strip}, at the end only. */
export function stripRight(text: string, chars?: string): string {
  let end = text.length;
  if (chars === undefined) {
    while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
    return end === text.length ? text : text.slice(0, end);
  }
  const removed = new Set(chars);
  while (end > 0) {
    const character = lastCharacter(text, end);
    if (!removed.has(character)) break;
    end -= character.length;
  }
  return text.slice(0, end);
}

/** `str.split()`: the parts between runs of white space, none of them empty. */
export function splitWhitespace(text: string): string[] {
  const parts: string[] = [];
  let start = -1;
  for (let index = 0; index < text.length; index++) {
    if (isSpace(text.charCodeAt(index))) {
      if (start >= 0) parts.push(text.slice(start, index));
      start = -1;
    } else if (start < 0) {
      start = index;
    }
  }
  if (start >= 0) parts.push(text.slice(start));
  return parts;
}

function lastCharacter(text: string, end: number): string {
  const low = text.charCodeAt(end - 1);
  const pair = low >= 0xdc00 && low <= 0xdfff && end > 1 ? (text.codePointAt(end - 2) ?? 0) : 0;
  return pair > 0xffff ? String.fromCodePoint(pair) : text.charAt(end - 1);
}

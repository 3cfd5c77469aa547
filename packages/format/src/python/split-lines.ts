/** Lines as Python's `str.splitlines` finds them: more characters end a line there than elsewhere. */

/**
 * `str.splitlines`: splits at LF, CR LF, CR, U+000B, U+000C, U+001C to U+001E, U+0085, U+2028 and U+2029. The
 * terminators are removed unless `keepEnds`; a final terminator opens no further, empty line.
 */
export function splitLines(text: string, keepEnds = false): string[] {
  return [...lines(text, keepEnds)];
}

/** The lines of {@link splitLines}, one after the other: for texts whose lines need not be held all at once. */
export function* lines(text: string, keepEnds = false): Generator<string, void, undefined> {
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!endsLine(code)) continue;
    const next = code === 0x0d && text.charCodeAt(index + 1) === 0x0a ? index + 2 : index + 1;
    yield text.slice(start, keepEnds ? next : index);
    start = next;
    index = next - 1;
  }
  if (start < text.length) yield text.slice(start);
}

/** Whether a UTF-16 code unit ends a line of {@link splitLines}. */
function endsLine(code: number): boolean {
  if (code < 0x80) return (code >= 0x0a && code <= 0x0d) || (code >= 0x1c && code <= 0x1e);
  return code === 0x85 || code === 0x2028 || code === 0x2029;
}

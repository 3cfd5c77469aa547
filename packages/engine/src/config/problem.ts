/** What keeps a text from being read as a configuration. */
import { type Finding, finding } from "./findings.ts";
import type { Located, Position } from "./located.ts";

export interface Problem {
  readonly code: "unreadable" | "duplicate-key" | "unsafe-tag" | "bad-alias" | "too-large";
  readonly at: Position;
  readonly message: string;
  readonly remedy?: string;
}

/** The root of a text (undefined: empty, or unreadable when there are problems) and all that is wrong with it. */
export interface ReadResult {
  readonly root: Located | undefined;
  readonly problems: readonly Problem[];
}

export function problemFinding({ code, at, message, remedy }: Problem): Finding {
  return finding("error", code, at, message, { remedy });
}

/** Offsets → positions in one file. */
export function positionsIn(file: string, text: string): (start: number, end?: number) => Position {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return (start, end = start + 1) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= start) low = middle;
      else high = middle - 1;
    }
    const lineStart = starts[low] ?? 0;
    const lineEnd = starts[low + 1] ?? text.length + 1;
    const length = Math.max(1, Math.min(end, lineEnd - 1) - start);
    return { file, line: low + 1, column: start - lineStart + 1, length };
  };
}

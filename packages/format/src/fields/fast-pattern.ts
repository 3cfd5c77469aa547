/** Patterns of the default harmonization as scans; a pattern that is not known here takes the general way. */

type Test = (text: string) => boolean;

/** The scan for a pattern; undefined when there is none. */
export function fastPattern(source: string): Test | undefined {
  return patterns.get(source);
}

const patterns = new Map<string, Test>([
  ["^[ -~]+$", (text) => isPrintableAscii(withoutFinalNewline(text))],
  ["^.*[^\\.]$", endsWithoutDot],
  ["^[a-zA-Z0-9]{2}$", (text) => isTwoAlphanumerics(withoutFinalNewline(text))],
]);

/** Python's `$` also stands before one final line feed. */
function withoutFinalNewline(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

function isPrintableAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code > 126) return false;
  }
  return text.length > 0;
}

/** `.` matches no line feed: the last character is no dot, and no line feed stands before it. */
function endsWithoutDot(text: string): boolean {
  if (text === "" || text.includes("\n")) return endsWithoutDotAcrossLines(text);
  return text.charCodeAt(text.length - 1) !== 46;
}

const general = /^.*[^.](?=\n?$(?![\s\S]))/;

function endsWithoutDotAcrossLines(text: string): boolean {
  return general.test(text);
}

function isTwoAlphanumerics(text: string): boolean {
  return text.length === 2 && isAlphanumeric(text.charCodeAt(0)) && isAlphanumeric(text.charCodeAt(1));
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Patterns of the default harmonization as scans; a pattern that is not known here takes the general way. */

type Test = (text: string) => boolean;

/** The scan for a pattern; undefined when there is none. */
export function fastPattern(source: string): Test | undefined {
  return patterns.get(source);
}

const patterns = new Map<string, Test>([
  ["^[ -~]+$", (text) => isOnly(isPrintable, text)],
  ["^[A-F0-9./]+$", (text) => isOnly(isHashCharacter, text)],
  ["^[a-zA-Z0-9]{2}$", isTwoAlphanumerics],
  ["^.*[^\\.]$", endsWithoutDot],
  ["^[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{12}$", isUuid],
  ["^[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[0-9a-z]{12}$", isUuid],
]);

/** Python's `$` also stands before one final line feed. */
function lengthWithoutFinalNewline(text: string): number {
  return text.charCodeAt(text.length - 1) === 10 ? text.length - 1 : text.length;
}

function isOnly(isAllowed: (code: number) => boolean, text: string): boolean {
  const length = lengthWithoutFinalNewline(text);
  for (let index = 0; index < length; index++) if (!isAllowed(text.charCodeAt(index))) return false;
  return length > 0;
}

function isPrintable(code: number): boolean {
  return code >= 32 && code <= 126;
}

function isHashCharacter(code: number): boolean {
  return (code >= 46 && code <= 57) || (code >= 65 && code <= 70);
}

function isTwoAlphanumerics(text: string): boolean {
  if (lengthWithoutFinalNewline(text) !== 2) return false;
  return isAlphanumeric(text.charCodeAt(0)) && isAlphanumeric(text.charCodeAt(1));
}

function isAlphanumeric(code: number): boolean {
  return isLowerAlphanumeric(code) || (code >= 65 && code <= 90);
}

function isLowerAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 122);
}

function isUuid(text: string): boolean {
  if (lengthWithoutFinalNewline(text) !== 36) return false;
  for (let index = 0; index < 36; index++) {
    const code = text.charCodeAt(index);
    const isHyphenPlace = index === 8 || index === 13 || index === 18 || index === 23;
    if (isHyphenPlace ? code !== 45 : !isLowerAlphanumeric(code)) return false;
  }
  return true;
}

/** `.` matches no line feed, so at most one may stand at the end, where the last character before it may be a dot or not. */
function endsWithoutDot(text: string): boolean {
  const lineFeed = text.indexOf("\n");
  if (lineFeed === -1) return text !== "" && text.charCodeAt(text.length - 1) !== 46;
  // The line feed may be what `[^.]` matches, or stand behind it, or both when there are two.
  if (lineFeed === text.length - 1) return true;
  return lineFeed === text.length - 2 && text.charCodeAt(text.length - 1) === 10;
}

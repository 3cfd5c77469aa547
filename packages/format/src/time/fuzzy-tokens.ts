import { isSpace } from "../python/strip.ts";

/**
 * Words, numbers, blanks and signs of a date in free text. A number may have a decimal point (a comma too, from its third
 * character on); points that part more than a decimal number, or letters from numbers, are tokens of their own. Decimal
 * digits are expected in ASCII.
 */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const first = codeAt(text, at);
    if (isLetter(first) || isDigit(first)) {
      const end = compoundEnd(text, at);
      pushCompound(tokens, text.slice(at, end));
      at = end;
    } else {
      tokens.push(isSpace(first) ? " " : String.fromCodePoint(first));
      at += widthOf(first);
    }
  }
  return tokens;
}

/** Where a run of letters or of digits with points inside ends; behind a point the run may change its kind. */
function compoundEnd(text: string, start: number): number {
  let inNumber = isDigit(codeAt(text, start));
  let hasPoint = false;
  let at = start + widthOf(codeAt(text, start));
  let previous = 0;
  for (; at < text.length; at += widthOf(previous)) {
    const code = codeAt(text, at);
    if (code === point) {
      hasPoint = true;
    } else if (inNumber && !hasPoint && code === comma && at - start >= 2) {
      hasPoint = true;
    } else if (inNumber ? !isDigit(code) : !isLetter(code)) {
      const changes = hasPoint && previous === point && (inNumber ? isLetter(code) : isDigit(code));
      if (!changes) break;
      inNumber = !inNumber;
    }
    previous = code;
  }
  return at;
}

function pushCompound(tokens: string[], token: string): void {
  const firstPoint = token.indexOf(".");
  const hasComma = token.includes(",");
  if (firstPoint === -1 && !hasComma) {
    tokens.push(token);
  } else if (isDecimalNumber(token)) {
    tokens.push(firstPoint === -1 ? token.replace(",", ".") : token);
  } else {
    for (const part of token.split(/([.,])/)) if (part !== "") tokens.push(part);
  }
}

/** One point, not at the end, and no letters. */
function isDecimalNumber(token: string): boolean {
  const last = token.charCodeAt(token.length - 1);
  if (last === point || last === comma || token.indexOf(".") !== token.lastIndexOf(".")) return false;
  for (let at = 0; at < token.length; at++) if (isLetter(codeAt(token, at))) return false;
  return true;
}

const point = 0x2e;
const comma = 0x2c;

function codeAt(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}

function widthOf(code: number): 1 | 2 {
  return code > 0xffff ? 2 : 1;
}

function isLetter(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
  return /^\p{L}$/u.test(String.fromCodePoint(code));
}

/** Digits as `str.isdigit` of Python has them: superscripts and the like, too, which belong to a number but make none. */
function isDigit(code: number): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]$/u.test(String.fromCodePoint(code));
}

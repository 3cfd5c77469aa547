/**
 * Names in their ASCII form by IDNA 2003 (RFC 3490, RFC 3491, RFC 3492): nameprep, then Punycode, label by label. Names that
 * are ASCII already, nearly all, take no work but a check of label lengths.
 *
 * Compatibility forms and letter case are those of the runtime's Unicode, not of Unicode 3.2 as in the RFC: characters that
 * came later are normalised too instead of being left as they are.
 */

/** The ASCII form; undefined when a label is empty, longer than 63, or refused by nameprep. A final dot stays. */
export function toAscii(name: string): string | undefined {
  if (isAscii(name)) return hasSoundLabels(name) ? name : undefined;
  const labels = name.split(/[.\u3002\uff0e\uff61]/);
  const isRooted = labels.at(-1) === "";
  if (isRooted) labels.pop();
  const encoded: string[] = [];
  for (const label of labels) {
    const ascii = labelToAscii(label);
    if (ascii === undefined) return undefined;
    encoded.push(ascii);
  }
  return encoded.join(".") + (isRooted ? "." : "");
}

const longestLabel = 63;
/** With its prefix, and a digit at least for every character. */
const mostCharacters = longestLabel - "xn--".length;

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Every label has 1 to 63 characters; the last may be empty (final dot). */
function hasSoundLabels(name: string): boolean {
  let length = 0;
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== 0x2e) {
      length += 1;
      continue;
    }
    if (length === 0 || length > longestLabel) return false;
    length = 0;
  }
  return length <= longestLabel;
}

/** ToASCII of RFC 3490 4.1, without STD 3 rules. */
function labelToAscii(label: string): string | undefined {
  const prepared = isAscii(label) ? label : nameprep(label);
  if (prepared === undefined || prepared === "") return undefined;
  if (isAscii(prepared)) return prepared.length <= longestLabel ? prepared : undefined;
  if (prepared.startsWith("xn--")) return undefined;
  const characters = Array.from(prepared, (character) => character.codePointAt(0) ?? 0);
  if (characters.length > mostCharacters) return undefined;
  const ascii = `xn--${punycode(characters)}`;
  return ascii.length <= longestLabel ? ascii : undefined;
}

/** Mapped to nothing (RFC 3454 B.1). */
const ignored = /\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]|[\u00ad\u1806\u200b-\u200d\u2060\ufeff]/gu;

/** Prohibited output (RFC 3454 C.1.2, C.2.2, C.3 to C.9): blanks, controls, private use, non-characters, surrogates, tags. */
const prohibited =
  /\u0340|\u0341|[\u0080-\u00a0\u06dd\u070f\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2063\u206a-\u206f\u2ff0-\u2ffb\u3000\ufeff\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** Characters that are written from right to left (RFC 3454 D.1). */
const rightToLeft =
  /[\u05be\u05c0\u05c3\u05d0-\u05ea\u05f0-\u05f4\u061b\u061f\u0621-\u063a\u0640-\u064a\u066d-\u066f\u0671-\u06d5\u06dd\u06e5\u06e6\u06fa-\u06fe\u0700-\u070d\u0710\u0712-\u072c\u0780-\u07a5\u07b1\u200f\ufb1d\ufb1f-\ufb28\ufb2a-\ufb36\ufb38-\ufb3c\ufb3e\ufb40\ufb41\ufb43\ufb44\ufb46-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufe74\ufe76-\ufefc]/u;

/** Characters that are written from left to right: letters, vowel signs and digits of all other scripts (RFC 3454 D.2). */
const leftToRight = /(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u02b9\u02ba\u02c2-\u02cf])[\p{L}\p{Mc}\p{Nl}]/u;

/** RFC 3491; undefined when the label has prohibited characters or mixes directions. */
function nameprep(label: string): string | undefined {
  const mapped = fold(fold(label.replace(ignored, "")).normalize("NFKC"));
  const text = mapped.normalize("NFKC");
  if (prohibited.test(text)) return undefined;
  if (!rightToLeft.test(text)) return text;
  const characters = [...text];
  const isEnclosed = rightToLeft.test(characters[0] ?? "") && rightToLeft.test(characters.at(-1) ?? "");
  return isEnclosed && !leftToRight.test(text) ? text : undefined;
}

/**
 * Case folding (RFC 3454 B.2). Small letters that capitals make differ, as `ß` (`SS`) and the final sigma, become what their
 * capitals fold to; the dotless i stays.
 */
function fold(text: string): string {
  return text.toLowerCase().replace(special, (character) => character.toUpperCase().toLowerCase());
}

const special =
  /\u0345|[\u00b5\u00df\u0149\u017f\u01f0\u0390\u03b0\u03c2\u03d0-\u03d6\u03f0-\u03f6\u0587\u1e96-\u1e9b\u1f50-\u1fff\ufb00-\ufb17]/gu;

/** RFC 3492 6.3, of a label with characters outside of ASCII. */
function punycode(characters: readonly number[]): string {
  const basic = characters.filter((code) => code < 128);
  let output = basic.length === 0 ? "" : `${String.fromCharCode(...basic)}-`;
  let handled = basic.length;
  let code = 128;
  let delta = 0;
  let bias = 72;
  while (handled < characters.length) {
    const next = Math.min(...characters.filter((character) => character >= code));
    delta += (next - code) * (handled + 1);
    code = next;
    for (const character of characters) {
      if (character < code) delta += 1;
      if (character !== code) continue;
      output += variableLength(delta, bias);
      handled += 1;
      bias = adapt(delta, handled, handled === basic.length + 1);
      delta = 0;
    }
    delta += 1;
    code += 1;
  }
  return output;
}

function variableLength(delta: number, bias: number): string {
  let output = "";
  let rest = delta;
  for (let k = 36; ; k += 36) {
    const threshold = Math.min(Math.max(k - bias, 1), 26);
    if (rest < threshold) return output + digit(rest);
    output += digit(threshold + ((rest - threshold) % (36 - threshold)));
    rest = Math.floor((rest - threshold) / (36 - threshold));
  }
}

function digit(value: number): string {
  return String.fromCharCode(value < 26 ? value + 0x61 : value + 0x30 - 26);
}

/** RFC 3492 6.1. */
function adapt(delta: number, points: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}

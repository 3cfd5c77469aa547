/**
 * Names in their ASCII form by IDNA 2003 (RFC 3490, 3491, 3492): nameprep, then Punycode, label by label. Names that are
 * ASCII already, nearly all, take no work but a check of label lengths.
 */

/** The ASCII form; undefined when a label is empty, longer than 63, or refused by nameprep. A final dot stays. */
export function toAscii(name: string): string | undefined {
  if (name === "") return "";
  if (isAscii(name)) return hasSoundLabels(name) ? name : undefined;
  const labels = name.split(/[.\u3002\uff0e\uff61]/);
  const trailing = labels.at(-1) === "";
  if (trailing) labels.pop();
  const encoded: string[] = [];
  for (const label of labels) {
    const ascii = labelToAscii(label);
    if (ascii === undefined) return undefined;
    encoded.push(ascii);
  }
  return encoded.join(".") + (trailing ? "." : "");
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}

/** Every label has 1 to 63 characters; the last may be empty (final dot). */
function hasSoundLabels(name: string): boolean {
  let length = 0;
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== 46) {
      length += 1;
      continue;
    }
    if (length === 0 || length > 63) return false;
    length = 0;
  }
  return length <= 63;
}

function labelToAscii(label: string): string | undefined {
  if (isAscii(label)) return label.length > 0 && label.length <= 63 ? label : undefined;
  const prepared = nameprep(label);
  if (prepared === undefined || prepared === "") return undefined;
  if (isAscii(prepared)) return prepared.length <= 63 ? prepared : undefined;
  if (prepared.startsWith("xn--")) return undefined;
  const ascii = `xn--${punycode(prepared)}`;
  return ascii.length <= 63 ? ascii : undefined;
}

/** Characters that are dropped (RFC 3454 B.1). */
const mappedToNothing = /[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/gu;
/** Characters that may not come out (RFC 3454 C.1.2, C.2.2, C.3 to C.9): blanks, controls, private use, non-characters … */
const prohibited =
  /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\u0080-\u009f\u06dd\u070f\u180e\u200c\u200d\u2028\u2029\u2060-\u2063\u206a-\u206f\ufeff\ufff9-\ufffd\u2ff0-\u2ffb\u0340\u0341\u200e\u200f\u202a-\u202e\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const rightToLeftLetter = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
const leftToRight = /(?![\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}])\p{L}/u;

function nameprep(label: string): string | undefined {
  const mapped = fold(label.replace(mappedToNothing, ""));
  const text = fold(mapped.normalize("NFKC")).normalize("NFKC");
  if (prohibited.test(text)) return undefined;
  if (!rightToLeft.test(text) || !rightToLeftLetter.test(text)) return text;
  // RFC 3454 6: no left-to-right letter beside right-to-left ones, and these at both ends.
  const characters = [...text];
  const ends = [characters[0] ?? "", characters.at(-1) ?? ""];
  if (leftToRight.test(text) || !ends.every((end) => rightToLeftLetter.test(end) || /\p{Nd}/u.test(end) === false && rightToLeft.test(end))) return undefined;
  return text;
}

/** Case folding of RFC 3454 B.2, which is that of Unicode 3.2: `ß` becomes `ss`. */
function fold(text: string): string {
  return text.replaceAll("ß", "ss").replaceAll("ς", "σ").toLowerCase();
}

/** RFC 3492 6.3. */
function punycode(text: string): string {
  const input = [...text].map((character) => character.codePointAt(0) ?? 0);
  const basic = input.filter((code) => code < 128);
  let output = String.fromCharCode(...basic);
  let handled = basic.length;
  if (handled > 0) output += "-";
  let n = 128;
  let delta = 0;
  let bias = 72;
  const first = handled;
  while (handled < input.length) {
    const next = Math.min(...input.filter((code) => code >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const code of input) {
      if (code < n) delta += 1;
      if (code !== n) continue;
      let q = delta;
      for (let k = 36; ; k += 36) {
        const t = Math.min(Math.max(k - bias, 1), 26);
        if (q < t) break;
        output += digit(t + ((q - t) % (36 - t)));
        q = Math.floor((q - t) / (36 - t));
      }
      output += digit(q);
      bias = adapt(delta, handled + 1, handled === first);
      delta = 0;
      handled += 1;
    }
    delta += 1;
    n += 1;
  }
  return output;
}

function digit(value: number): string {
  return String.fromCharCode(value < 26 ? value + 97 : value + 22);
}

function adapt(delta: number, points: number, isFirst: boolean): number {
  let rest = isFirst ? Math.floor(delta / 700) : delta >> 1;
  rest += Math.floor(rest / points);
  let k = 0;
  while (rest > 455) {
    rest = Math.floor(rest / 35);
    k += 36;
  }
  return k + Math.floor((36 * rest) / (rest + 38));
}

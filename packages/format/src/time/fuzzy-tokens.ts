/**
 * Words, numbers, blanks and signs of a date in free text. A number may have a decimal point (a comma too, from its third
 * character on); points that part more than a decimal number, or letters from numbers, are tokens of their own.
 */
export function tokenize(text: string): string[] {
  const characters = [...text].filter((character) => character !== "\0");
  const tokens: string[] = [];
  for (let at = 0; at < characters.length; ) {
    const first = characters[at] ?? "";
    if (isLetter(first) || isDigit(first)) {
      const end = compoundEnd(characters, at);
      tokens.push(...splitCompound(characters.slice(at, end).join("")));
      at = end;
    } else {
      tokens.push(isBlank(first) ? " " : first);
      at += 1;
    }
  }
  return tokens;
}

/** Where a run of letters or digits with points inside ends. */
function compoundEnd(characters: readonly string[], start: number): number {
  let inNumber = isDigit(characters[start] ?? "");
  let dotted = false;
  let at = start + 1;
  for (; at < characters.length; at++) {
    const character = characters[at] ?? "";
    const afterDot = characters[at - 1] === ".";
    if (inNumber ? isDigit(character) : isLetter(character)) continue;
    if (character === ".") dotted = true;
    else if (inNumber && !dotted && character === "," && at - start >= 2) dotted = true;
    else if (dotted && afterDot && (inNumber ? isLetter(character) : isDigit(character))) inNumber = !inNumber;
    else break;
  }
  return at;
}

function splitCompound(token: string): string[] {
  if (!/[.,]/.test(token)) return [token];
  const dots = token.split(".").length - 1;
  const mixed = /\p{L}/u.test(token);
  if (mixed || dots > 1 || /[.,]$/.test(token)) return token.split(/([.,])/).filter((part) => part !== "");
  return [dots === 0 ? token.replaceAll(",", ".") : token];
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function isDigit(character: string): boolean {
  return /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]$/u.test(character);
}

function isBlank(character: string): boolean {
  return /^\s$/u.test(character) || /^[\u001c-\u001f\u0085]$/u.test(character);
}

/** Shell wildcards (`*`, `?`, `[…]`) for names, letter case told apart. Linear: a star never tries more than one way back. */
export function matchesPattern(name: string, pattern: string): boolean {
  const characters = [...name];
  const items = parse(pattern);
  let at = 0;
  let item = 0;
  let star = -1;
  let back = 0;
  while (at < characters.length) {
    const current: Item | undefined = items[item];
    if (current === "*") {
      star = item;
      back = at;
      item += 1;
    } else if (current?.(characters[at] ?? "")) {
      at += 1;
      item += 1;
    } else if (star >= 0) {
      back += 1;
      at = back;
      item = star + 1;
    } else {
      return false;
    }
  }
  while (items[item] === "*") item += 1;
  return item === items.length;
}

type Item = "*" | ((character: string) => boolean);

function parse(pattern: string): Item[] {
  const items: Item[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") items.push("*");
    else if (character === "?") items.push(() => true);
    else if (character === "[") {
      const end = characters.indexOf("]", characters[at + 1] === "!" ? at + 3 : at + 2);
      if (end === -1) items.push((one) => one === "[");
      else {
        items.push(setOf(characters.slice(at + 1, end)));
        at = end;
      }
    } else items.push((one) => one === character);
  }
  return items;
}

function setOf(characters: readonly string[]): (character: string) => boolean {
  const negated = characters[0] === "!";
  const members = negated ? characters.slice(1) : characters;
  const has = (one: string): boolean =>
    members.some((member, index) => {
      if (members[index + 1] === "-" && members[index + 2] !== undefined)
        return one >= member && one <= (members[index + 2] ?? "");
      const partOfRange = members[index - 1] === "-" && index >= 2;
      return !partOfRange && one === member;
    });
  return (one) => has(one) !== negated;
}

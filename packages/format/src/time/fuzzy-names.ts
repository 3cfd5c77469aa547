/** English words and signs of dates. */

/** What a word can mean; one word may mean several things (`m` is a minute, or nothing). */
export interface Word {
  /** 1 to 12 */
  readonly month?: number;
  /** Monday is 0. */
  readonly weekday?: number;
  /** 0 hours, 1 minutes, 2 seconds */
  readonly unit?: 0 | 1 | 2;
  /** 0 before noon, 1 after */
  readonly half?: 0 | 1;
  /** It means nothing between the parts of a date. */
  readonly filler?: true;
}

const nothing: Word = {};

/** What a token means, in any letter case. */
export function meaningOf(token: string): Word {
  return words.get(token) ?? words.get(token.toLowerCase()) ?? nothing;
}

const words = new Map<string, Word>();

function define(names: string, meaning: Word): void {
  for (const name of names.split(" ")) words.set(name, { ...words.get(name), ...meaning });
}

for (const [index, name] of "january february march april may june july august september october november december"
  .split(" ")
  .entries()) {
  define(`${name} ${name.slice(0, 3)}`, { month: index + 1 });
}
define("sept", { month: 9 });
for (const [index, name] of "monday tuesday wednesday thursday friday saturday sunday".split(" ").entries()) {
  define(`${name} ${name.slice(0, 3)}`, { weekday: index });
}
define("h hour hours", { unit: 0 });
define("m minute minutes", { unit: 1 });
define("s second seconds", { unit: 2 });
define("am a", { half: 0 });
define("pm p", { half: 1 });
define(". , ; - / ' at on and ad m t of st nd rd th", { filler: true });
words.set(" ", { filler: true });

/** Zone names of UTC, which must be written so. */
export function isUtcName(token: string): boolean {
  return token === "UTC" || token === "GMT" || token === "Z" || token === "z";
}

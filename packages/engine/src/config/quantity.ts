/** Durations and sizes as people write them: `15m`, `1h 30m`, `1GiB`. */

const seconds = new Map([
  ["ms", 0.001],
  ["s", 1],
  ["sec", 1],
  ["second", 1],
  ["seconds", 1],
  ["m", 60],
  ["min", 60],
  ["minute", 60],
  ["minutes", 60],
  ["h", 3600],
  ["hour", 3600],
  ["hours", 3600],
  ["d", 86_400],
  ["day", 86_400],
  ["days", 86_400],
  ["w", 604_800],
  ["week", 604_800],
  ["weeks", 604_800],
]);

const bytes = new Map([
  ["", 1],
  ["b", 1],
  ["kb", 1e3],
  ["mb", 1e6],
  ["gb", 1e9],
  ["tb", 1e12],
  ["k", 2 ** 10],
  ["m", 2 ** 20],
  ["g", 2 ** 30],
  ["t", 2 ** 40],
  ["kib", 2 ** 10],
  ["mib", 2 ** 20],
  ["gib", 2 ** 30],
  ["tib", 2 ** 40],
]);

const longestQuantity = 40;

/** Seconds of a duration: a number is seconds, text is one or more numbers with units; undefined when it is none. */
export function parseDuration(value: number | string): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (value.length > longestQuantity) return undefined;
  const plain = /^\s*([0-9]+(?:\.[0-9]+)?)\s*$/.exec(value);
  if (plain !== null) return Number(plain[1]);
  let rest = value.trim();
  if (rest === "") return undefined;
  let sum = 0;
  while (rest !== "") {
    const part = /^([0-9]+(?:\.[0-9]+)?) ?([a-z]+) ?/.exec(rest);
    const factor = part === null ? undefined : seconds.get(part[2] ?? "");
    if (part === null || factor === undefined) return undefined;
    sum += Number(part[1]) * factor;
    rest = rest.slice(part[0].length);
  }
  return sum;
}

/** Bytes of a size: a whole number, or text with a unit (`kB` 1000, `KiB` and `K` 1024, …); undefined when it is none. */
export function parseSize(value: number | string): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (value.length > longestQuantity) return undefined;
  const parts = /^\s*([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]*)\s*$/.exec(value);
  const factor = parts === null ? undefined : bytes.get((parts[2] ?? "").toLowerCase());
  if (parts === null || factor === undefined) return undefined;
  const size = Math.round(Number(parts[1]) * factor);
  return Number.isSafeInteger(size) ? size : undefined;
}

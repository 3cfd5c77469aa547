/** Durations for people, as IntelMQ's log lines write them: `1d 1h 1m 1s`. */

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
] as const;

/**
 * Days, hours, minutes and seconds without the parts that are zero; no time at all gives an empty text. A negative
 * duration has a sign at every part. `precision` is the number of decimals, of every part; a tie goes to the even digit.
 */
export function durationText(seconds: number, precision = 0): string {
  const parts: string[] = [];
  let left = seconds;
  for (const [unit, length] of units) {
    const count = Math.trunc(left / length);
    left -= count * length;
    if (count !== 0) parts.push(`${rounded(count, precision)}${unit}`);
  }
  if (left !== 0) parts.push(`${rounded(left, precision)}s`);
  return parts.join(" ");
}

/** `toFixed`, but for numbers exactly between two candidates, which go to the even one. */
function rounded(value: number, precision: number): string {
  const halves = value * 2 ** (precision + 1);
  const isTie = Number.isInteger(halves) && halves % 2 !== 0;
  if (!isTie) return value.toFixed(precision);
  const scale = 10 ** precision;
  const below = Math.floor(value * scale);
  return ((below % 2 === 0 ? below : below + 1) / scale).toFixed(precision);
}

/** Summaries of measurements. */

/** The middle one of the numbers (of an even count: the upper of the two). */
export function median(numbers) {
  return quantile(numbers, 0.5);
}

/** The number that this share (0 to 1) of the numbers does not exceed, by rank. */
export function quantile(numbers, share) {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Rounded to so many significant digits: measurements have no more than a few. */
export function rounded(number, digits = 3) {
  return Number.isFinite(number) ? Number(number.toPrecision(digits)) : number;
}

/**
 * Times in steps with a clock: the reference's clock ran on while it worked, and so does ours, so a time that derives from
 * the clock may be a little later than recorded.
 */

/** Seconds that an observed time may be later than the recorded one. */
const toleratedSeconds = 5;

const timePattern = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?/g;

/** True when the texts are equal but for times that are up to five seconds later in `observed`. */
export function equalButForLaterTimes(expected: string, observed: string): boolean {
  const before = expected.match(timePattern) ?? [];
  const after = observed.match(timePattern) ?? [];
  if (before.length === 0 || before.length !== after.length) return false;
  if (withoutTimes(expected) !== withoutTimes(observed)) return false;
  return before.every((time, index) => {
    const later = secondsBetween(time, after[index] ?? "");
    return later >= 0 && later <= toleratedSeconds;
  });
}

/** True for two epoch times (seconds) of which the observed is up to five seconds later. */
export function isLaterEpochTime(expected: number, observed: number): boolean {
  return expected > 1e9 && observed >= expected && observed - expected <= toleratedSeconds;
}

/** Digits gone, fractions too: a clock that runs on may add or lose them. */
function withoutTimes(text: string): string {
  return text.replace(timePattern, (time) => time.replace(/\.\d+$/, "").replace(/\d/g, "0"));
}

function secondsBetween(earlier: string, later: string): number {
  return (epoch(later) - epoch(earlier)) / 1000;
}

function epoch(time: string): number {
  return Date.parse(`${time.replace(" ", "T")}Z`);
}

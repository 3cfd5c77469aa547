/** Times of small functions. */
import { median, rounded } from "./numbers.mjs";

const rounds = 7;
const roundMs = 40;

/**
 * Nanoseconds of a call: `work(count)` makes so many calls in a loop of its own and returns something that depends on them.
 * The median of several rounds, after one to warm up.
 */
export function nanosecondsOf(work) {
  let count = 1000;
  for (let took = 0; took < roundMs; count = took < roundMs ? count * 2 : count) took = millisecondsOf(work, count);
  return rounded(median(Array.from({ length: rounds }, () => (millisecondsOf(work, count) / count) * 1e6)));
}

let kept;

function millisecondsOf(work, count) {
  const started = performance.now();
  kept = work(count);
  if (kept === undefined) throw new Error("the work has to return something, or it may be optimized away");
  return performance.now() - started;
}

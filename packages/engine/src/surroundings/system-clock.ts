/** The machine's clock. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../definition/context.ts";

/** Longest time that a Node timer can wait, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    const until = Date.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = until - Date.now()) {
      await delay(Math.min(left, longestTimer), undefined, signal === undefined ? {} : { signal });
    }
  },
};

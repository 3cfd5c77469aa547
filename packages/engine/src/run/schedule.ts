/** When a collector runs next: by a cron expression in local time, or an interval from its last start, with jitter. */
import { Cron } from "croner";
import type { Schedule } from "../config/weir-settings.ts";

/** `jitter` in seconds: each run is up to so much later. `next` gives epoch milliseconds, infinity when there is none. */
export function scheduleOf(schedule: Schedule, jitter = 0): { next(after: number): number } {
  const job = schedule.kind === "cron" ? new Cron(schedule.expression, { paused: true }) : undefined;
  const interval = schedule.kind === "interval" ? schedule.seconds * 1000 : 0;
  return {
    next(after) {
      const time = job === undefined ? after + interval : job.nextRun(new Date(after))?.getTime();
      return (time ?? Number.POSITIVE_INFINITY) + Math.random() * jitter * 1000;
    },
  };
}

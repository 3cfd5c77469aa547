/** Whether a thread has more to do than it can, looked at while it works: an idle one costs nothing. */
import { performance } from "node:perf_hooks";

/** Share of the time at which a thread that also waits for the disk now and then has no room left. */
const high = 0.75;
/** Milliseconds that the load must last. */
const longEnough = 1000;

export class LoadMeter {
  #from = performance.eventLoopUtilization();
  #startedAt = performance.now();

  /** True once a second at most, when the thread was busy nearly all of the time since it was asked last. */
  isHigh(): boolean {
    const now = performance.now();
    if (now - this.#startedAt < longEnough) return false;
    const until = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(until, this.#from);
    this.#from = until;
    this.#startedAt = now;
    return utilization >= high;
  }
}

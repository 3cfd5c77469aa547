/**
 * When something that failed is started again: after 1 s, 2 s, 4 s … up to five minutes; a run of five minutes without a
 * failure counts as sound and starts over.
 */
export class RestartPolicy {
  #failures = 0;
  #last = 0;

  /** Notes a failure at `now` (epoch milliseconds); gives the pause before the next start, in milliseconds. */
  failed(now: number): number {
    if (now - this.#last > 300_000) this.#failures = 0;
    this.#last = now;
    this.#failures += 1;
    return Math.min(1000 * 2 ** (this.#failures - 1), 300_000);
  }

  get failures(): number {
    return this.#failures;
  }
}

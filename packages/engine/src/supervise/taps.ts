/** People who watch what a bot gets and sends (`weir tap`): samples from workers on their way to them. */
import type { WorkerClient } from "./worker-client.ts";
import type { WorkerEvent } from "./worker-protocol.ts";

type TapEvent = Extract<WorkerEvent, { readonly event: "tap" }>;

export class Taps {
  readonly #open = new Map<number, (event: TapEvent) => void>();
  #last = 0;

  /** Passes a sample on to whoever asked for it. */
  take(event: TapEvent): void {
    this.#open.get(event.tap)?.(event);
  }

  /** Samples of a bot of this worker, until there were `count`, the signal aborts, or the worker ends. */
  async watch(
    client: WorkerClient,
    bot: string,
    { count, emit, signal }: { readonly count: number; emit(event: unknown): void; readonly signal: AbortSignal },
  ): Promise<void> {
    this.#last += 1;
    const tap = this.#last;
    await new Promise<void>((resolve) => {
      let left = count;
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#open.set(tap, (event) => {
        emit(event);
        left -= 1;
        if (left <= 0) resolve();
      });
      client.request({ op: "tap", bot, tap, count }).catch(() => resolve()); // its worker ended: nothing to watch
    });
    this.#open.delete(tap);
    await client.request({ op: "untap", bot }).catch(() => undefined);
  }
}

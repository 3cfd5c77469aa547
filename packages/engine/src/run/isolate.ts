/**
 * Failure isolation: finds the items of a batch that make an action fail and lets the others through.
 *
 * Invariants
 * - Every item ends in exactly one place: done by a run that succeeded, or in `failures`, in the order of the batch.
 * - f failing items of n cost at most 1 + 2·f·⌈log₂ n⌉ runs; a sound batch costs one, an empty batch none.
 *
 * Requires that a run that throws has left no trace; `undo` removes what it left in memory.
 */
export interface Failure<Item> {
  readonly item: Item;
  readonly error: unknown;
}

/** Runs `run` over the batch, halving it around failures. */
export async function isolateFailures<Item>(
  batch: readonly Item[],
  run: (part: readonly Item[]) => void | Promise<void>,
  undo: () => void,
): Promise<readonly Failure<Item>[]> {
  const failures: Failure<Item>[] = [];
  const waiting = batch.length === 0 ? [] : [batch]; // a stack whose top is the leftmost part

  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    try {
      await run(part);
    } catch (error) {
      undo();
      if (part.length === 1) {
        for (const item of part) failures.push({ item, error });
      } else {
        const middle = part.length >> 1;
        waiting.push(part.slice(middle), part.slice(0, middle));
      }
    }
  }
  return failures;
}

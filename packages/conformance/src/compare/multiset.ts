/** Lists whose order does not matter. Expected items may hold wildcards, so the pairing is found by augmenting paths. */
import type { JsonValue } from "@weir/format";
import { type Difference, difference } from "./difference.ts";

/** Undefined when every expected item has an observed item of its own and none is left over. */
export function compareAsMultiset(
  expected: readonly JsonValue[],
  observed: readonly JsonValue[],
  at: string,
  compare: (expected: JsonValue, observed: JsonValue, at: string) => Difference | undefined,
): Difference | undefined {
  const ownerOf = new Map<number, number>();
  for (const [index, item] of expected.entries()) {
    if (place(index, new Set())) continue;
    // The closest explanation: the observed item in the same place, or the first that nobody claims.
    const free = observed.findIndex((_, candidate) => !ownerOf.has(candidate));
    const other = observed[free];
    if (other === undefined) return difference(`${at}[${index}]`, item, undefined);
    return compare(item, other, `${at}[${index}]`) ?? difference(`${at}[${index}]`, item, other);
  }
  const surplus = observed.findIndex((_, candidate) => !ownerOf.has(candidate));
  return surplus === -1 ? undefined : difference(`${at}[${surplus}]`, undefined, observed[surplus]);

  function place(index: number, tried: Set<number>): boolean {
    const item = expected[index];
    if (item === undefined) return false;
    for (const [candidate, other] of observed.entries()) {
      if (tried.has(candidate) || compare(item, other, at) !== undefined) continue;
      tried.add(candidate);
      const owner = ownerOf.get(candidate);
      if (owner === undefined || place(owner, tried)) {
        ownerOf.set(candidate, index);
        return true;
      }
    }
    return false;
  }
}

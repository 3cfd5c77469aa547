/** Versions as IntelMQ writes them in tuples: `[3, 0, 0]`, `[3, 0, 0, "rc", 1]`. */

export type VersionPart = string | number;

/** What a release has in place of a stage (`alpha`, `beta`, `rc`, `dev`) and its number. */
const released: readonly VersionPart[] = [0, 0, 0, "stable", 0];

/**
 * Whether the first version is before the second; undefined when they are equal. Parts that are left out are those of a
 * release, stages are ordered by the alphabet. Throws a TypeError when a number stands where the other has a name.
 */
export function isEarlierVersion(first: readonly VersionPart[], second: readonly VersionPart[]): boolean | undefined {
  for (let index = 0; index < Math.max(first.length, second.length, released.length); index++) {
    const one = first[index] ?? released[index] ?? 0;
    const other = second[index] ?? released[index] ?? 0;
    if (typeof one !== typeof other) {
      throw new TypeError(`versions cannot be compared: ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
    }
    if (one !== other) return one < other;
  }
  return undefined;
}

/** `<any>` in expected texts. */

export const wildcard = "<any>";

/** True when the observed text is the expected one, each `<any>` standing for any text, the empty one too. Linear. */
export function matchesText(expected: string, observed: string): boolean {
  if (!expected.includes(wildcard)) return expected === observed;
  const parts = expected.split(wildcard);
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (!observed.startsWith(first) || !observed.endsWith(last)) return false;
  const end = observed.length - last.length;
  let from = first.length;
  // The leftmost place of each part leaves the most room for the others, so one pass is enough.
  for (const part of parts.slice(1, -1)) {
    const found = observed.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from <= end;
}

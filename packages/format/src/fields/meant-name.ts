/** Which name was meant by one that does not exist. */

/**
 * The known name that has the same letters and digits, whatever their case and what stands between them (`sourceIp`,
 * `source_ip` for `source.ip`), else the only one that ends in the same part (`ip.asn` for `source.asn`: several, so none).
 */
export function meantName(name: string, known: readonly string[]): string | undefined {
  const bare = bareName(name);
  const same = known.find((candidate) => bareName(candidate) === bare);
  if (same !== undefined) return same;
  const part = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const ending = known.filter((candidate) => candidate.endsWith(`.${part}`));
  return ending.length === 1 ? ending[0] : undefined;
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

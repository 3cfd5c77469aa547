/** Digests with their expiry as bytes, for the way to the store and in it: words a b c of the digest, expiry; big endian. */

/** Expiry of an entry that stays for ever. */
export const never = 0xffffffff;
export const bytesPerEntry = 16;

/** Expiry of the last entry to expire: seconds since epoch. */
export function latestOf(packed: Uint8Array): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let latest = 0;
  for (let at = 12; at + 4 <= packed.byteLength; at += bytesPerEntry) latest = Math.max(latest, view.getUint32(at));
  return latest;
}

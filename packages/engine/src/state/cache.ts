/** A lossy memory for look-ups, bounded: the entry that was set or read longest ago goes first. */
import type { Clock, LookupCache } from "../definition/context.ts";

/** `maxBytes` counts two bytes a character. */
export function memoryCache(clock: Pick<Clock, "now">, maxBytes = 8 << 20): LookupCache {
  const entries = new Map<string, { readonly value: string; readonly expires: number }>();
  let bytes = 0;
  const sizeOf = (key: string, value: string): number => (key.length + value.length) * 2 + 64;
  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    bytes -= sizeOf(key, entry.value);
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.expires <= clock.now()) {
        remove(key);
        return undefined;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, ttlSeconds) {
      remove(key);
      bytes += sizeOf(key, value);
      entries.set(key, { value, expires: clock.now() + ttlSeconds * 1000 });
      for (const oldest of entries.keys()) {
        if (bytes <= maxBytes) break;
        remove(oldest);
      }
    },
  };
}

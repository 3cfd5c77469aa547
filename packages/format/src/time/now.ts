/** The present as messages have it: UTC, whole seconds. */
export function nowText(now: Date = new Date()): string {
  return `${now.toISOString().slice(0, 19)}+00:00`;
}

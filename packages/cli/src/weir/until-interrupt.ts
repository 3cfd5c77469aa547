/** Work that goes on until Ctrl-C, which then is its end and no failure. */

export async function untilInterrupt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  try {
    await work(ended.signal);
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
}

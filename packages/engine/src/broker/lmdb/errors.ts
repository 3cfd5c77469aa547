/** What can go wrong with the store. */
import { errorKind } from "@weir/format/errors";

export const storeHeld = errorKind<{ directory: string; pid: number; since: string }>("WEIR_STORE_HELD", {
  message: ({ directory, pid, since }) => `the store in ${directory} is in use by process ${pid} since ${since}`,
  remedy: "Use the running botnet (`weir status`), or stop it first (`weir stop`).",
  retry: "later",
});

export const storeVersion = errorKind<{ directory: string; found: number; known: number }>("WEIR_STORE_VERSION", {
  message: ({ directory, found, known }) => `the store in ${directory} has version ${found}; this program knows versions up to ${known}`,
  remedy: "Use the newer version of Weir that wrote it.",
  retry: "never",
});

export const storeUnusable = errorKind<{ directory: string; reason: string }>("WEIR_STORE_UNUSABLE", {
  message: ({ directory, reason }) => `the store in ${directory} cannot be opened: ${reason}`,
  remedy: "Check the directory's owner, permissions and disk. If the store is damaged, move the directory away: an empty one is made.",
  retry: "never",
});

export const storeClosed = errorKind<{ operation: string }>("WEIR_STORE_CLOSED", {
  message: ({ operation }) => `the store is closed; "${operation}" was not done`,
  remedy: "Nothing: the botnet is stopping.",
  retry: "later",
});

export const chunkBroken = errorKind<{ queue: string; chunk: number; reason: string }>("WEIR_STORE_CHUNK_BROKEN", {
  message: ({ queue, chunk, reason }) => `record ${chunk} of queue "${queue}" is damaged (${reason}); it was set aside, the others are sound`,
  remedy: "Check the disk. What was set aside stays in the store under `broken`.",
  retry: "never",
});

export const deadLetterMissing = errorKind<{ id: string }>("WEIR_FAILURE_MISSING", {
  message: ({ id }) => `there is no failure "${id}"`,
  remedy: "`weir failures` lists those there are.",
  retry: "never",
});

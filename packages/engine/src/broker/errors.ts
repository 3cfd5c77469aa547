/** What can go wrong with the store. */
import { errorKind } from "@weir/format/errors";

export const storeHeld = errorKind<{ directory: string; pid: number; since: string }>("WEIR_STORE_HELD", {
  message: ({ directory, pid, since }) => `the store in ${directory} is in use by process ${pid} since ${since}`,
  remedy: "Use the running botnet (`weir status`), or stop it first (`weir stop`).",
  retry: "later",
});

export const storeVersion = errorKind<{ directory: string; found: number; known: number }>("WEIR_STORE_VERSION", {
  message: ({ directory, found, known }) =>
    `the store in ${directory} has version ${found}; this program knows versions up to ${known}`,
  remedy: "Use the newer version of Weir that wrote it.",
  retry: "never",
});

export const storeUnusable = errorKind<{ directory: string; reason: string }>("WEIR_STORE_UNUSABLE", {
  message: ({ directory, reason }) => `the store in ${directory} cannot be opened: ${reason}`,
  remedy:
    "Check the directory's owner, permissions and disk. If the store is damaged, move the directory away: an empty one is made.",
  retry: "never",
});

export const storeWrite = errorKind<{ directory: string; reason: string }>("WEIR_STORE_WRITE", {
  message: ({ directory, reason }) => `the store in ${directory} cannot be written: ${reason}`,
  remedy: "Check the disk and make room on it. Nothing of the unit of work was stored; it is done again.",
  retry: "later",
});

export const storeClosed = errorKind<{ operation: string }>("WEIR_STORE_CLOSED", {
  message: ({ operation }) => `the store is closed; "${operation}" was not done`,
  remedy: "Nothing: the botnet is stopping, and what was not stored is done again at the next start.",
  retry: "later",
});

export const recordDamaged = errorKind<{ what: string; reason: string }>("WEIR_STORE_RECORD_DAMAGED", {
  message: ({ what, reason }) => `${what} is damaged (${reason})`,
  remedy: "Check the disk. The record was set aside, it stays in the store; the others are sound.",
  retry: "never",
});

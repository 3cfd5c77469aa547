/** What can go wrong with dead letters. */
import { errorKind } from "@weir/format/errors";

export const deadLetterMissing = errorKind<{ id: string }>("WEIR_FAILURE_MISSING", {
  message: ({ id }) => `there is no failure "${id}"`,
  remedy: "`weir failures` lists those there are.",
  retry: "never",
});

export const dumpInvalid = errorKind<{ reason: string }>("WEIR_DUMP_INVALID", {
  message: ({ reason }) => `this is no IntelMQ dump file: ${reason}`,
  remedy: "A dump file is a JSON object of failures. A damaged one can be mended by hand, or taken from a backup.",
  retry: "never",
});

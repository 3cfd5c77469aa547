/** What can go wrong with dead letters. */
import { errorKind } from "@weir/format/errors";

export const deadLetterMissing = errorKind<{ id: string }>("WEIR_FAILURE_MISSING", {
  message: ({ id }) => `there is no failure "${id}"`,
  remedy: "`weir failures` lists those there are.",
  retry: "never",
});

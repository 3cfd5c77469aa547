/** What can go wrong with the HTTP collector, besides HTTP itself. */
import { errorKind } from "@weir/format/errors";

export const gpgUnusable = errorKind<{ reason: string }>("WEIR_PGP_PROGRAM", {
  message: ({ reason }) => `signatures cannot be verified: the program gpg cannot be run: ${reason}`,
  remedy: "Install GnuPG (the command gpg) or switch verify_pgp_signatures off.",
  retry: "never",
});

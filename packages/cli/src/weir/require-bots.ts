/** Ids of bots that a person gave. Apart from botnet-file.ts: commands to a running botnet need not load what reads YAML. */
import { closest } from "@weir/engine/config";
import { errorKind } from "@weir/format/errors";

const unknownBot = errorKind<{ bot: string; nearest: string | undefined }>("WEIR_UNKNOWN_BOT", {
  message: ({ bot, nearest }) =>
    `the botnet has no bot "${bot}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
  remedy: "`weir list bots` shows them.",
  retry: "never",
});

/** Throws WEIR_UNKNOWN_BOT for the first that is not among the known ones. */
export function requireBots(bots: readonly string[], known: readonly string[]): void {
  for (const bot of bots) if (!known.includes(bot)) throw unknownBot({ bot, nearest: closest(bot, known) });
}

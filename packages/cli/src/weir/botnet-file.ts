/** runtime.yaml for commands that cannot do without it. */
import { dirname } from "node:path";
import { catalogue as builtIn } from "@weir/bots/catalogue";
import { type Catalogue, catalogueWithOwn } from "@weir/engine";
import { type BotnetSettings, closest, readBotnetFile } from "@weir/engine/config";
import { errorKind } from "@weir/format/errors";

const unknownBot = errorKind<{ bot: string; nearest: string | undefined }>("WEIR_UNKNOWN_BOT", {
  message: ({ bot, nearest }) =>
    `the botnet has no bot "${bot}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
  remedy: "`weir list bots` shows them.",
  retry: "never",
});

export interface BotnetFile {
  readonly settings: BotnetSettings;
  /** The bots that come with Weir, and those beside the file. */
  readonly catalogue: Catalogue;
}

/** Throws WEIR_CONFIG_MISSING, or WEIR_BOTNET_UNREADABLE when the file as a whole is none. */
export async function readBotnet(runtimeFile: string): Promise<BotnetFile> {
  const { settings } = await readBotnetFile(runtimeFile);
  return { settings, catalogue: catalogueWithOwn(builtIn, dirname(runtimeFile)) };
}

/** Throws WEIR_UNKNOWN_BOT for the first that is not among the known ones. */
export function requireBots(bots: readonly string[], known: readonly string[]): void {
  for (const bot of bots) if (!known.includes(bot)) throw unknownBot({ bot, nearest: closest(bot, known) });
}

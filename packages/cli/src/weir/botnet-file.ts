/** runtime.yaml for commands that cannot do without it. */
import { dirname } from "node:path";
import { catalogue as builtIn } from "@weir/bots/catalogue";
import { type Catalogue, catalogueWithOwn } from "@weir/engine";
import { type BotnetSettings, readBotnetFile } from "@weir/engine/config";

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

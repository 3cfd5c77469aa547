/** The botnet's file, which nothing runs without. */
import { errorKind } from "@weir/format/errors";
import { renderFindings } from "./findings.ts";
import { type BotnetSettings, loadSettings, type SettingsResult } from "./settings.ts";

const botnetUnreadable = errorKind<{ findings: string }>("WEIR_BOTNET_UNREADABLE", {
  message: ({ findings }) => `the configuration cannot be understood:\n${findings}`,
  remedy: "`weir check` shows all that is wrong.",
  retry: "never",
});

/** Throws WEIR_CONFIG_MISSING, or WEIR_BOTNET_UNREADABLE when the file as a whole is none. */
export async function readBotnetFile(
  runtimeFile: string,
): Promise<SettingsResult & { readonly settings: BotnetSettings }> {
  const read = await loadSettings(runtimeFile);
  const { settings, findings, source } = read;
  if (settings !== undefined) return { ...read, settings };
  const errors = findings.filter(({ level }) => level === "error");
  throw botnetUnreadable({ findings: renderFindings(errors, new Map([[runtimeFile, source]])).trimEnd() });
}

/** Feeds and bots that are no more: the user is told, and decides. */
import { type Changes, type OldBot, type OldConfiguration, textOf } from "./changes.ts";

export interface Discontinued {
  readonly what: string;
  /** Modules without `intelmq.bots.`. */
  readonly modules?: readonly string[];
  /** Of a collector's address. */
  readonly url?: RegExp;
  readonly remedy?: string;
}

/** What is to be told of them; undefined when none is configured. */
export function tellDiscontinued(
  { bots }: OldConfiguration,
  discontinued: readonly Discontinued[],
): Pick<Changes, "act"> {
  const told = discontinued.flatMap(({ what, modules = [], url, remedy = "Remove affected bots yourself." }) => {
    const found = bots.filter((bot) => modules.includes(bot.module) || (url?.test(addressOf(bot)) ?? false));
    return found.length === 0 ? [] : [`${what}: ${found.map(({ id }) => id).join(", ")}. ${remedy}`];
  });
  return told.length === 0 ? {} : { act: told.join(" ") };
}

function addressOf(bot: OldBot): string {
  return textOf(bot, "http_url") ?? "";
}

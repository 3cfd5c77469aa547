/** What a person can meet in more than one bot. */
import { errorKind } from "@weir/format/errors";

export const invalidParameters = errorKind<{ bot: string; problem: string }>("WEIR_BOT_PARAMETERS", {
  message: ({ bot, problem }) => `bot "${bot}": ${problem}`,
  remedy: "Correct the parameters of the bot; `weir explain BOT` describes them.",
  retry: "never",
});

export const unusableFile = errorKind<{ bot: string; parameter: string; file: string; problem: string }>(
  "WEIR_BOT_FILE",
  {
    message: ({ bot, parameter, file, problem }) => `bot "${bot}": ${file} (parameter ${parameter}): ${problem}`,
    remedy: "Mend the file or let the parameter name another; then start or reload the bot.",
    retry: "never",
  },
);

export const missingField = errorKind<{ field: string; wantedBy: string }>("WEIR_BOT_FIELD_MISSING", {
  message: ({ field, wantedBy }) => `the event has no field "${field}", which ${wantedBy} needs`,
  remedy: "Let an earlier bot set the field, or let only events that have it reach this bot.",
  retry: "never",
});

export const unknownFeed = errorKind<{ url: string }>("WEIR_BOT_UNKNOWN_FEED", {
  message: ({ url }) => `Unknown data feed ${url}.`,
  remedy: "Let the collector fetch a feed that the parser knows (by `feed.url`), or use another parser.",
  retry: "never",
});
